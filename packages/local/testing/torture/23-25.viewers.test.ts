import { expect, it } from 'vitest';
import { describeItems } from './describe-items.ts';
import { near } from './expect-truth.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MILESTONES = [10, 25, 50, 75, 90];
const progressTo = (percent: number): readonly string[] =>
  MILESTONES.filter((milestone) => milestone <= percent).map((milestone) => `video_progress ${milestone}`);

describeItems('torture list 23 to 25: viewers and days', (world) => {
  it('23. two tabs with the same 30 s: two sessions, 30 s covered', async () => {
    const profile = world().newProfile();
    const { video, tab } = await world().visitNew({ profile });
    const other = await world().visit(video, { profile });
    void tab.play();
    await other.play(30);
    other.tracking.stop();
    await tab.close();
    const { sessions, progress, events } = await world().read(video);
    for (const row of sessions) near(row.watch_time_seconds, 30);
    expect(sessions).toHaveLength(2);
    expect(progress).toHaveLength(1);
    near(progress[0]!.covered_seconds, 30);
    near(progress[0]!.watch_time_seconds, 60, 1);
    expect(progress[0]).toMatchObject({ sessions: 2, milestones: [10, 25] });
    expect(events.filter((name) => name !== 'video_started')).toEqual(progressTo(30));
  });

  it('23. two tabs with 0 to 30 and 50 to 80: 60 s covered', async () => {
    const profile = world().newProfile();
    const { video, tab } = await world().visitNew({ profile });
    const other = await world().visit(video, { profile });
    other.media.seek(50);
    void tab.play();
    await other.play(80);
    other.tracking.stop();
    await tab.close();
    const { sessions, progress, events } = await world().read(video);
    expect(sessions.map(({ percent_complete }) => percent_complete)).toEqual([30, 30]);
    expect(progress).toHaveLength(1);
    near(progress[0]!.covered_seconds, 60);
    expect(progress[0]).toMatchObject({ sessions: 2, percent_complete: 60, completed_at: null });
    expect(events.filter((name) => name !== 'video_started')).toEqual(progressTo(60));
  });

  it('24. begun on one device, finished on another; what the first kept for three days moves nothing', async () => {
    const student = await world().signIn(24);
    const [phone, laptop] = [world().newProfile(), world().newProfile()];
    const { video, tab: first } = await world().visitNew({ ...student, profile: phone });
    await first.play(40);
    first.media.pause();
    await world().pass(2_000);
    // The last word of this device stays on its disk.
    first.link.isDown = true;
    await first.play(43);
    first.leave({ persisted: false });
    await world().pass(HOUR_MS, 1_000);

    const second = await world().visit(video, { ...student, profile: laptop });
    await world().pass(1_000);
    // The clock is cranked by hand, the database answers in its own time.
    const resumeAt = (): number => second.tracking.session?.answer?.resume_position_seconds ?? NaN;
    await expect.poll(resumeAt).not.toBeNaN();
    near(resumeAt(), 40, 1);
    second.media.seek(resumeAt());
    await second.play(100);
    await second.close();
    second.kill();
    const before = await world().read(video);
    expect(before.progress).toMatchObject([{ percent_complete: 100, milestones: MILESTONES, sessions: 2 }]);
    expect(before.events.filter((name) => name !== 'video_started')).toEqual([...progressTo(100), 'video_completed']);
    expect(second.tracking.watch.completed).toBe(true);

    await world().pass(3 * DAY_MS, HOUR_MS);
    await world().visit(await world().addVideo(), { ...student, profile: phone });
    await world().pass(5_000);
    const after = await world().read(video);
    near(after.sessions[0]!.watch_time_seconds, 43);
    expect(after.progress[0]!.resume_position_seconds).toBe(before.progress[0]!.resume_position_seconds);
    expect(after.events).toEqual(before.events);
  });

  it('25. over midnight: the day on which it started, in the creator`s time zone', async () => {
    const video = await world().addVideo({ timeZone: 'America/New_York' });
    const date = await passToEvening();
    const tab = await world().visit(video);
    await tab.play(60);
    await tab.close();
    expect(await rollUp(video)).toMatchObject([{ date, loads: 1, views: 1, total_watch_time_seconds: 60 }]);
  });

  it('25. two days late: only its own day changes, and equals a rebuild', async () => {
    const video = await world().addVideo({ timeZone: 'America/New_York' });
    const profile = world().newProfile();
    const date = await passToEvening();
    const late = await world().visit(video, { profile });
    await late.play(15);
    late.link.isDown = true;
    await late.play(60);
    late.leave({ persisted: false });
    for (const day of [1, 2]) {
      await world().pass(DAY_MS, HOUR_MS);
      const tab = await world().visit(video);
      await tab.play(10 * day);
      await tab.close();
      tab.kill();
    }
    const before = await rollUp(video);
    expect(before.map(({ total_watch_time_seconds }) => Math.round(total_watch_time_seconds))).toEqual([10, 10, 20]);

    await world().visit(await world().addVideo(), { profile });
    await world().pass(5_000);
    const after = await rollUp(video);
    expect(after.map(({ total_watch_time_seconds }) => Math.round(total_watch_time_seconds))).toEqual([60, 10, 20]);
    expect(after[0]!.date).toBe(date);
    expect(after.slice(1)).toEqual(before.slice(1));
    await world().database.query('select private.rebuild_video_analytics(null, null, $1)', [soon()]);
    expect(await readDays(video)).toEqual(after);
  });

  /** The next 23:59:30 in New York, in winter; answers the date there. */
  async function passToEvening(): Promise<string> {
    const eveningMs = DAY_MS - 30_000 + 5 * HOUR_MS;
    const ms = (((eveningMs - world().nowMs) % DAY_MS) + DAY_MS) % DAY_MS;
    await world().pass(ms, HOUR_MS);
    return new Date(world().nowMs - 5 * HOUR_MS).toISOString().slice(0, 10);
  }

  /** So late that nothing marked is too fresh. */
  function soon(): string {
    return new Date(world().nowMs + HOUR_MS).toISOString();
  }

  async function rollUp(video: string): Promise<readonly Day[]> {
    await world().database.query('select private.roll_up_marked_days(60, $1)', [soon()]);
    return readDays(video);
  }

  async function readDays(video: string): Promise<readonly Day[]> {
    const { rows } = await world().database.query<{ row: Day }>(
      `select to_jsonb(a) - '{created_at,updated_at}'::text[] as row
       from public.video_analytics as a where video_id = $1 order by date`,
      [video],
    );
    return rows.map(({ row }) => row);
  }
});

/** A day of a video, as the rollup has it. */
interface Day {
  readonly date: string;
  readonly total_watch_time_seconds: number;
}
