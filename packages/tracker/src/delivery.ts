import type { Answer, Snapshot } from './snapshot.ts';
import type { TrackingError } from './tracking-error.ts';
import type { Identity } from './transport.ts';

/** A watch session as the delivery sees it. Callbacks may be called long after the session closed, never after `close()`. */
export interface DeliverySession {
  readonly sessionId: string;
  /** Asked at once and again before every attempt to open; an answer of another user than the first is not used. */
  readonly identity: () => Promise<Identity> | Identity;
  readonly anonymousId?: string | null;
  readonly onAnswer: (answer: Answer) => void;
  readonly onError: (error: TrackingError) => void;
  /**
   * Asked when the page is hidden (`end: false`) or ends (`end: true`: give it the close reason `page_end`), for every
   * session of the page in one task, so that all of them leave in one request. `null`: nothing new to say.
   */
  readonly onLeave?: (end: boolean) => Snapshot | null;
}

/** Carries snapshots to one database for all players of a page: nothing is lost, nothing is sent more often than needed. */
export interface Delivery {
  /** Makes a session known. Without it `keep` and `post` do nothing. */
  join(session: DeliverySession): void;
  /** To disk only (about once a second while playing), so that a crash loses at most that second. */
  keep(snapshot: Snapshot): void;
  /** To disk, and to the database as soon as the rules allow. A close reason in the context makes it the last one. */
  post(snapshot: Snapshot): void;
  /** The page may be gone in a moment: everything goes to disk and out by keepalive requests before this returns. Called by the delivery itself for sessions with `onLeave`. */
  leave(snapshots: readonly Snapshot[]): void;
  /** Resolves when nothing waits to be sent. */
  flush(): Promise<void>;
  /** Stops timers and listeners; what was not acknowledged stays on disk. */
  close(): void;
}
