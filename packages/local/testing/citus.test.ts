import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id, writeKey } from './watch-messages.ts';

const RULES = new URL('citus-rules.sql', import.meta.url);
const SCRIPT = new URL('../../../supabase/scale/citus.sql', import.meta.url);
const GUIDE = new URL('../../../docs/guides/scale.md', import.meta.url);
const VIDEO = id('f', 1);

/** No cluster is at hand, so Citus's rules stand in for it: see citus-rules.sql. */
describe('supabase/scale/citus.sql', { timeout: 60_000 }, () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase({ engine: 'pglite' });
    await database.exec(await readFile(RULES, 'utf8'));
    await database.exec(`
      insert into auth.users (id) values ('${id('e', 1)}'), ('${id('e', 2)}');
      insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'Creator');
      insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
      values ('${VIDEO}', '${id('c', 1)}', 'Video', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline');
    `);
  }, 60_000);
  afterAll(() => database.close());

  const asUser = (user: string, sql: string): Promise<unknown[]> =>
    database.transaction(async (tx) => {
      await tx.query(`select set_config('request.jwt.claims', $1, true)`, [
        JSON.stringify({ sub: user, role: 'authenticated' }),
      ]);
      await tx.exec('set local role authenticated');
      return (await tx.query(sql)).rows;
    });

  it.each(['public.creators', 'public.videos'])(
    'is needed: Citus would refuse %s as a reference table',
    async (name) => {
      await expect(database.exec(`select create_reference_table('${name}')`)).rejects.toThrow(/trigger/);
    },
  );

  it.each([
    ['public.video_progress', /policies|refers to local/],
    ['public.video_analytics_revisions', /triggers|does not contain video_id/],
  ])('is needed: Citus would refuse to distribute %s', async (name, reason) => {
    await expect(database.exec(`select create_distributed_table('${name}', 'video_id')`)).rejects.toThrow(reason);
  });

  it('costs no trigger that the guide does not name', async () => {
    const { rows } = await database.query<{ name: string }>(
      `select distinct proname as name from pg_trigger inner join pg_proc on pg_proc.oid = tgfoid
       where not tgisinternal and tgrelid in (select oid from pg_class where relnamespace in ('public'::regnamespace, 'private'::regnamespace))`,
    );
    const guide = await readFile(GUIDE, 'utf8');
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.map(({ name }) => name).filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });

  it('satisfies the rules, and covers every table a heartbeat writes', async () => {
    await database.exec(await readFile(SCRIPT, 'utf8'));
    const { rows } = await database.query<{ name: string; kind: string }>(
      'select name::text, kind from public.citus_tables order by 2, 1',
    );
    expect(rows.filter(({ kind }) => kind === 'distributed').map(({ name }) => name)).toEqual([
      'private.video_analytics_dirty_days',
      'video_analytics',
      'video_analytics_events',
      'video_analytics_revisions',
      'video_progress',
      'video_watch_sessions',
    ]);
    expect(rows.filter(({ kind }) => kind === 'reference')).toHaveLength(7);
  });

  it('leaves a heartbeat whole: session, progress, events, marked day', async () => {
    await database.transaction(async (tx) => {
      await tx.exec('set local role anon');
      for (const [rpc, ms] of [
        ['start', 0],
        ['update', 12_000],
      ] as const) {
        await tx.query(
          `select public.${rpc}_watch_session(p_session_id => $1, p_write_key => $2, p_video_id => $3, p_seq => $4::integer, p_age_ms => $4::integer,
             p_watch_time_ms => $4::integer, p_content_ms => $4::integer, p_watched => int4multirange(int4range(0, $4::integer)), p_anonymous_id => $5)`,
          [id('a', 1), writeKey(1), VIDEO, ms, id('b', 1)],
        );
      }
    });
    const { rows } = await database.query(`
      select (select percent_complete from public.video_watch_sessions) as session,
        (select percent_complete from public.video_progress) as progress,
        (select array_agg(event_type order by "timestamp", event_type desc) from public.video_analytics_events) as events,
        (select count(*)::integer from private.video_analytics_dirty_days) as days`);
    expect(rows).toEqual([{ session: 12, progress: 12, events: ['video_started', 'video_progress'], days: 1 }]);
  });

  it('leaves the rollup working', async () => {
    await database.exec('select public.roll_up_video_analytics(p_rebuild => true)');
    const { rows } = await database.query(
      'select views, total_watch_time_seconds::float8 as seconds from public.video_analytics',
    );
    expect(rows).toEqual([{ views: 1, seconds: 12 }]);
  });

  it.each([
    ["update public.creators set time_zone = 'Europe/Berlni'", 'creators_time_zone_is_known'],
    ["update public.videos set allowed_origins = '{https://school.example/}'", 'videos_allowed_origins_are_origins'],
  ])('still refuses its owner: %s', async (sql, constraint) => {
    await expect(asUser(id('e', 1), sql)).rejects.toThrow(constraint);
  });

  it.each([
    "update public.creators set time_zone = 'Europe/Berlin' returning id",
    "update public.videos set allowed_origins = '{https://school.example}' returning id",
    'update public.videos set allowed_origins = null returning id',
  ])('still lets its owner: %s', async (sql) => {
    expect(await asUser(id('e', 1), sql)).toHaveLength(1);
  });

  it('shows distributed tables to no API role, and the rest as before', async () => {
    const as = (user: string, table: string): Promise<unknown[]> => asUser(user, `select from public.${table}`);
    await expect(as(id('e', 1), 'video_progress')).rejects.toThrow(/permission denied/);
    await expect(as(id('e', 1), 'video_watch_sessions')).rejects.toThrow(/permission denied/);
    expect(await as(id('e', 1), 'videos')).toHaveLength(1);
    expect(await as(id('e', 2), 'videos')).toHaveLength(0);
  });
});
