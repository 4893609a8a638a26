import { TICK_MS } from '@chronos-player/media/testing';
import { expect, it } from 'vitest';
import { describeItems, SOURCES } from './describe-items.ts';
import { expectTruth, expectWatched, near } from './expect-truth.ts';
import type { SessionRow } from './read-rows.ts';

const MINUTE_MS = 60_000;

describeItems('torture list 7 to 11: time', (world) => {
  it.each(SOURCES)('7. ten minutes of pause: counted as such, and silent ($name)', async (source) => {
    const { video, tab } = await world().visitNew(source);
    await tab.play(50);
    const before = tab.requests.length;
    tab.media.pause();
    await world().pass(10 * MINUTE_MS);
    expect(tab.requests.length - before).toBeLessThanOrEqual(2);
    await tab.play(60);
    await tab.close();
    const rows = await world().read(video);
    expectTruth({ tab, rows, source }, { watch: 60, watched: [[0, 60]], percent: 60, milestones: [10, 25, 50] });
    near((rows.sessions[0] as SessionRow).paused_ms / 1000, 600);
  });

  it.each(SOURCES.flatMap((source) => [true, false].map((reported) => ({ ...source, reported }))))(
    '8. a stall of 15 s is buffering, not watching ($name, reported: $reported)',
    async ({ reported, ...source }) => {
      const { video, tab } = await world().visitNew(source);
      await tab.play(20);
      tab.media.stall({ reported });
      await world().pass(15_000);
      tab.media.resume();
      await tab.play(60);
      await tab.close();
      const rows = await world().read(video);
      const within = reported ? 0.5 : 0.75;
      const truth = { watch: 60, watched: [[0, 60]], percent: 60, milestones: [10, 25, 50] } as const;
      expectTruth({ tab, rows, source: { ...source, watchWithin: within } }, truth);
      const [row] = rows.sessions as [SessionRow];
      near(row.buffering_ms / 1000, 15, within);
      expect(row.buffering_count).toBe(1);
    },
  );

  it.each(
    SOURCES.flatMap((source) => [
      { ...source, tickMs: 1_001, seconds: 60 },
      { ...source, tickMs: MINUTE_MS, seconds: 1_800 },
    ]),
  )('9. $seconds s in a hidden tab with one tick in $tickMs ms: all of it, and no seek ($name)', async (given) => {
    const { tickMs, seconds, ...source } = given;
    const { video, tab } = await world().visitNew({ ...source, durationSeconds: 2 * seconds });
    await tab.play();
    tab.hide(true);
    tab.media.tickEvery(tickMs);
    tab.throttleMs = Math.floor(tickMs / 1_000) * 1_000;
    await world().pass(seconds * 1_000);
    tab.hide(false);
    // Visible again, timers run as they should.
    tab.throttleMs = null;
    tab.media.tickEvery(TICK_MS);
    tab.media.pause();
    await tab.close();
    const rows = await world().read(video);
    const watched = [[0, seconds]] as const;
    expectTruth({ tab, rows, source }, { watch: seconds, watched, percent: 50, milestones: [10, 25, 50] });
    const [row] = rows.sessions as [SessionRow];
    near(row.hidden_ms / 1000, seconds);
    expect(row).toMatchObject({ seeks_forward: 0, seeks_back: 0, buffering_count: 0 });
  });

  // Asleep, the monotonic clock goes on (Windows) or stands still (Linux, macOS).
  const SLEEPS = SOURCES.flatMap((source) => [true, false].map((monotonic) => ({ ...source, monotonic })));

  it.each(SLEEPS)(
    '10. 20 min of sleep: one session ($name, monotonic: $monotonic)',
    async ({ monotonic, ...source }) => {
      const { video, tab } = await world().visitNew(source);
      await tab.play(10);
      await world().sleep(tab, 20 * MINUTE_MS, { monotonic });
      await world().pass(10_000);
      await tab.close();
      const rows = await world().read(video);
      expectTruth({ tab, rows, source }, { watch: 20, watched: [[0, 20]], percent: 20, milestones: [10] });
    },
  );

  it.each(SLEEPS)('10. an hour of sleep: two linked sessions ($name, monotonic: $monotonic)', async (given) => {
    const { monotonic, ...source } = given;
    const { video, tab } = await world().visitNew(source);
    await tab.play(10);
    await world().sleep(tab, 60 * MINUTE_MS, { monotonic });
    await world().pass(10_000);
    await tab.close();
    const { sessions, events } = await world().read(video);
    expect(sessions).toHaveLength(2);
    const [first, second] = sessions as [SessionRow, SessionRow];
    expectWatched(first, { watch: 10, watched: [[0, 10]], percent: 10 }, source);
    // What plays between waking and the first look belongs to neither: a quarter of a second, so perhaps a percent.
    expectWatched(second, { watch: 10, watched: [[10, 20]], percent: 10 }, { ...source, isPolled: true });
    expect(first).toMatchObject({ close_reason: 'idle' });
    expect(second).toMatchObject({ close_reason: 'removed', previous_session_id: first.id });
    near((Date.parse(first.session_end ?? '') - Date.parse(first.session_start)) / 1000, 10);
    expect(events).toEqual(['video_started', 'video_progress 10', 'video_started']);
  });

  it.each(SOURCES)('11. a wall clock set back and forward: as if nothing had happened ($name)', async (source) => {
    const { video, tab } = await world().visitNew(source);
    const startedMs = world().nowMs;
    await tab.play(20);
    tab.clock.setWallBy(-60 * MINUTE_MS);
    await tab.play(40);
    tab.clock.setWallBy(120 * MINUTE_MS);
    await tab.play(60);
    await tab.close();
    const rows = await world().read(video);
    expectTruth({ tab, rows, source }, { watch: 60, watched: [[0, 60]], percent: 60, milestones: [10, 25, 50] });
    const [row] = rows.sessions as [SessionRow];
    near((Date.parse(row.session_start) - startedMs) / 1000, 0);
    near((Date.parse(row.session_end ?? '') - startedMs) / 1000, 60);
  });
});
