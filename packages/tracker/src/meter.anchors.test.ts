import { describe, expect, it } from 'vitest';
import { meterMedia } from '../testing/metered-media.ts';

/** What other meters are known to get wrong, measured before this one was written. */
describe('observe, where others fail', () => {
  it('Snowplow: 0 to 30, seek 50 to 60 are 40 s, not 61', () => {
    const w = meterMedia();
    w.play(30);
    w.media.seek(50);
    w.play(60);
    w.media.pause();
    expect(w.result).toMatchObject({
      watch: 40,
      watched: [
        [0, 30],
        [50, 60],
      ],
      percent: 40,
    });
  });

  it.each([true, false])('Snowplow: an hour of sleep is not watched (monotonic clock runs: %s)', (monotonic) => {
    const w = meterMedia();
    w.play(10);
    w.media.sleep(3_600_000, { monotonic });
    w.play(20);
    w.media.pause();
    expect(w.result.watch).toBeCloseTo(20, 1);
  });

  it('Snowplow, Open edX, Sendrec, Frappe LMS: a seek to 95 % reaches nothing', () => {
    const w = meterMedia();
    w.play(5);
    w.media.seek(95);
    w.play(99);
    expect(w.result).toMatchObject({ milestones: [], completed: false });
  });

  it('mux-embed: a hidden tab with a tick every 1001 ms is watched all the same, 60 of 60 s', () => {
    const w = meterMedia();
    w.play();
    w.hide(true);
    w.media.tickEvery(1_001);
    w.clock.advance(60_000);
    w.media.pause();
    expect(w.result.watch).toBeCloseTo(60, 2);
  });

  it('mux-embed: 2x, looked at every 600 ms, is watched', () => {
    const w = meterMedia();
    w.media.setRate(2);
    w.media.tickEvery(600);
    w.play(60);
    w.media.pause();
    expect(w.result).toMatchObject({ watch: 30, content: 60 });
  });

  it.each([2, 4])('wrappers of YouTube: %dx fakes no seek (they see 52 in 6 s)', (rate) => {
    const w = meterMedia({ polled: true });
    w.media.setRate(rate);
    w.play(80);
    expect(w.session.counters).toMatchObject({ seeks_forward: 0, seeks_back: 0 });
    expect(w.result.watched).toHaveLength(1);
  });
});
