import type { DeliverySession } from './delivery.ts';
import type { OutboxRecord } from './outbox.ts';
import type { Snapshot } from './snapshot.ts';
import type { Identity, SendFailure } from './transport.ts';

/** So often may a message be answered 500, or an open 401 (its token may just have expired). */
const MAX_STRIKES = 3;

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** A session that is, or may come to be, owed to the database: what goes to disk, and what only this page knows. */
export interface Entry extends Mutable<Omit<OutboxRecord, 'snapshot'>> {
  readonly sessionId: string;
  /** Absent for what an earlier visit left behind. */
  readonly session?: DeliverySession;
  /** The last answer of the page's identity, also for a page that has no time to ask; absent until the first. */
  identity?: Identity;
  /** A try to open failed: ask again before the next. */
  isStale?: boolean;
  /** The newest; absent until the first. */
  snapshot?: Snapshot;
}

/** An entry that has something to say. */
export type Outgoing = Entry & { snapshot: Snapshot };

/**
 * Takes note of who watches. Who answered first stays the session's viewer: a token of anybody else, after another sign-in
 * or on a later visit, is not used. Nor does this browser's anonymous id stand in for a student, or for somebody who was
 * never asked: the database would refuse the student afterwards, while nobody joined with a student is that student.
 */
export function identify(entry: Entry, identity: Identity): void {
  const sub = subjectOf(identity);
  if (entry.session && !entry.identity) entry.sub = sub;
  entry.identity = sub === entry.sub && (sub || entry.session) ? identity : {};
  if (entry.identity !== identity && entry.sub !== null) entry.anonymousId = null;
}

/** What goes to disk. What only this page knows stays off it, tokens above all. */
export function toRecord({
  session: _session,
  identity: _identity,
  isStale: _isStale,
  ...record
}: Outgoing): OutboxRecord {
  return record;
}

/** Whom to give up where too many wait: the oldest, of those that nobody watches on this page any more. */
export function leastMissed(entries: Iterable<Entry>): Entry | undefined {
  const over = [...entries].filter((entry) => !isWatched(entry));
  return over.toSorted((a, b) => a.savedAt - b.savedAt)[0];
}

/** Whether a player of this page is showing it. */
export function isWatched({ session, snapshot }: Entry): boolean {
  return session !== undefined && !(snapshot && isLast(snapshot));
}

/** Whether it can be sent: the write key proves it, or it is known who watches. */
export function isReady({ opened, identity }: Entry): boolean {
  return opened || identity !== undefined;
}

/** Whether to send again what failed so. Counts what a repetition is unlikely to change. */
export function mayRepeat(entry: Entry, { status, retry }: SendFailure): boolean {
  const { accessToken, viewerToken } = entry.identity ?? {};
  const isStrike = status === 500 || (status === 401 && (viewerToken ?? accessToken) !== undefined);
  return isStrike ? (entry.strikes += 1) < MAX_STRIKES : retry;
}

/** Whether this snapshot ends its session. */
export function isLast({ context }: Snapshot): boolean {
  return context.close_reason !== undefined;
}

/** `sub` of the token that counts, `null` for nobody. Unverified: proving it is the database's part. */
export function subjectOf({ viewerToken, accessToken }: Identity): string | null {
  try {
    const [, payload = ''] = `${viewerToken ?? accessToken}`.split('.');
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).sub ?? null;
  } catch {
    return null;
  }
}
