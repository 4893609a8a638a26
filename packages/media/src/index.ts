/** @module The public face of `@chronos-player/media`. Importing it does nothing. */
export * from './media.ts';
export * from './media-error.ts';
export * from './provider.ts';
export { PROVIDERS } from './providers.ts';
export { parseSource } from './source.ts';
export * from './time-ranges.ts';
export { isMarkupForbidden } from './trusted-types.ts';
export type { VideoRendition, VideoRenditionList } from './video-renditions.ts';
