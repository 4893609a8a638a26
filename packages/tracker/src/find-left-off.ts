import { knownAnonymousId, type AnonymousIdPage } from './anonymous-id.ts';
import { subjectOf } from './entry.ts';
import { createOutbox, type OutboxPage } from './outbox.ts';
import type { Endpoint, Identity } from './transport.ts';

/** Where somebody stopped watching. */
export interface LeftOff {
  readonly positionSeconds: number;
  /** How long ago that was, by this browser's clock. */
  readonly ageMs: number;
}

/** Who wants to go on with what. */
export interface LeftOffQuery extends Pick<Endpoint, 'supabaseUrl'> {
  readonly videoId: string;
  readonly identity: Identity;
}

/**
 * Where this viewer left a video on an earlier visit of which the database has not heard yet; `null`: nowhere. An anonymous
 * viewer is known by the id this browser keeps; without one he is nobody. Opens the outbox, so call it only where something may
 * be stored.
 */
export async function findLeftOff(
  { videoId, supabaseUrl, identity }: LeftOffQuery,
  page: OutboxPage & AnonymousIdPage = globalThis,
): Promise<LeftOff | null> {
  const sub = subjectOf(identity);
  const anonymousId = sub === null ? knownAnonymousId(page) : null;
  if (sub === null && anonymousId === null) return null;
  const records = await createOutbox(page).load();
  // Newest first.
  const last = records.find(
    (record) =>
      record.url === supabaseUrl &&
      record.snapshot.videoId === videoId &&
      record.snapshot.watchTimeMs > 0 &&
      record.sub === sub &&
      (sub !== null || record.anonymousId === anonymousId),
  );
  return last ? { positionSeconds: last.snapshot.positionMs / 1000, ageMs: page.Date.now() - last.savedAt } : null;
}
