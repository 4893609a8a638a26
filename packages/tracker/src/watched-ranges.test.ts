import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addPlayed, intersect, lengthOf, longest, union, type Coverage, type Range } from './watched-ranges.ts';

const SECONDS = 60;
const range = fc
  .tuple(fc.integer({ min: 0, max: SECONDS }), fc.integer({ min: 0, max: SECONDS }))
  .map(([a, b]): Range => [Math.min(a, b), Math.max(a, b)]);
const plays = fc.array(range, { maxLength: 30 });
const NOTHING: Coverage = { watched: [], rewatched: [] };

/** How often each unit of time was played: the plain truth to compare with. */
function playCounts(ranges: readonly Range[]): number[] {
  const counts = Array.from({ length: SECONDS }, () => 0);
  for (const [start, end] of ranges) for (let at = start; at < end; at++) counts[at]! += 1;
  return counts;
}

const marks = (ranges: readonly Range[]): boolean[] => playCounts(ranges).map((n) => n > 0);

describe('addPlayed', () => {
  it('keeps what was played once and what was played twice or more, whatever the order of plays', () => {
    fc.assert(
      fc.property(plays, (played) => {
        const { watched, rewatched } = played.reduce(addPlayed, NOTHING);
        const counts = playCounts(played);
        expect(marks(watched)).toEqual(counts.map((n) => n >= 1));
        expect(marks(rewatched)).toEqual(counts.map((n) => n >= 2));
      }),
    );
  });
  it('keeps both lists sorted, disjoint and not touching', () => {
    fc.assert(
      fc.property(plays, (played) => {
        for (const list of Object.values(played.reduce(addPlayed, NOTHING))) {
          for (let i = 1; i < list.length; i++) expect(list[i]![0]).toBeGreaterThan(list[i - 1]![1]);
        }
      }),
    );
  });
  it('ignores an empty, a reversed and a NaN stretch', () => {
    for (const odd of [
      [5, 5],
      [9, 3],
      [NaN, 3],
      [3, NaN],
    ] as const)
      expect(addPlayed(NOTHING, odd)).toBe(NOTHING);
  });
});

describe('union and intersect', () => {
  it('agree with the sets they stand for', () => {
    fc.assert(
      fc.property(plays, range, (played, window) => {
        const { watched } = played.reduce(addPlayed, NOTHING);
        const inWindow = marks([window]);
        expect(marks(intersect(watched, window))).toEqual(marks(watched).map((mark, i) => mark && inWindow[i]));
        expect(union(watched, watched)).toEqual(watched);
      }),
    );
  });
});

describe('longest', () => {
  it('keeps at most the limit, the longest ones, in order, and adds nothing', () => {
    fc.assert(
      fc.property(plays, fc.integer({ min: 1, max: 5 }), (played, limit) => {
        const { watched } = played.reduce(addPlayed, NOTHING);
        const kept = longest(watched, limit);
        expect(kept.length).toBe(Math.min(limit, watched.length));
        expect(watched.filter((r) => kept.includes(r))).toEqual(kept);
        const best = watched.map((r) => r[1] - r[0]).toSorted((a, b) => b - a);
        expect(lengthOf(kept)).toBe(best.slice(0, limit).reduce((sum, n) => sum + n, 0));
      }),
    );
  });
});
