import type { SendFailure } from './transport.ts';

/**
 * What went wrong while telling the database, for the developer's eyes; playback is never touched by it.
 * - `refused`: the database or its gateway said no for good; that message is dropped (`status`, `reason` and `hint` are its words).
 * - `failing`: the same message was answered 500 three times and is dropped; newer ones are sent again. Or more than 50
 *   sessions wait, and one that is over is given up.
 * - `identity`: the page's own `identity` function failed; it is asked again.
 * - `storage`: neither IndexedDB nor localStorage can be used; delivery goes on from memory, without surviving a crash.
 * - `missing`: the code that delivers could not be loaded; that is tried again, and nothing is sent until then.
 * - `context`: a course or module id is no uuid; the session is told without it.
 */
export type TrackingErrorCode = 'refused' | 'failing' | 'identity' | 'storage' | 'missing' | 'context';

/** Reported through `onError`, at most once per dropped message or lost facility. */
export interface TrackingError {
  readonly code: TrackingErrorCode;
  readonly message: string;
  /** HTTP status of the answer; absent where there was none. */
  readonly status?: number;
  /** The database's own code, for example `PT403`. */
  readonly reason?: string;
  /** The database's own advice. */
  readonly hint?: string;
}

/** What a message that is dropped is reported as. */
export function toTrackingError({ status, reason, message, hint }: SendFailure): TrackingError {
  return { code: status === 500 ? 'failing' : 'refused', status, reason, message, hint } as TrackingError;
}
