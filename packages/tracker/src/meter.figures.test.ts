import { describe, expect, it } from 'vitest';
import { findErrors, type Errors } from '../testing/viewing/errors.ts';
import { readKeptViewings } from '../testing/viewing/kept-viewings.ts';
import { meterPlayer, readMeter } from '../testing/viewing/meter-viewing.ts';
import { performViewing } from '../testing/viewing/perform-viewing.ts';
import { findBroken, measureViewing, PROMISED } from '../testing/viewing/prove.ts';
import { SimulatedPlayer } from '../testing/viewing/simulated-player.ts';
import type { Act, SourceKind, Viewing } from '../testing/viewing/viewing.ts';

const KINDS: readonly SourceKind[] = ['native', 'polled', 'reported'];
const MINUTE_MS = 60_000;

/** An hour of an endless video in which nothing but these acts happens. */
function anHour(kind: SourceKind, acts: readonly Act[], more: Partial<Viewing> = {}): Viewing {
  const quiet = { lateMs: 0, pace: 1, startUpMs: 0, grainMs: 0, latencyMs: 0, seed: 1, loop: false, tickMs: 250 };
  return { kind, durationMs: 100_000_000, durationAfterMs: 0, ...quiet, ...more, acts };
}

/** Its errors, printed. */
function measure(what: string, viewing: Viewing): Errors {
  const errors = measureViewing(viewing);
  const { watch, coverage, seeks } = errors;
  console.info(
    `${what}, ${viewing.kind}: watch ${watch.toFixed(3)} s, coverage ${coverage.toFixed(3)} s, seeks ${seeks}`,
  );
  return errors;
}

const near = (error: number, limit: number): void => expect(Math.abs(error)).toBeLessThanOrEqual(limit);

/** The hour of the promise: 20 pauses, 20 stalls, 20 seeks, every third without a word where the vendor is silent. */
function promisedHour(kind: SourceKind): Viewing {
  const rates = [0.75, 1, 1.25, 1.5, 2];
  const acts = Array.from({ length: 20 }, (_, index): Act[] => [
    { do: 'pause', ms: 4_000 + index * 311, thenMs: 35_000 },
    { do: 'stall', ms: 2_000 + index * 177, isReported: index % 2 === 0, ticks: index % 4 < 2, thenMs: 35_000 },
    {
      do: 'seek',
      to: (((index * 37) % 100) + 0.5) / 2_000,
      manner: index % 3 === 0 ? 'silent' : 'announced',
      tookMs: 0,
      thenMs: 35_000,
    },
    { do: 'rate', rate: rates[index % rates.length] ?? 1, thenMs: 35_000 },
  ]).flat();
  return anHour(kind, acts, { lateMs: 30, startUpMs: 20, latencyMs: 5 });
}

describe.each(KINDS)('the figures of the meter, %s', { timeout: 60_000 }, (kind) => {
  it('an hour with 20 pauses, 20 stalls, 20 seeks and changes of rate: watch within 0.5 s, coverage within 1 s', () => {
    const errors = measure('an hour of viewing', promisedHour(kind));
    expect(findBroken(errors, PROMISED)).toEqual([]);
    near(errors.buffering, 0.75 * 10);
  });

  it('uninterrupted playback is exact to 0.1 s', () => {
    const errors = measure('an hour uninterrupted', anHour(kind, []));
    near(errors.watch, 0.1);
    near(errors.coverage, 0.1);
  });

  it.each([1.001, 0.999])('uninterrupted playback is exact also where the sound card runs at %d', (pace) => {
    const errors = measure(`an hour uninterrupted at pace ${pace}`, anHour(kind, [], { pace }));
    // Its content says 3.6 s more or less than the clock.
    near(errors.watch, 0.1);
    near(errors.coverage, 0.1);
    near(errors.buffering, 0);
    expect(errors.seeks).toBe(0);
  });

  it.each([1_000, 1_001, MINUTE_MS])('a hidden tab with a tick every %d ms loses nothing', (everyMs) => {
    const hide: Act = { do: 'hide', ms: 30 * MINUTE_MS, everyMs, thenMs: 1_000 };
    const errors = measure(`30 min hidden, ${everyMs} ms`, anHour(kind, [hide]));
    near(errors.watch, 0.1);
    near(errors.coverage, 0.1);
    near(errors.hidden, 1);
    expect(errors.seeks).toBe(0);
  });

  it.each([true, false])('an hour of sleep adds at most 0.5 s (monotonic clock runs: %s)', (isMonotonic) => {
    const sleep: Act = { do: 'sleep', ms: 60 * MINUTE_MS, isMonotonic, thenMs: 10_000 };
    const errors = measure('an hour of sleep', anHour(kind, [sleep]));
    near(errors.watch, 0.5);
    near(errors.coverage, 0.5);
    near(errors.buffering, 0.5);
    expect(errors.seeks).toBe(0);
  });

  it.each([0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4])('at %dx no seek is seen that was none', (rate) => {
    for (const lateMs of [0, 200]) {
      const acts: Act[] = [{ do: 'rate', rate, thenMs: MINUTE_MS }];
      expect(measureViewing(anHour(kind, acts, { lateMs, latencyMs: 20 })).seeks).toBe(0);
    }
  });

  it('a wall clock that somebody sets changes nothing', () => {
    const acts: Act[] = [-60, 120, -60].map((minutes) => ({
      do: 'setWall',
      byMs: minutes * MINUTE_MS,
      thenMs: MINUTE_MS,
    }));
    const errors = measure('a wall clock set back and ahead', anHour(kind, acts));
    near(errors.watch, 0.1);
    near(errors.coverage, 0.1);
  });
});

describe('scripts that once broke a promise', { timeout: 60_000 }, () => {
  it.each(readKeptViewings())('$name keeps it', ({ viewing }) => {
    expect(findBroken(measureViewing(viewing), PROMISED)).toEqual([]);
  });
});

describe('every number of a session', { timeout: 60_000 }, () => {
  it.each(KINDS)('only grows, %s', (kind) => {
    const player = new SimulatedPlayer(promisedHour(kind));
    const meter = meterPlayer(player);
    const { look } = player;
    let before: readonly number[] = [];
    let worst = 0;
    player.look = (event) => {
      const wants = look(event);
      const { watchMs, contentMs, counters, coverage } = readMeter(meter.session);
      const covered = coverage.watched.reduce((sum, [start, end]) => sum + end - start, 0);
      const now = [watchMs, contentMs, covered, ...Object.values(counters)];
      for (const [index, number] of before.entries()) worst = Math.max(worst, number - (now[index] ?? 0));
      before = now;
      return wants;
    };
    performViewing(player, promisedHour(kind));
    // Ranges are whole milliseconds, so their length may flicker by one.
    expect(worst).toBeLessThanOrEqual(1);
    expect(findErrors(readMeter(meter.session), player.playhead.truth).seeks).toBe(0);
  });
});
