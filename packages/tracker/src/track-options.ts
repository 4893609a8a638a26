import type { Evidence } from '@chronos-player/media';
import type { Delivery } from './delivery.ts';
import type { Answer, CloseReason, ReferrerType } from './snapshot.ts';
import type { TrackingError } from './tracking-error.ts';
import type { Endpoint, Identity } from './transport.ts';
import type { Milestone } from './watch-session.ts';

/** What to track, for whom, and where to tell it. */
export interface TrackOptions extends Endpoint {
  /** `videos.id`, a uuid. */
  readonly videoId: string;
  /**
   * How positions are known; default `measured`, right for a `<video>`. Asked whenever a session opens, since a vendor's
   * player may turn out to say less than it could.
   */
  readonly evidence?: Evidence | (() => Evidence);
  readonly courseId?: string;
  readonly moduleId?: string;
  /** Guessed from the page when absent. */
  readonly referrerType?: ReferrerType;
  /** Asked whenever a session opens. Absent or empty: an anonymous viewer. */
  readonly identity?: () => Promise<Identity> | Identity;
  /** `required`: nothing is sent or stored before `giveConsent()`. */
  readonly consent?: 'required' | 'granted';
  /** `play`: a session opens with the first playback, not as soon as the media is ready. */
  readonly sessionStart?: 'mount' | 'play';
  /** Percent of the video that completes it, for this page's own read-outs; the database has the last word. Default 90. */
  readonly completionThreshold?: number;
}

/** What a page provides and a test brings along. */
export interface TrackingParts {
  readonly clock?: TrackingClock;
  readonly delivery?: Delivery;
}

/** Time as the tracker sees it. Default: the page's. */
export interface TrackingClock {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** `Date.now()`: anybody may set it, so it only bears witness of a sleep. */
  readonly wall: () => number;
  /** Calls back every `ms` until the returned function is called. */
  readonly every: (ms: number, callback: () => void) => () => void;
}

/** What `MediaTracking` dispatches; all are `CustomEvent`s. */
export interface TrackingEventMap {
  'chronos-sessionstart': CustomEvent<{ readonly sessionId: string }>;
  /** The database's answer to a message. */
  'chronos-sessionupdate': CustomEvent<Answer>;
  'chronos-sessionend': CustomEvent<{ readonly sessionId: string; readonly reason: CloseReason }>;
  'chronos-milestone': CustomEvent<Milestone>;
  /** Tracking trouble; playback is never touched by it. */
  'chronos-error': CustomEvent<TrackingError>;
}

/** The page's own time. */
export const PAGE_CLOCK: TrackingClock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  every: (ms, callback) => {
    const timer = setInterval(callback, ms);
    return () => clearInterval(timer);
  },
};
