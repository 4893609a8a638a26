import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasReached, percentComplete } from './milestones.ts';

describe('hasReached', () => {
  it('is reached at exactly its percent and not a millisecond before', () => {
    expect(hasReached(90, 90_000, 100_000)).toBe(true);
    expect(hasReached(90, 89_999, 100_000)).toBe(false);
  });
  it('is never reached while the duration is unknown', () => {
    expect(hasReached(10, 1_000_000, null)).toBe(false);
    expect(hasReached(10, 1_000_000, 0)).toBe(false);
  });
});

describe('percentComplete', () => {
  it('rounds down, so that 90 % is shown only when 90 % is reached', () => {
    const ms = fc.integer({ min: 1, max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: 1, max: 100 }), (covered, duration, percent) => {
        const shown = percentComplete(covered, duration) ?? 0;
        expect(shown >= percent).toBe(hasReached(percent, covered, duration));
      }),
    );
  });
  it('is null for a live stream and never above 100', () => {
    expect(percentComplete(5, null)).toBeNull();
    expect(percentComplete(200, 100)).toBe(100);
  });
});
