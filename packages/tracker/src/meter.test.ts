import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meterMedia } from '../testing/metered-media.ts';
import { beginSession, observe, totals } from './meter.ts';

describe.each([
  { kind: 'events', polled: false, within: 0.02 },
  { kind: 'polls', polled: true, within: 0.5 },
])('observe, of a source known by $kind', ({ polled, within }) => {
  const near = (actual: number, truth: number): void => {
    expect(Math.abs(actual - truth), `${actual} is not within ${within} s of ${truth}`).toBeLessThanOrEqual(within);
  };

  it('1: tells apart watch time, content, coverage and what was played twice', () => {
    const w = meterMedia({ polled });
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
    const w = meterMedia({ polled });
    w.play(100);
    expect(w.media.ended).toBe(true);
    near(w.result.watch, 100);
    expect(w.result.watched).toEqual([[0, 100]]);
    expect(w.result.milestones).toEqual([10, 25, 50, 75, 90]);
    expect(w.result.completed).toBe(true);
  });

  it('3: a seek to the end completes nothing, although it ends', () => {
    const w = meterMedia({ polled });
    w.play(5);
    w.media.seek(95);
    w.play(100);
    near(w.result.watch, 10);
    near(w.result.covered, 10);
    expect(w.result.milestones.filter((percent) => percent > 10)).toEqual([]);
    expect(w.result.completed).toBe(false);
  });

  it('4: what is played again after completion is counted as such', () => {
    const w = meterMedia({ polled });
    w.play(100);
    w.media.seek(0);
    w.play(20);
    w.media.pause();
    near(w.result.watch, 120);
    near(w.result.covered, 100);
    near(totals(w.session).rewatchAfterCompleteMs / 1000, 20);
  });

  it('5: a loop covers the video once', () => {
    const w = meterMedia({ duration: 60, polled });
    w.media.loop = true;
    w.play();
    w.clock.advance(180_000);
    near(w.result.watch, 180);
    near(w.result.covered, 60);
    expect(w.result.completed).toBe(true);
  });

  it('6: watch time is wall-clock time at any rate', () => {
    const w = meterMedia({ duration: 200, polled });
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
    const w = meterMedia({ polled });
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
    const w = meterMedia({ polled });
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
    const w = meterMedia({ duration: 3600, polled });
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
    const w = meterMedia({ polled });
    w.play(10);
    w.media.sleep(1_200_000, { monotonic });
    w.play(20);
    w.media.pause();
    near(w.result.watch, 20);
    near(w.result.covered, 20);
    expect(w.session.counters.buffering_ms).toBe(0);
  });

  it('15: an unknown, an infinite and a changing duration revoke nothing', () => {
    const w = meterMedia({ duration: Number.NaN, polled });
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
    const w = meterMedia({ polled });
    for (let i = 0; i < 50; i++) {
      w.media.seek((i * 37) % 100);
      w.clock.advance(300);
    }
    expect(w.result).toMatchObject({ watch: 0, content: 0, watched: [] });
    expect(w.session.hasStarted).toBe(false);
  });
});

describe('observe, of a change of rate that is heard of late', () => {
  it.each([
    { from: 2, to: 0.5 },
    { from: 1, to: 2 },
    { from: 0.25, to: 4 },
  ])('lets the new rate begin where its line meets the old one, $from to $to', ({ from, to }) => {
    let session = beginSession({ staleMs: 0, completionThreshold: 90, atMs: 0 });
    const see = (atMs: number, positionMs: number, rate: number): void => {
      const seen = { state: 'playing', hidden: false, muted: false, captions: false, failed: false } as const;
      session = observe(session, { ...seen, atMs, positionMs, rate, durationMs: 1e6 });
    };
    for (let atMs = 0; atMs <= 10_000; atMs += 250) see(atMs, atMs * from, from);
    // It changes 50 ms later, and is heard of after another 150 ms.
    const positionAt = (atMs: number): number => 10_050 * from + (atMs - 10_050) * to;
    for (let atMs = 10_200; atMs <= 20_200; atMs += 250) see(atMs, positionAt(atMs), to);
    const { watchTimeMs, contentMs, coverage } = totals(session);
    expect(watchTimeMs).toBeCloseTo(20_200, 6);
    expect(contentMs).toBeCloseTo(positionAt(20_200), 6);
    expect(coverage.watched).toEqual([[0, Math.round(positionAt(20_200))]]);
    expect(session.counters).toMatchObject({ rate_changes: 1, seeks_forward: 0, seeks_back: 0, buffering_ms: 0 });
  });
});

describe('observe, of a media that lies', { timeout: 60_000 }, () => {
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
      failed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 40 }), (samples) => {
        let session = beginSession({ staleMs: 0, completionThreshold: 90, atMs: 0 });
        let before = totals(session);
        for (const seen of samples) {
          session = observe(session, seen);
          const now = totals(session);
          expect(session.last?.positionMs ?? 0).toBeLessThan(2 ** 31);
          expect(session.last?.durationMs ?? 0).toBeLessThan(2 ** 31);
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
