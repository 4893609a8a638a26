/** @module `@chronos-player/media/testing`: for the workspace's own tests; not published. */
export * from './fake-clock.ts';
export * from './fake-media.ts';
