import { isReady, type Outgoing } from './entry.ts';
import { fitSnapshots } from './fit-snapshots.ts';

export const MAX_BATCH = 20;
/** The browser's quota is 64 KiB for a page; it may have to leave twice in a row, hidden and then ended. */
const MAX_LEAVING_BYTES = 30 * 1024;

/** The next to be sent: the living before what earlier visits left; up to `size` opened ones together, an open alone. */
export function nextBatch(queue: Iterable<Outgoing>, size: number): readonly Outgoing[] {
  const ready = [...queue].filter(isReady);
  const first = ready.find(({ session }) => session) ?? ready[0];
  return ready.filter((entry) => (first?.opened ? entry.opened : entry === first)).slice(0, size);
}

/**
 * The last to be sent by a page that leaves, small enough for its quota: opened ones together, every open alone. Where nobody
 * knows yet who watches: better late, from disk, than under nobody's name.
 */
export function lastBatches(leaving: readonly Outgoing[]): readonly (readonly Outgoing[])[] {
  const fitted = fitSnapshots(leaving.filter(isReady), MAX_LEAVING_BYTES);
  const opening = fitted.filter(({ opened }) => !opened).map((entry) => [entry]);
  return [fitted.filter(({ opened }) => opened), ...opening].filter(({ length }) => length > 0);
}
