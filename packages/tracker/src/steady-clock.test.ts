import { createFakeClock, type FakeClock } from '@chronos-player/media/testing';
import { describe, expect, it } from 'vitest';
import { withSteadyTime } from './steady-clock.ts';

const HOUR_MS = 3_600_000;

function steadyTime({ now, wall }: Pick<FakeClock, 'now' | 'wall'>): () => number {
  return withSteadyTime({ now, wall, every: () => () => {} }).now;
}

function setUp(): { clock: FakeClock; steady: () => number } {
  const clock = createFakeClock();
  return { clock, steady: steadyTime(clock) };
}

describe('withSteadyTime', () => {
  it.each([true, false])('runs through a sleep, whether or not the monotonic clock does (%s)', (monotonic) => {
    const { clock, steady } = setUp();
    clock.advance(10_000);
    steady();
    clock.sleep(HOUR_MS, { monotonic });
    clock.advance(10_000);
    expect(steady()).toBe(HOUR_MS + 20_000);
  });

  it('does not follow a wall clock that is corrected by seconds', () => {
    const { clock, steady } = setUp();
    for (const ms of [-2_000, 30_000, -30_000, 60_000]) {
      clock.setWallBy(ms);
      clock.advance(1_000);
      steady();
    }
    expect(steady()).toBe(4_000);
  });

  it('believes no wall clock that was set back before', () => {
    const { clock, steady } = setUp();
    clock.setWallBy(-HOUR_MS);
    clock.advance(1_000);
    expect(steady()).toBe(1_000);
    clock.setWallBy(2 * HOUR_MS);
    clock.advance(1_000);
    expect(steady()).toBe(2_000);
  });

  it('never goes back, and does without a wall clock that says nonsense', () => {
    const walls = [0, 1e9, Number.NaN, -1e9, 5, Infinity, 1e12, Number.NaN];
    let at = 0;
    const steady = steadyTime({ now: () => (at += 10), wall: () => walls[(at / 10) % walls.length] ?? 0 });
    let before = steady();
    for (let looks = 0; looks < 50; looks++) {
      const after = steady();
      expect(after).toBeGreaterThanOrEqual(before);
      expect(after).toBeLessThan(Infinity);
      before = after;
    }
  });
});
