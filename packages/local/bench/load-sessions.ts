import type { Database, Queryable } from '../src/database.ts';
import { planWatchData } from './seed-watch-data.ts';
import type { WatchSeed } from './seed-watch-data.ts';

/** Visits written by one statement, and statements at a time. */
const CHUNK = 80_000;
const WORKERS = 2;
/** Above, events of milestones are left out: three in four of all events, and no figure reads them. */
const ALL_EVENTS_UP_TO = 1_000_000;

interface Index {
  table: string;
  name: string;
  definition: string;
  /** The primary key's constraint. */
  constraint: string | null;
}

const INDEXES = `
  select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition,
    c.conname as constraint
  from pg_index as i
  left join pg_constraint as c on c.conindid = i.indexrelid and c.contype = 'p'
  where i.indrelid = any (array['public.video_watch_sessions', 'public.video_progress', 'public.video_analytics_events']::regclass[])`;

/**
 * The watch seed in bulk: indexes are dropped before and built after, and foreign keys are not checked row by row. For a
 * server of its own, as its superuser.
 */
export async function loadSessions(database: Database, seed: WatchSeed): Promise<void> {
  await database.transaction((tx) => planWatchData(tx, seed));
  await makeEventPartitions(database, seed);
  const { rows: indexes } = await database.query<Index>(INDEXES);
  for (const { table, name, constraint } of indexes) {
    await database.exec(
      constraint === null ? `drop index ${name}` : `alter table ${table} drop constraint ${constraint}`,
    );
  }
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < seed.sessions) {
      const from = next;
      next += CHUNK;
      await fill(database, { from, to: Math.min(next, seed.sessions) - 1, isWhole: seed.sessions <= ALL_EVENTS_UP_TO });
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  for (const { table, definition, constraint } of indexes) {
    const key = /\(.*\)$/.exec(definition)?.[0];
    await database.exec(
      constraint === null ? definition : `alter table ${table} add constraint ${constraint} primary key ${key}`,
    );
  }
}

function fill(
  database: Database,
  { from, to, isWhole }: { from: number; to: number; isWhole: boolean },
): Promise<void> {
  return database.transaction(async (tx) => {
    await tx.exec(`set local session_replication_role = replica; set local work_mem = '256MB'`);
    await tx.query('select watch_seed.fill($1, $2, $3)', [from, to, isWhole]);
  });
}

/** The months of the seed, as the job would have made them in their time. */
async function makeEventPartitions(tx: Queryable, { until = '2026-10-31', days = 180 }: WatchSeed): Promise<void> {
  const { rows } = await tx.query<{ statement: string }>(
    `select format('create table if not exists partitions.video_analytics_events_y%sm%s partition of public.video_analytics_events
       for values from (%L) to (%L)', to_char(month, 'YYYY'), to_char(month, 'MM'), month, month + interval '1 month') as statement
     from generate_series(date_trunc('month', $1::timestamp - $2 * interval '1 day'), $1::timestamp, '1 month') as month
     where to_regclass('partitions.video_analytics_events_y' || to_char(month, 'YYYY"m"MM')) is null`,
    [until.slice(0, 10), days + 10],
  );
  for (const { statement } of rows) await tx.exec(`set timezone = 'UTC'; ${statement}`);
}
