import { createFakeClock, createFakeMedia } from '@chronos-player/media/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginSession, observe, totals, type Session } from './meter.ts';
import { percentComplete } from './milestones.ts';
import { readSample, SAMPLED_EVENTS } from './read-sample.ts';
import { lengthOf } from './watched-ranges.ts';

/** A media, a clock and a meter that sees every event the media says. */
function watch({ duration = 100, polled = false }: { duration?: number; polled?: boolean } = {}) {
  const clock = createFakeClock();
  const media = createFakeMedia({ clock, durationSeconds: duration, polled });
  let isHidden = false;
  let session = beginSession({ staleMs: polled ? 250 : 0, completionThreshold: 90, atMs: clock.now() });
  const look = (event?: string): void => {
    session = observe(session, readSample(media, { atMs: clock.now(), isHidden, ...(event && { event }) }));
  };
  for (const event of SAMPLED_EVENTS) media.addEventListener(event, () => look(event));
  look();
  const seconds = (ms: number): number => ms / 1000;
  return {
    media,
    clock,
    look,
    play: (to?: number) => {
      void media.play();
      if (to !== undefined) clock.advance(((to - media.position) / media.playbackRate) * 1000);
    },
    hide: (hidden: boolean) => {
      isHidden = hidden;
      look();
    },
    get session(): Session {
      return session;
    },
    get result() {
      const { watchTimeMs, contentMs, coverage } = totals(session);
      const round = (list: readonly (readonly [number, number])[]) =>
        list.map(([a, b]) => [Math.round(a / 100) / 10, Math.round(b / 100) / 10]);
      return {
        watch: seconds(watchTimeMs),
        content: seconds(contentMs),
        covered: seconds(lengthOf(coverage.watched)),
        watched: round(coverage.watched),
        rewatched: round(coverage.rewatched),
        percent: percentComplete(lengthOf(coverage.watched), session.last?.durationMs ?? null),
        milestones: session.milestones,
        completed: session.isCompleted,
      };
    },
  };
}

describe.each([
  { kind: 'events', polled: false, within: 0.02 },
  { kind: 'polls', polled: true, within: 0.5 },
])('observe, of a source known by $kind', ({ polled, within }) => {
  const near = (actual: number, truth: number): void => {
    expect(Math.abs(actual - truth), `${actual} is not within ${within} s of ${truth}`).toBeLessThanOrEqual(within);
  };

  it('1: tells apart watch time, content, coverage and what was played twice', () => {
    const w = watch({ polled });
    w.play(30);
    w.media.seek(50);
    w.play(60);
    w.media.seek(20);
    w.play(21);
    w.media.setRate(1);
    w.play(40.5);
    w.media.pause();
    near(w.result.watch, 60.5);
    near(w.result.content, 60.5);
    near(w.result.covered, 50.5);
    expect(w.result.percent).toBe(50);
    expect(w.result.milestones).toEqual([10, 25, 50]);
    expect(w.result.completed).toBe(false);
    expect(w.result.watched).toHaveLength(2);
    expect(w.session.counters).toMatchObject({ seeks_forward: 1, seeks_back: 1 });
  });

  it('2: a plain playthrough is exact', () => {
    const w = watch({ polled });
    w.play(100);
    expect(w.media.ended).toBe(true);
    near(w.result.watch, 100);
    expect(w.result.watched).toEqual([[0, 100]]);
    expect(w.result.milestones).toEqual([10, 25, 50, 75, 90]);
    expect(w.result.completed).toBe(true);
  });

  it('3: a seek to the end completes nothing, although it ends', () => {
    const w = watch({ polled });
    w.play(5);
    w.media.seek(95);
    w.play(100);
    near(w.result.watch, 10);
    near(w.result.covered, 10);
    expect(w.result.milestones.filter((percent) => percent > 10)).toEqual([]);
    expect(w.result.completed).toBe(false);
  });

  it('4: what is played again after completion is counted as such', () => {
    const w = watch({ polled });
    w.play(100);
    w.media.seek(0);
    w.play(20);
    w.media.pause();
    near(w.result.watch, 120);
    near(w.result.covered, 100);
    near(totals(w.session).rewatchAfterCompleteMs / 1000, 20);
  });

  it('5: a loop covers the video once', () => {
    const w = watch({ duration: 60, polled });
    w.media.loop = true;
    w.play();
    w.clock.advance(180_000);
    near(w.result.watch, 180);
    near(w.result.covered, 60);
    expect(w.result.completed).toBe(true);
  });

  it('6: watch time is wall-clock time at any rate', () => {
    const w = watch({ duration: 200, polled });
    w.play(40);
    w.media.setRate(1.5);
    w.play(100);
    w.media.setRate(2);
    w.play(140);
    w.media.pause();
    near(w.result.watch, 100);
    near(w.result.content, 140);
    expect(w.result.percent).toBe(70);
    expect(w.session.counters.rate_changes).toBe(2);
  });

  it('7: a pause is not watch time', () => {
    const w = watch({ polled });
    w.play(50);
    w.media.pause();
    w.clock.advance(600_000);
    w.play(100);
    near(w.result.watch, 100);
    near(w.session.counters.paused_ms / 1000, 600);
    expect(w.result.watched).toEqual([[0, 100]]);
    expect(w.session.counters).toMatchObject({ seeks_forward: 0, seeks_back: 0 });
  });

  it.each([true, false])('8: a stall of 15 s (reported: %s) is buffering', (reported) => {
    const w = watch({ polled });
    w.play(30);
    w.media.stall({ reported, ticks: true });
    w.clock.advance(15_000);
    w.media.resume();
    w.play(60);
    w.media.pause();
    const tolerance = reported ? within : 0.75;
    expect(Math.abs(w.result.watch - 60)).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(w.session.counters.buffering_ms / 1000 - 15)).toBeLessThanOrEqual(tolerance);
    expect(w.session.counters.buffering_count).toBe(1);
    expect(w.result.watched).toEqual([[0, 60]]);
  });

  it('9: a hidden tab with slow timers loses nothing and fakes no seek', () => {
    const w = watch({ duration: 3600, polled });
    w.play();
    w.hide(true);
    w.media.tickEvery(1001);
    w.clock.advance(60_000);
    w.media.tickEvery(60_000);
    w.clock.advance(1_800_000);
    w.hide(false);
    w.media.pause();
    near(w.result.watch, 1860);
    near(w.result.covered, 1860);
    near(w.session.counters.hidden_ms / 1000, 1860);
    expect(w.session.counters).toMatchObject({ seeks_forward: 0, seeks_back: 0 });
  });

  it.each([true, false])('10: sleep (monotonic clock goes on: %s) is not watch time', (monotonic) => {
    const w = watch({ polled });
    w.play(10);
    w.media.sleep(1_200_000, { monotonic });
    w.play(20);
    w.media.pause();
    near(w.result.watch, 20);
    near(w.result.covered, 20);
    expect(w.session.counters.buffering_ms).toBe(0);
  });

  it('15: an unknown, an infinite and a changing duration revoke nothing', () => {
    const w = watch({ duration: Number.NaN, polled });
    w.play(5);
    expect(w.result.percent).toBeNull();
    w.media.setDuration(100);
    w.play(60);
    expect(w.result.percent).toBe(60);
    w.media.setDuration(200);
    w.play(61);
    expect(w.result.percent).toBe(30);
    expect(w.result.milestones).toEqual([10, 25, 50]);
  });

  it('16: scrubbing while paused watches nothing and starts nothing', () => {
    const w = watch({ polled });
    for (let i = 0; i < 50; i++) {
      w.media.seek((i * 37) % 100);
      w.clock.advance(300);
    }
    expect(w.result).toMatchObject({ watch: 0, content: 0, watched: [] });
    expect(w.session.hasStarted).toBe(false);
  });
});

const step = fc.oneof(
  fc.record({ do: fc.constant('seek' as const), to: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant('rate' as const), to: fc.constantFrom(0.25, 0.5, 1, 1.25, 1.5, 2, 4) }),
  fc.record({ do: fc.constantFrom('pause' as const, 'stall' as const), to: fc.integer({ min: 1, max: 30 }) }),
);
const script = fc.array(fc.record({ step, thenMs: fc.integer({ min: 5_000, max: 110_000 }) }), {
  minLength: 10,
  maxLength: 60,
});

/** Plays a script against the meter and keeps the truth beside it, read from the media's own timeline. */
function perform(steps: readonly { step: { do: string; to: number }; thenMs: number }[], polled: boolean) {
  const duration = 7200;
  const w = watch({ duration, polled });
  const truth = { watchMs: 0, marks: new Uint8Array(duration * 100) };
  const go = (ms: number): void => {
    const from = w.media.position;
    w.clock.advance(ms);
    const moved = w.media.position - from;
    truth.watchMs += (moved / w.media.playbackRate) * 1000;
    truth.marks.fill(1, Math.round(from * 100), Math.round((from + moved) * 100));
  };
  w.play();
  go(5_000);
  for (const { step: action, thenMs } of steps) {
    if (action.do === 'seek') {
      // A seek shorter than a stale reading can show is no seek to an outsider.
      const target = action.to * (duration - 500);
      w.media.seek(Math.abs(target - w.media.position) < 2 ? target + 5 : target);
    }
    if (action.do === 'rate') w.media.setRate(action.to);
    if (action.do === 'pause') {
      w.media.pause();
      go(action.to * 1000);
      w.play();
    }
    if (action.do === 'stall') {
      w.media.stall();
      go(action.to * 1000);
      w.media.resume();
    }
    go(thenMs);
  }
  w.media.pause();
  const coveredSeconds = truth.marks.reduce((sum, mark) => sum + mark, 0) / 100;
  return { w, watchSeconds: truth.watchMs / 1000, coveredSeconds };
}

describe('observe, against the truth of random viewing', () => {
  it.each([false, true])('is within 0.5 s of watch time and 1 s of coverage (polled: %s)', (polled) => {
    let worst = { watch: 0, covered: 0 };
    fc.assert(
      fc.property(script, (steps) => {
        const { w, watchSeconds, coveredSeconds } = perform(steps, polled);
        const error = {
          watch: Math.abs(w.result.watch - watchSeconds),
          covered: Math.abs(w.result.covered - coveredSeconds),
        };
        worst = { watch: Math.max(worst.watch, error.watch), covered: Math.max(worst.covered, error.covered) };
        expect(error.watch).toBeLessThanOrEqual(0.5);
        expect(error.covered).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60, endOnFailure: true, seed: 20260105 },
    );
    console.info(
      `worst error, polled ${polled}: watch ${worst.watch.toFixed(3)} s, covered ${worst.covered.toFixed(3)} s`,
    );
  });
});

describe('observe, of a media that lies', () => {
  it('never gives a negative, NaN or inflated number', () => {
    const odd = fc.oneof(
      fc.double({ min: -1e6, max: 1e7 }),
      fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -1, 1e300),
    );
    const sample = fc.record({
      atMs: odd,
      positionMs: odd,
      durationMs: fc.option(odd),
      rate: odd,
      state: fc.constantFrom('idle', 'playing', 'paused', 'buffering', 'seeking', 'ended', 'ad' as const),
      hidden: fc.boolean(),
      muted: fc.boolean(),
      captions: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 40 }), (samples) => {
        let session = beginSession({ staleMs: 0, completionThreshold: 90, atMs: 0 });
        let before = totals(session);
        for (const seen of samples) {
          session = observe(session, seen);
          const now = totals(session);
          for (const number of [now.watchTimeMs, now.contentMs, ...Object.values(session.counters)]) {
            expect(number).toBeGreaterThanOrEqual(0);
            expect(number).toBeLessThan(Infinity);
          }
          expect(now.watchTimeMs).toBeGreaterThanOrEqual(before.watchTimeMs - 1e-3);
          before = now;
        }
        const elapsed = (session.last?.atMs ?? 0) - 0;
        expect(before.watchTimeMs).toBeLessThanOrEqual(elapsed + 1);
      }),
      { numRuns: 500 },
    );
  });
});
