import type { Database, Queryable } from '../src/database.ts';
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

/** One plain aggregate of what a rebuild says: the same figures by video and its creator's day, written nowhere. */
const PLAIN_FIGURES = `
  select visit.video_id, (visit.session_start at time zone creators.time_zone)::date, count(*), count(*) filter (where is_view),
    count(distinct viewer) filter (where is_view), count(*) filter (where is_valid_view), count(*) filter (where is_completion),
    count(*) filter (where is_rewatch), count(*) filter (where is_ai_interaction),
    ${[1, 2, 4, 8, 16].map((bit) => `count(*) filter (where milestones & ${bit} <> 0)`).join(', ')},
    sum(watch_time_seconds), sum(late_watch_time_seconds)
  from private.visits as visit
  inner join public.creators on creators.id = visit.creator_id
  group by 1, 2`;

/**
 * When the job believes to run. Before the seed's first day nothing counts as published, as today does not: the usual case.
 * Now, after its last one, every changed day is also written down as a revision.
 */
const BEFORE_ALL = '2026-01-01T00:10:00Z';

/**
 * A second of watch time more in one session of each of 1,000 days, all marked five minutes before the job runs ($2). They
 * are days of one date, the busiest ($3), as messages mark them: those of today arrive today; or drawn from all dates.
 */
const MAKE_DIRTY = `
  with days as (
    select video_id, date from public.video_analytics
    order by case when $3 then sum(loads) over (partition by date) end desc, hashtextextended(video_id::text || date, $1)
    limit ${DIRTY}
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

/** A full rebuild against one plain aggregate of the sessions, and a thousand days made dirty as part of that rebuild. */
export async function measureRollup({ database }: World): Promise<Figure[]> {
  const sessions = await count(database, 'select count(*) from public.video_watch_sessions');
  const size = `${(sessions / 1e6).toFixed(2)} M sessions`;
  const { figures, cpuMs } = await measureRebuild(database, size);
  return [...(await measureChanges(database, size, cpuMs)), ...figures];
}

async function measureRebuild(database: Database, size: string): Promise<{ figures: Figure[]; cpuMs: number }> {
  const rebuild = 'select public.roll_up_video_analytics(p_rebuild => true)';
  const rebuilds: Taken[] = [];
  const plain: Taken[] = [];
  const scans: Taken[] = [];
  await time(database, rebuild);
  await database.exec('vacuum (analyze) public.video_analytics');
  for (let turn = 0; turn < TURNS.rebuild; turn += 1) {
    scans.push(await time(database, PLAIN_SCAN));
    plain.push(await time(database, PLAIN_FIGURES));
    rebuilds.push(await time(database, rebuild));
  }
  const over = (floors: readonly Taken[]): number =>
    median(rebuilds.map(({ cpuMs }, turn) => cpuMs / (floors[turn]?.cpuMs ?? Number.NaN)));
  const what = `full rebuild of ${size}`;
  const figures = [
    figure(`${what} against one plain aggregate of the same figures`, over(plain), { atMost: 2, unit: ' x' }),
    figure(`${what} against the least scan: a count and a sum by day in UTC`, over(scans), { unit: ' x' }),
    figure('full rebuild, CPU', cpu(rebuilds) / 1000, { digits: 1, unit: ' s' }),
    figure('days in it', await count(database, 'select count(*) from public.video_analytics'), { digits: 0 }),
  ];
  return { figures, cpuMs: cpu(rebuilds) };
}

async function measureChanges(database: Database, size: string, rebuildMs: number): Promise<Figure[]> {
  const present: Taken[] = [];
  const spread: Taken[] = [];
  const revisions: Taken[] = [];
  const kinds = [
    { taken: present, moment: BEFORE_ALL, isOneDate: true },
    { taken: spread, moment: BEFORE_ALL, isOneDate: false },
    { taken: revisions, moment: new Date().toISOString(), isOneDate: false },
  ];
  for (let turn = 0; turn < TURNS.incremental; turn += 1) {
    for (const [place, { taken, moment, isOneDate }] of kinds.entries()) {
      await database.query(MAKE_DIRTY, [kinds.length * turn + place, moment, isOneDate]);
      taken.push(await time(database, `select private.roll_up_marked_days(60, '${moment}')`));
    }
  }
  const what = `rollup of ${DIRTY} changed days in ${size}`;
  const part = (all: readonly Taken[]): number => (100 * cpu(all)) / rebuildMs;
  return [
    figure(`${what}, of one date, CPU`, cpu(present), { atMost: 100, digits: 0, unit: ' ms' }),
    figure('the same, by the clock', wall(present), { digits: 0, unit: ' ms' }),
    figure('the same, as part of a full rebuild', part(present), { atMost: 1, unit: ' %' }),
    figure(`${what}, of all dates, CPU`, cpu(spread), { digits: 0, unit: ' ms' }),
    figure('the same, by the clock', wall(spread), { digits: 0, unit: ' ms' }),
    figure('the same, as part of a full rebuild', part(spread), { unit: ' %' }),
    figure('the same, and every one a revision of a published day, CPU', cpu(revisions), { digits: 0, unit: ' ms' }),
  ];
}

/** In one process, so that whatever is compared does all its work on one core. */
function time(database: Database, sql: string): Promise<Taken> {
  return take(database, async (tx) => {
    await tx.exec('set local max_parallel_workers_per_gather = 0');
    await tx.exec(sql);
  });
}

const cpu = (all: readonly Taken[]): number => median(all.map(({ cpuMs }) => cpuMs));
const wall = (all: readonly Taken[]): number => median(all.map(({ wallMs }) => wallMs));

async function count(database: Queryable, sql: string): Promise<number> {
  const { rows } = await database.query<{ count: string }>(sql);
  return Number(rows[0]?.count);
}
