import type { Queryable } from '../src/database.ts';
import { figure, median } from './figure.ts';
import type { Figure } from './figure.ts';
import { take } from './world.ts';
import type { Taken, World } from './world.ts';

const DIRTY = 1_000;
const TURNS = { incremental: 7, rebuild: 3 };

/** The least that reads every session once and tells days apart. */
const PLAIN_SCAN = `
  select video_id, session_start::date, count(*), count(*) filter (where started), sum(watch_time_seconds)
  from public.video_watch_sessions group by 1, 2`;

/**
 * When the job believes to run. Before the seed's first day nothing counts as published, as today does not: the usual case.
 * Now, after its last one, every changed day is also written down as a revision.
 */
const BEFORE_ALL = '2026-01-01T00:10:00Z';

/** A second of watch time more in one session of each of 1,000 days, all marked ($2) five minutes before the job runs. */
const MAKE_DIRTY = `
  with days as (
    select video_id, date from public.video_analytics
    order by hashtextextended(video_id::text || date, $1) limit ${DIRTY}
  ),
  changed as (
    update public.video_watch_sessions as s set watch_time_seconds = s.watch_time_seconds + 1
    from days, lateral (
      select v.id from public.video_watch_sessions as v
      inner join public.creators on creators.id = v.creator_id
      where v.video_id = days.video_id and v.first_contact_at >= days.date - interval '1 day' and v.first_contact_at < days.date + interval '2 days'
        and v.started and (v.session_start at time zone creators.time_zone)::date = days.date
      limit 1
    ) as one
    where s.video_id = days.video_id and s.id = one.id
  )
  insert into private.video_analytics_dirty_days (minute, video_id, date)
  select date_trunc('minute', $2::timestamptz - interval '5 minutes'), video_id, date from days`;

/** A thousand days made dirty against a rebuild of all, and that against one scan of the sessions. */
export async function measureRollup({ database }: World): Promise<Figure[]> {
  // One process each, so that both do all their work on one core.
  const time = (sql: string): Promise<Taken> =>
    take(database, async (tx) => {
      await tx.exec('set local max_parallel_workers_per_gather = 0');
      await tx.exec(sql);
    });
  const rebuilds: Taken[] = [];
  const scans: Taken[] = [];
  await time('select public.roll_up_video_analytics(p_rebuild => true)');
  await database.exec('vacuum (analyze) public.video_analytics');
  for (let turn = 0; turn < TURNS.rebuild; turn += 1) {
    scans.push(await time(PLAIN_SCAN));
    rebuilds.push(await time('select public.roll_up_video_analytics(p_rebuild => true)'));
  }
  const incrementals: Taken[] = [];
  const revisions: Taken[] = [];
  for (let turn = 0; turn < TURNS.incremental; turn += 1) {
    for (const [moment, taken] of [
      [BEFORE_ALL, incrementals],
      [new Date().toISOString(), revisions],
    ] as const) {
      await database.query(MAKE_DIRTY, [2 * turn + Number(taken === revisions), moment]);
      taken.push(await time(`select private.roll_up_marked_days(60, '${moment}')`));
    }
  }
  const sessions = await count(database, 'select count(*) from public.video_watch_sessions');
  const size = `${(sessions / 1e6).toFixed(2)} M sessions`;
  const cpu = (all: readonly Taken[]): number => median(all.map(({ cpuMs }) => cpuMs));
  const wall = (all: readonly Taken[]): number => median(all.map(({ wallMs }) => wallMs));
  const overScan = rebuilds.map(({ cpuMs }, turn) => cpuMs / (scans[turn]?.cpuMs ?? Number.NaN));
  const incremental = `rollup of ${DIRTY} changed days in ${size}`;
  return [
    figure(`${incremental}, CPU`, cpu(incrementals), { atMost: 100, digits: 0, unit: ' ms' }),
    figure(`${incremental}, by the clock`, wall(incrementals), { digits: 0, unit: ' ms' }),
    figure('the same, and every one a revision of a published day, CPU', cpu(revisions), { digits: 0, unit: ' ms' }),
    figure('that rollup as part of a full rebuild', (100 * cpu(incrementals)) / cpu(rebuilds), {
      atMost: 1,
      unit: ' %',
    }),
    figure(`full rebuild of ${size} against one plain scan`, median(overScan), { atMost: 2, unit: ' x' }),
    figure('full rebuild, CPU', cpu(rebuilds) / 1000, { digits: 1, unit: ' s' }),
    figure('days in it', await count(database, 'select count(*) from public.video_analytics'), { digits: 0 }),
  ];
}

async function count(database: Queryable, sql: string): Promise<number> {
  const { rows } = await database.query<{ count: string }>(sql);
  return Number(rows[0]?.count);
}
