import type { Snapshot } from './snapshot.ts';
import { longest } from './watched-ranges.ts';

/**
 * Makes snapshots fit into a number of bytes: `rewatched` goes first, then again and again the shorter half of the longest list of
 * ranges; who does not even fit without ranges stays out. What is left is true and only says less. It takes the
 * number before its own, so that acknowledging it does not acknowledge the whole. What fits stays the same object.
 */
export function fitSnapshots<Item extends { readonly snapshot: Snapshot }>(
  items: readonly Item[],
  limit: number,
): readonly Item[] {
  const isTooMuch = (list: readonly Item[]) => JSON.stringify(list.map(({ snapshot }) => snapshot)).length > limit;
  const cut = (item: Item, part: Partial<Snapshot>): Item => ({ ...item, snapshot: { ...item.snapshot, ...part } });
  if (!isTooMuch(items)) return items;
  let fitted = items.map((item) => cut(item, { rewatched: [], seq: item.snapshot.seq - 1 }));
  while (fitted[0] && isTooMuch(fitted)) {
    const [first, ...others] = fitted.toSorted((a, b) => b.snapshot.watched.length - a.snapshot.watched.length) as [
      Item,
    ];
    const { watched } = first.snapshot;
    fitted = watched[0] ? [cut(first, { watched: longest(watched, watched.length >> 1) }), ...others] : others;
  }
  return fitted;
}
