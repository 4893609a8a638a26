import type { Answer, Snapshot } from './snapshot.ts';
import type { TrackingError } from './tracking-error.ts';
import type { Identity } from './transport.ts';

/** A watch session as the delivery sees it. Its callbacks may be called after it closed, until all is acknowledged. */
export interface DeliverySession {
  readonly sessionId: string;
  /** Asked at once and again for every further try to open. Who answered first stays the viewer of this session. */
  readonly identity: () => Promise<Identity> | Identity;
  /** Default: the one this browser keeps, if the viewer lets it. */
  readonly anonymousId?: string | null;
  readonly onAnswer: (answer: Answer) => void;
  readonly onError: (error: TrackingError) => void;
  /**
   * Asked when the page is hidden (`end: false`) and when it ends (`end: true`: the snapshot then carries the close reason
   * `page_end`), for every session of the page in one task, so that all leave in one request. `null`: nothing new to say.
   */
  readonly onLeave?: (end: boolean) => Snapshot | null;
  /** The page is visible, awake or online again. */
  readonly onReturn?: () => void;
}

/** What is owed at this moment, for people who look. */
export interface DeliveryState {
  /** Sessions with something to send that is not on its way. */
  readonly waiting: number;
  readonly isSending: boolean;
  /** How long the next request has to wait: for the gap of 1 s, or for its turn after a failure. */
  readonly waitMs: number;
}

/** Carries the snapshots of all players of a page to one database: none is lost, none is sent more often than needed. */
export interface Delivery {
  /** Absent where another version delivers for this page, or none has arrived yet. */
  readonly state?: DeliveryState;
  /** Makes a session known. Without it `keep` and `post` do nothing. */
  join(session: DeliverySession): void;
  /** To disk only (about once a second while playing), so that a crash loses no more than that second. */
  keep(snapshot: Snapshot): void;
  /** To disk, and to the database as soon as the rules allow. A close reason in its context makes it the last one. */
  post(snapshot: Snapshot): void;
  /**
   * The page may be gone in a moment: all of these go to disk and out by keepalive requests before this returns.
   * Happens by itself for sessions with `onLeave`.
   */
  leave(snapshots: readonly Snapshot[]): void;
  /**
   * Resolves when nothing waits to be sent, and also when a try failed, when the page is hidden and on `close`: what is still
   * owed is then on disk.
   */
  flush(): Promise<void>;
  /** Stops timers and listeners until the next `join`. What was not acknowledged stays on disk. */
  close(): void;
  /**
   * The viewer takes back the consent he gave to the player of this session: nothing more is sent of it, nor of what was
   * watched before, on this page or an earlier visit, and the anonymous id is forgotten. What the database has, it keeps. What
   * other players of the page are showing goes on, without that id: their consent is their own. A player that goes on needs
   * another `join`.
   */
  forget(sessionId?: string): void;
}
