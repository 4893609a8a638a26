import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { planWatchData, seedWatchData } from '../bench/seed-watch-data.ts';
import { openTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

const SEED = { seed: 'chronos', sessions: 1000 };

/** Sends the two messages of every visit, in the order of their arrival, as a player would have. */
const TELL = `
  do $$
  declare
    v record;
  begin
    for v in
      select visits.*, plan.seed, message.is_end, opened_at + case when message.is_end then age_ms else 0 end * interval '1 ms' as arrives_at
      from watch_seed.plan, watch_seed.visits(0, plan.visits - 1) as visits, (values (false), (true)) as message (is_end)
      order by arrives_at
    loop
      perform set_config('request.jwt.claims', case when v.identity = 'student' then jsonb_build_object(
        'sub', watch_seed.id(v.seed, 'user of viewer ', v.viewer), 'role', 'authenticated'
      )::text else '' end, true);
      perform private.merge_watch_session(
        p_message => case when v.is_end then 'update' else 'start' end,
        p_session_id => watch_seed.id(v.seed, 'visit ', v.visit),
        p_write_key => replace(watch_seed.id(v.seed, 'visit ', v.visit)::text, '-', ''),
        p_video_id => watch_seed.id(v.seed, 'video ', v.video),
        p_seq => v.is_end::integer,
        p_age_ms => case when v.is_end then v.age_ms else 0 end,
        p_watch_time_ms => case when v.is_end then v.watch_ms else 0 end,
        p_content_ms => case when v.is_end then v.content_ms else 0 end,
        p_watched => case when v.is_end then v.watched else '{}' end,
        p_rewatched => case when v.is_end then v.rewatched else '{}' end,
        p_position_ms => case when v.is_end then v.position_ms else 0 end,
        p_duration_ms => v.duration_ms,
        p_counters => case when v.is_end then jsonb_build_object(
          'startup_ms', 400, 'rate_changes', v.rate_changes, 'paused_ms', v.paused_ms, 'furthest_position_ms', v.position_ms,
          'rewatch_after_complete_ms', v.rewatch_after_complete_ms, 'messages_sent', 2 + v.watch_ms / 10000
        ) else '{}' end,
        p_context => jsonb_strip_nulls(jsonb_build_object(
          'device_type', v.device_type, 'referrer_type', v.referrer_type, 'player_version', '1.0.0',
          'course_id', case when v.identity = 'student' then watch_seed.id(v.seed, 'course ', v.course) end,
          'module_id', case when v.identity = 'student' then watch_seed.id(v.seed, 'module ', v.video / 5) end,
          'close_reason', case when v.is_end then v.close_reason end
        )),
        p_anonymous_id => case when v.identity = 'anonymous' then watch_seed.id(v.seed, 'anonymous ', v.viewer) end,
        p_viewer_token => null,
        p_now => v.arrives_at
      );
    end loop;
    perform set_config('request.jwt.claims', '', true);
  end;
  $$`;

const WRITTEN = {
  // A digest spares the next message work; without one it does it once.
  sessions: `select to_jsonb(s) - '{created_at,updated_at,context_digest}'::text[] as row
    from public.video_watch_sessions as s order by id`,
  progress: `select to_jsonb(p) - '{created_at,updated_at}'::text[] as row
    from public.video_progress as p order by video_id, viewer_id`,
  // Events of one message lie microseconds apart, and their ids are drawn. Those of the creator's pipeline are no viewer's.
  events: `select to_jsonb(e) - '{id,timestamp,created_at,updated_at}'::text[] || jsonb_build_object('at', date_trunc('milliseconds', "timestamp")) as row
    from public.video_analytics_events as e where session_id is not null order by session_id, event_type, metadata ->> 'percent_complete'`,
  figures: `select to_jsonb(a) - '{created_at,updated_at}'::text[] as row
    from public.video_analytics as a order by video_id, date`,
};

describe('the watch seed', { timeout: 120_000 }, () => {
  let seeded: TestDatabase;
  let told: TestDatabase;
  const rows = async (database: TestDatabase, sql: string): Promise<unknown[]> =>
    (await database.query<{ row: unknown }>(sql)).rows.map(({ row }) => row);
  const rebuild = (database: TestDatabase): Promise<void> =>
    database.exec('select public.roll_up_video_analytics(p_rebuild => true)');

  beforeAll(async () => {
    seeded = await openTestDatabase({ engine: 'pglite' });
    await seedWatchData(seeded, SEED);
    await rebuild(seeded);
    told = await openTestDatabase({ engine: 'pglite' });
    await told.transaction((tx) => planWatchData(tx, SEED));
    await told.exec(TELL);
    await rebuild(told);
  }, 120_000);
  afterAll(async () => {
    await seeded.close();
    await told.close();
  });

  it.each(Object.entries(WRITTEN))('writes the %s that the same visits told by messages leave', async (_, sql) => {
    const written = await rows(seeded, sql);
    expect(written.length).toBeGreaterThan(100);
    expect(written).toEqual(await rows(told, sql));
  });

  it('gives progress that is the union of the sessions', async () => {
    const { rows: wrong } = await seeded.query(`
      select from public.video_progress as p
      inner join (
        select video_id, viewer_id, range_agg(watched) as watched, sum(watch_time_seconds) as watch_time, count(*) as sessions
        from public.video_watch_sessions where viewer_id is not null group by 1, 2
      ) as s using (video_id, viewer_id)
      where (p.watched, p.watch_time_seconds, p.sessions) is distinct from (s.watched, s.watch_time, s.sessions)
        or p.covered_seconds * 1000 <> private.range_length(s.watched)`);
    expect(wrong).toEqual([]);
  });

  it('adds up: every visit and every event is in the figures once', async () => {
    const { rows: figures } = await seeded.query(`
      select sum(loads)::integer as loads, sum(views)::integer as views, sum(completions)::integer as completions,
        sum(total_watch_time_seconds)::text as watch_time_seconds
      from public.video_analytics`);
    const { rows: facts } = await seeded.query(`
      select count(*)::integer as loads, count(*) filter (where content_ms >= 250)::integer as views,
        -- By itself, or where a known viewer's visits together cross the line.
        count(*) filter (where 10 * own_ms >= 9 * duration_ms
          or identity <> 'nobody' and 10 * then_known_ms >= 9 * duration_ms and 10 * known_ms < 9 * duration_ms)::integer as completions,
        (sum(watch_ms) filter (where content_ms >= 250) / 1000.0)::numeric(12, 3)::text as watch_time_seconds
      from watch_seed.plan, watch_seed.visits(0, plan.visits - 1)`);
    expect(figures).toEqual(facts);
    expect(figures).toEqual([{ loads: 1000, views: 889, completions: 313, watch_time_seconds: '268862.244' }]);
  });

  it('is the same world for the same name, and another for another', async () => {
    const { rows } = await seeded.query<{ id: string; other: string }>(`
      select watch_seed.id(hashtextextended('chronos', 0), 'video ', 0) as id,
        watch_seed.id(hashtextextended('kronos', 0), 'video ', 0) as other`);
    expect(rows[0]?.id).toBe('f7ac4106-64f0-87ab-0726-21aeaebec413');
    expect(rows[0]?.other).not.toBe(rows[0]?.id);
  });
});
