import type { Database } from './database.ts';

/** The jobs pg_cron runs on Supabase, in the order that makes numbers fresh. */
const JOBS = [
  'ensure_event_partitions',
  'close_stale_watch_sessions',
  'settle_video_durations',
  'roll_up_video_analytics',
  'purge_expired_data',
] as const;

/** What happened to one job. */
export interface JobResult {
  /** The job's function; `jobs` when the database could not be asked at all. */
  name: string;
  /** Why it failed; undefined when it went well. */
  error: string | undefined;
}

/** The jobs of a database, run by hand or by the clock. */
export interface Jobs {
  /** Runs every job the database has, each in its own transaction; a failed one does not stop the next. */
  run(): Promise<JobResult[]>;
  /** Stops the clock and waits for a run under way. */
  stop(): Promise<void>;
}

/** A repeating timer; answers how to stop it. */
export type Every = (milliseconds: number, work: () => void) => () => void;

const everyInterval: Every = (milliseconds, work) => {
  const timer = setInterval(work, milliseconds).unref();
  return () => clearInterval(timer);
};

/** How the jobs run. */
export interface JobsOptions {
  /** 0 runs nothing by itself. */
  everyMs: number;
  /**
   * How old a change must be before the rollup takes it, seconds. With one connection nothing else can be under way,
   * so the embedded engine needs no wait. Absent: what the function says.
   */
  settleSeconds?: number;
  every?: Every;
  /** Told of a job that failed by the clock. */
  onError: (result: JobResult) => void;
}

/** Plays pg_cron. */
export function startJobs(database: Database, options: JobsOptions): Jobs {
  const { everyMs, every = everyInterval, onError } = options;
  let current: Promise<JobResult[]> | undefined;
  // Two runs at once would wait for each other's locks and do the same work twice.
  const run = async (): Promise<JobResult[]> => {
    current ??= runJobs(database, options).finally(() => (current = undefined));
    return current;
  };
  const tick = async (): Promise<void> => {
    for (const result of await run()) if (result.error !== undefined) onError(result);
  };
  let ticked = Promise.resolve();
  const stopClock = everyMs === 0 ? () => undefined : every(everyMs, () => void (ticked = tick()));
  return {
    run,
    async stop() {
      stopClock();
      await Promise.all([current, ticked]);
    },
  };
}

async function runJobs(database: Database, { settleSeconds }: JobsOptions): Promise<JobResult[]> {
  const existing = await existingJobs(database).catch((error: Error) => error);
  if (existing instanceof Error) return [{ name: 'jobs', error: existing.message }];
  const results: JobResult[] = [];
  for (const name of existing) {
    const isSettling = name === 'roll_up_video_analytics' && settleSeconds !== undefined;
    const call = `public.${name}(${isSettling ? `p_settle_seconds => ${settleSeconds}` : ''})`;
    results.push({ name, error: await runJob(database, call) });
  }
  return results;
}

/** The jobs this database has, as far as they need no argument. */
async function existingJobs(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select p.proname as name
     from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'public' and p.proname = any ($1) and p.pronargs = p.pronargdefaults`,
    [`{${JOBS.join(',')}}`],
  );
  return JOBS.filter((job) => rows.some(({ name }) => name === job));
}

async function runJob(database: Database, call: string): Promise<string | undefined> {
  try {
    await database.transaction(async (tx) => {
      await tx.exec('set local role service_role');
      await tx.query(`select ${call}`);
    });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
