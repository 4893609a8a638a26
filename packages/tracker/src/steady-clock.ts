import type { TrackingClock } from './track-options.ts';

/** Timers of a hidden page fire at least once a minute: a longer silence is a sleeping machine, not a stall. */
export const SLEEP_MS = 90_000;

/**
 * The same clock, its monotonic time running also while the machine sleeps. `performance.now()` does so on some systems and
 * stands still on others; there only the wall clock, having run on alone, tells that time has passed.
 *
 * A wall clock can be set, a sleep cannot set it back: one that was once seen to go back is not believed again. One that is
 * set far ahead is taken for a sleep, which may divide a visit into two and changes none of its numbers.
 */
export function withSteadyTime({ now, wall, every }: TrackingClock): TrackingClock {
  let aheadMs = wall() - now();
  let sleptMs = 0;
  let isBelieved = true;
  const steady = (): number => {
    const awakeMs = now();
    const gapMs = wall() - awakeMs - aheadMs;
    aheadMs += gapMs;
    isBelieved &&= gapMs > -SLEEP_MS;
    if (isBelieved && gapMs > SLEEP_MS) sleptMs += gapMs;
    return awakeMs + sleptMs;
  };
  return { now: steady, wall, every };
}
