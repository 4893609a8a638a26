/** @module The public face of `@chronos-player/player`. Importing it does nothing; `@chronos-player/player/define` defines the element. */
export type { PlayerAttributes } from './attributes.ts';
export { ChronosPlayer } from './chronos-player.ts';
export { configure, type PlayerDefaults, type SupabaseAuthClient } from './configure.ts';
export type { MediaFacade } from './media-facade.ts';
export type { PlayerState } from './media-controller.ts';
export type { PlayerErrorCode, PlayerErrorDetail } from './player-errors.ts';
export type { PlayerEventMap } from './player-events.ts';
