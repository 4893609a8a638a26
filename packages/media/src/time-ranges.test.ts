import { describe, expect, it } from 'vitest';
import { createTimeRanges } from './time-ranges.ts';

describe('createTimeRanges', () => {
  it('answers as the platform does', () => {
    const ranges = createTimeRanges([
      [0, 1.5],
      [3, 4],
    ]);
    expect([ranges.length, ranges.start(1), ranges.end(0)]).toEqual([2, 3, 1.5]);
  });

  it('throws IndexSizeError beyond its length', () => {
    const ranges = createTimeRanges([]);
    expect(ranges).toHaveLength(0);
    for (const index of [0, -1, NaN]) {
      expect(() => ranges.start(index)).toThrowError(expect.objectContaining({ name: 'IndexSizeError' }));
    }
  });
});
