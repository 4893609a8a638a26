import { expect, it } from 'vitest';
import { describeItems, SOURCES } from './describe-items.ts';
import { expectTruth, expectWatched, near } from './expect-truth.ts';
import type { SessionRow } from './read-rows.ts';

const MINUTE_MS = 60_000;
const [source] = SOURCES;
const only = <Item>(items: readonly Item[]): Item => {
  expect(items).toHaveLength(1);
  return items[0]!;
};

// The element's share of 12 (moved, removed) is proven where there is a DOM, and 12 and 13 again in real browsers: docs/torture.md.
describeItems('torture list 12 to 17: the page', (world) => {
  it('12. back from the cache after 5 min: the same session', async () => {
    const { video, tab } = await world().visitNew();
    await tab.play(20);
    tab.leave({ persisted: true });
    await world().pass(5 * MINUTE_MS);
    expect(only((await world().read(video)).sessions)).toMatchObject({ session_end: null });
    tab.comeBack();
    await tab.play(40);
    await tab.close();
    const rows = await world().read(video);
    expectTruth({ tab, rows, source }, { watch: 40, watched: [[0, 40]], percent: 40, milestones: [10, 25] });
  });

  it('12. back from the cache after 31 min: a new session, linked', async () => {
    const { video, tab } = await world().visitNew();
    await tab.play(20);
    tab.leave({ persisted: true });
    await world().pass(31 * MINUTE_MS, 1_000);
    tab.comeBack();
    await tab.play(40);
    await tab.close();
    const { sessions } = await world().read(video);
    expect(sessions).toHaveLength(2);
    const [first, second] = sessions as [SessionRow, SessionRow];
    expectWatched(first, { watch: 20, watched: [[0, 20]], percent: 20 }, source);
    expectWatched(second, { watch: 20, watched: [[20, 40]], percent: 20 }, source);
    expect(first.close_reason).toBe('idle');
    expect(second.previous_session_id).toBe(first.id);
  });

  it('12. removed: closed within a second', async () => {
    const { video, tab } = await world().visitNew();
    // Away from the heartbeat, which leaves a gap of a second behind it.
    await tab.play(15);
    tab.tracking.stop();
    await world().pass(1_000);
    expect(only((await world().read(video)).sessions)).toMatchObject({ close_reason: 'removed' });
  });

  it('13. the tab is killed at 47 s: 40 at once, 46 after the next visit', async () => {
    const profile = world().newProfile();
    const { video, tab } = await world().visitNew({ profile });
    await tab.play(47);
    tab.kill();
    await world().pass(5_000);
    const before = only((await world().read(video)).sessions);
    expect(before.watch_time_seconds).toBeGreaterThanOrEqual(40);

    await world().pass(40 * MINUTE_MS, 1_000);
    await closeStale();
    const silent = only((await world().read(video)).sessions);
    expect(silent).toMatchObject({ close_reason: 'stale', session_end: silent.last_seen_at });
    const next = await world().visit(await world().addVideo(), { profile });
    await world().pass(5_000);
    const { sessions, events } = await world().read(video);
    const after = only(sessions);
    expect(after).toMatchObject({ id: before.id, close_reason: null });
    expect(after.watch_time_seconds).toBeGreaterThanOrEqual(46);
    expect(after.watch_time_seconds).toBeLessThanOrEqual(47);
    expect(events).toEqual(['video_started', 'video_progress 10', 'video_progress 25']);
    expect(next.errors).toEqual([]);
    expect(onDisk(profile.storage)).toBe(0);
  });

  /** As the database's own scheduler does. */
  function closeStale(): Promise<unknown> {
    const now = new Date(world().nowMs).toISOString();
    return world().database.query('select private.close_stale_watch_sessions(p_now => $1)', [now]);
  }

  it('13. the page ends with the network refused: complete after the next visit', async () => {
    const profile = world().newProfile();
    const { video, tab } = await world().visitNew({ profile });
    await tab.play(47);
    tab.link.isDown = true;
    tab.leave({ persisted: false });
    await world().pass(10 * MINUTE_MS, 1_000);
    expect(only((await world().read(video)).sessions)).toMatchObject({ session_end: null });

    await world().visit(await world().addVideo(), { profile });
    await world().pass(5_000);
    const row = only((await world().read(video)).sessions);
    expectWatched(row, { watch: 47, watched: [[0, 47]], percent: 47 }, source);
    expect(row).toMatchObject({ close_reason: 'page_end', integrity_flags: [] });
    near((Date.parse(row.session_end ?? '') - Date.parse(row.session_start)) / 1000, 47);
  });

  it('14. offline from 20 to 80: all of it afterwards, in one row and few requests', async () => {
    const { video, tab } = await world().visitNew();
    await tab.play(20);
    tab.link.isDown = true;
    await tab.play(80);
    const before = tab.requests.length;
    tab.goOnline();
    await tab.play(85);
    expect(tab.requests.length - before).toBeLessThanOrEqual(3);
    await tab.play(100);
    await tab.close();
    const rows = await world().read(video);
    const milestones = [10, 25, 50, 75, 90];
    expectTruth({ tab, rows, source }, { watch: 100, watched: [[0, 100]], percent: 100, milestones, completed: true });
    expect(onDisk(tab.profile.storage)).toBe(0);
  });

  it('15. a length that is known only after 5 s', async () => {
    const { video, tab } = await world().visitNew({ storedSeconds: null, durationSeconds: NaN });
    await tab.play(5);
    expect(tab.tracking.watch.percent).toBeNull();
    expect(only((await world().read(video)).sessions).percent_complete).toBeNull();
    tab.media.setDuration(100);
    await tab.play(60);
    await tab.close();
    const rows = await world().read(video);
    expectTruth({ tab, rows, source }, { watch: 60, watched: [[0, 60]], percent: 60, milestones: [10, 25, 50] });
  });

  it('15. live: watch time, and no percent of nothing', async () => {
    const { video, tab } = await world().visitNew({ storedSeconds: null, durationSeconds: Infinity });
    await tab.play(60);
    await tab.close();
    const rows = await world().read(video);
    expectTruth({ tab, rows, source }, { watch: 60, watched: [[0, 60]], percent: null, milestones: [] });
    expect(rows.progress[0]).toMatchObject({ percent_complete: null, completed_at: null });
  });

  it('15. a length that doubles at 60 s: 60 % become 30 %, nothing is revoked or repeated', async () => {
    const { video, tab } = await world().visitNew({ storedSeconds: null });
    await tab.play(60);
    tab.media.pause();
    await world().pass(2_000);
    expect(only((await world().read(video)).sessions).percent_complete).toBe(60);
    tab.media.setDuration(200);
    await tab.play(61);
    tab.media.pause();
    await world().pass(2_000);
    expect(only((await world().read(video)).sessions).percent_complete).toBe(30);
    await tab.play(160);
    await tab.close();
    const rows = await world().read(video);
    expectTruth({ tab, rows, source }, { watch: 160, watched: [[0, 160]], percent: 80, milestones: [10, 25, 50, 75] });
  });

  it('16. fifty seeks while paused: nothing watched, nothing started, one request', async () => {
    const { video, tab } = await world().visitNew();
    for (let seek = 0; seek < 50; seek += 1) {
      tab.media.seek((seek * 37) % 100);
      await world().pass(200);
    }
    expect(tab.requests.length).toBeLessThanOrEqual(1);
    await tab.close();
    const rows = await world().read(video);
    expect(only(rows.sessions)).toMatchObject({ watch_time_seconds: 0, started: false, watched: [], seeks_forward: 0 });
    expect(rows.events).toEqual([]);
    expect(tab.heard).toEqual(['end: removed']);
  });

  it('17. consent after 30 s: nothing sent or stored before, nothing counted of before', async () => {
    const { video, tab } = await world().visitNew({ consent: 'required' });
    await tab.play(30);
    expect(tab.requests).toEqual([]);
    expect(Object.keys(tab.profile.storage)).toEqual([]);
    expect((await world().read(video)).sessions).toEqual([]);
    tab.tracking.giveConsent();
    await tab.play(50);
    await tab.close();
    const rows = await world().read(video);
    expectTruth({ tab, rows, source }, { watch: 20, watched: [[30, 50]], percent: 20, milestones: [10] });
  });
});

/** Sessions that are still owed to the database. */
function onDisk(storage: Storage): number {
  return Object.keys(storage).filter((key) => key.startsWith('chronos-outbox')).length;
}
