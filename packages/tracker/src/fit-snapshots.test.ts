import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manyRanges, snapshotOf } from '../testing/snapshots.ts';
import { fitSnapshots } from './fit-snapshots.ts';

const itemOf = (id: string, watched: number, rewatched = 0) => ({
  snapshot: snapshotOf(id, 5, { watched: manyRanges(watched), rewatched: manyRanges(rewatched) }),
});

describe('fitSnapshots', () => {
  it('gives back what fits, untouched', () => {
    const items = [itemOf('a', 10, 10)];
    expect(fitSnapshots(items, 10_000)).toBe(items);
  });

  it('gives up rewatched first', () => {
    const [fitted] = fitSnapshots([itemOf('a', 100, 500)], 4_000);
    expect(fitted?.snapshot.watched).toHaveLength(100);
    expect(fitted?.snapshot.rewatched).toEqual([]);
  });

  it('takes the number before its own when cut, once', () => {
    const [fitted] = fitSnapshots([itemOf('a', 500, 500)], 1_500);
    expect(fitted?.snapshot.seq).toBe(4);
  });

  it('always fits, and claims nothing that was not there', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 512 }), { maxLength: 6 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 0, max: 40_000 }), (sizes, limit) => {
        const items = sizes.map((size, index) => itemOf(`${index}`, size, size));
        const fitted = fitSnapshots(items, limit);
        expect(JSON.stringify(fitted.map(({ snapshot }) => snapshot)).length).toBeLessThanOrEqual(Math.max(limit, 2));
        for (const { snapshot } of fitted) {
          const whole = new Set(items[Number(snapshot.sessionId)]?.snapshot.watched.map(String));
          expect(snapshot.watched.every((range) => whole.has(String(range)))).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
