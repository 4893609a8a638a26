import type { Database, Queryable } from '@chronos-player/local';
import { lengthOfUnion, type SoakTruth } from './soak-truth.ts';
import type { SoakViewer } from './soak-viewer.ts';

/** The database against the truth. Seconds are sums over all sessions. */
export interface Comparison {
  readonly sessions: number;
  /** Of them, those whose page ended as pages do; the others crashed. */
  readonly closed: number;
  readonly watchedSeconds: number;
  /** Closed sessions that are not in the database, or not as closed ones. */
  readonly lostSessions: number;
  /** Watch time and coverage of closed sessions that the database lacks. */
  readonly lostSeconds: number;
  /** Watch time and coverage, of any session, that nobody watched. */
  readonly doubledSeconds: number;
  /** The same for the union over a viewer's sessions with a video. */
  readonly doubledProgressSeconds: number;
  /** The most watch time that a crash cost one session. */
  readonly worstCrashSeconds: number;
  /** Rows that nobody opened. */
  readonly unknownRows: number;
  /** Events that are there twice. */
  readonly doubledEvents: number;
}

interface Row {
  readonly id: string;
  readonly viewer_id: string;
  readonly video_id: string;
  readonly watch: number;
  readonly covered: number;
  readonly closed: boolean;
}

/** What the wire rounds away, seconds: whole milliseconds. */
const ROUNDING_SECONDS = 0.005;

/** Compares every session, every viewer's progress and every event, as they stand at one moment: late messages may still come. */
export function compareWithTruth(database: Database, viewers: readonly SoakViewer[]): Promise<Comparison> {
  return database.transaction(async (tx) => {
    await tx.exec('set transaction isolation level repeatable read');
    return compareAll(tx, viewers);
  });
}

async function compareAll(database: Queryable, viewers: readonly SoakViewer[]): Promise<Comparison> {
  const { rows } = await database.query<Row>(
    `select id, viewer_id, video_id, watch_time_seconds::float8 as watch, covered_seconds::float8 as covered,
       session_end is not null as closed
     from public.video_watch_sessions`,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const truths = viewers.flatMap((viewer) => [...viewer.truths]);
  const sum = { watchedSeconds: 0, lostSessions: 0, lostSeconds: 0, doubledSeconds: 0, worstCrashSeconds: 0 };
  for (const [id, truth] of truths) {
    const { watch = 0, covered = 0, closed = false } = byId.get(id) ?? {};
    const off = [watch - truth.watch, covered - lengthOfUnion(truth.stretches)];
    const lost = Math.max(0, ...off.map((seconds) => -seconds - ROUNDING_SECONDS));
    sum.watchedSeconds += truth.watch;
    sum.doubledSeconds += Math.max(0, ...off.map((seconds) => seconds - ROUNDING_SECONDS));
    if (truth.ending === 'closed') sum.lostSeconds += lost;
    if (truth.ending === 'crash') sum.worstCrashSeconds = Math.max(sum.worstCrashSeconds, truth.watch - watch);
    if (truth.ending === 'closed' && !closed) sum.lostSessions += 1;
  }
  return {
    ...sum,
    sessions: truths.length,
    closed: truths.filter(([, { ending }]) => ending === 'closed').length,
    unknownRows: rows.length - truths.filter(([id]) => byId.has(id)).length,
    doubledProgressSeconds: await compareProgress(database, { rows, truths: new Map(truths) }),
    doubledEvents: await countDoubledEvents(database),
  };
}

async function compareProgress(
  database: Queryable,
  { rows, truths }: { rows: readonly Row[]; truths: ReadonlyMap<string, SoakTruth> },
): Promise<number> {
  const stretches = new Map<string, SoakTruth['stretches'][number][]>();
  for (const { id, viewer_id, video_id } of rows) {
    const key = `${viewer_id} ${video_id}`;
    stretches.set(key, [...(stretches.get(key) ?? []), ...(truths.get(id)?.stretches ?? [])]);
  }
  const { rows: progress } = await database.query<Row>(
    'select viewer_id, video_id, covered_seconds::float8 as covered from public.video_progress',
  );
  return progress.reduce((doubled, { viewer_id, video_id, covered }) => {
    const truth = lengthOfUnion(stretches.get(`${viewer_id} ${video_id}`) ?? []);
    return doubled + Math.max(0, covered - truth - ROUNDING_SECONDS);
  }, 0);
}

async function countDoubledEvents(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ doubled: number }>(
    `select coalesce(sum(times - 1), 0)::int as doubled from (
       select count(*) as times from public.video_analytics_events
       where event_type in ('video_started', 'video_rewatched')
       group by event_type, metadata ->> 'session_id'
       union all
       select count(*) from public.video_analytics_events as event
       join public.video_watch_sessions as session on session.id = (event.metadata ->> 'session_id')::uuid
       where event.event_type in ('video_progress', 'video_completed')
       group by event.event_type, event.metadata ->> 'percent_complete', session.viewer_id, session.video_id
     ) as counted`,
  );
  return rows[0]?.doubled ?? 0;
}
