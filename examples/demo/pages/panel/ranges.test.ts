import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthOf, parseMultirange, subtract, type Range } from './ranges.ts';

/** Ascending, without overlaps. */
const ranges = fc
  .uniqueArray(fc.integer({ min: 0, max: 1000 }), { maxLength: 12 })
  .map((points) => points.toSorted((a, b) => a - b))
  .map((points) =>
    points.flatMap((point, index): Range[] => (index % 2 === 1 ? [[points[index - 1] ?? 0, point]] : [])),
  );

function isIn(seconds: number, all: readonly Range[]): boolean {
  return all.some(([start, end]) => seconds >= start && seconds < end);
}

describe('parseMultirange', () => {
  it('reads milliseconds as seconds', () => {
    expect(parseMultirange('{[0,30100),[50000,60000)}')).toEqual([
      [0, 30.1],
      [50, 60],
    ]);
  });

  it('reads nothing from an empty one and from none', () => {
    expect(parseMultirange('{}')).toEqual([]);
    expect(parseMultirange(null)).toEqual([]);
  });
});

describe('subtract', () => {
  it('leaves exactly what is in the one and not in the other', () => {
    fc.assert(
      fc.property(ranges, ranges, fc.integer({ min: 0, max: 1000 }), (from, without, at) => {
        expect(isIn(at, subtract(from, without))).toBe(isIn(at, from) && !isIn(at, without));
      }),
    );
  });

  it('never leaves an empty stretch', () => {
    fc.assert(
      fc.property(ranges, ranges, (from, without) => {
        expect(subtract(from, without).every(([start, end]) => end > start)).toBe(true);
      }),
    );
  });
});

describe('lengthOf', () => {
  it('adds the stretches up', () => {
    expect(
      lengthOf([
        [0, 10],
        [20, 25],
      ]),
    ).toBe(15);
  });
});
