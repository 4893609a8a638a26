import type { TrackingEventMap } from '@chronos-player/tracker';
import type { PlayerErrorDetail } from './player-errors.ts';

/** The element's own events, all bubbling and composed. The platform's media events beside them neither bubble nor are. */
export interface PlayerEventMap extends Omit<TrackingEventMap, 'chronos-error'> {
  /** Something went wrong; with a code that begins with `tracking-` or `mark-` the video plays on. */
  'chronos-error': CustomEvent<PlayerErrorDetail>;
  /** `capabilities` says now what the mounted media can do. */
  'chronos-capabilities': Event;
  /** With `seek="watched"`: the viewer wanted to go there (seconds) and was put back. */
  'chronos-seekblocked': CustomEvent<{ readonly wanted: number; readonly allowed: number }>;
}

declare global {
  interface HTMLElementEventMap extends PlayerEventMap {}
}
