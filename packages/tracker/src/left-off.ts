/** @module `@chronos-player/tracker/left-off`: apart from the tracker, since only a player that chooses where to begin asks. */
import type { LeftOff, LeftOffQuery } from './find-left-off.ts';

export type { LeftOff, LeftOffQuery } from './find-left-off.ts';

/**
 * Where this viewer left a video on an earlier visit of which the database has not heard yet; `null`: nowhere. An anonymous viewer
 * is known by the id this browser keeps; without one he is nobody. Call it only where something may be stored. Comes with the code that
 * delivers, which a tracked page needs anyway, and rejects if that cannot be loaded.
 *
 * @example const left = await findLeftOff({ videoId, supabaseUrl, identity: {} });
 */
export async function findLeftOff(query: LeftOffQuery): Promise<LeftOff | null> {
  const delivering = await import('./delivery-for.ts');
  return delivering.findLeftOff(query);
}
