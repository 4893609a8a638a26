import type { Queryable } from '../../src/database.ts';

/** Stretches of a video, seconds. */
export type Stretches = readonly (readonly [number, number])[];

/** A watch session as the database has it: its columns, ranges in seconds, milestones in percent. */
export interface SessionRow {
  readonly id: string;
  readonly viewer_id: string | null;
  readonly previous_session_id: string | null;
  readonly evidence: string;
  readonly session_start: string;
  readonly session_end: string | null;
  readonly close_reason: string | null;
  readonly last_seen_at: string;
  readonly started: boolean;
  readonly completed: boolean;
  readonly milestones: readonly number[];
  readonly integrity_flags: readonly string[];
  readonly percent_complete: number | null;
  readonly watched: Stretches;
  readonly rewatched: Stretches;
  readonly watch_time_seconds: number;
  readonly content_seconds: number;
  readonly covered_seconds: number;
  readonly counted_ms: number;
  readonly paused_ms: number;
  readonly buffering_ms: number;
  readonly buffering_count: number;
  readonly hidden_ms: number;
  readonly seeks_forward: number;
  readonly seeks_back: number;
  readonly messages_received: number;
  readonly seq: number;
}

/** What a viewer knows of a video, over all his sessions. */
export interface ProgressRow {
  readonly viewer_id: string;
  readonly sessions: number;
  readonly percent_complete: number | null;
  readonly milestones: readonly number[];
  readonly completed_at: string | null;
  readonly watched: Stretches;
  readonly covered_seconds: number;
  readonly watch_time_seconds: number;
  readonly resume_position_seconds: number;
}

/** Everything the database knows about one video, in the order in which it came to know it. */
export interface Rows {
  readonly sessions: readonly SessionRow[];
  readonly progress: readonly ProgressRow[];
  /** `video_started`, `video_progress 10`, ... */
  readonly events: readonly string[];
}

const IN_SECONDS = (column: string): string =>
  `'${column}', (select coalesce(jsonb_agg(jsonb_build_array(lower(r) / 1000.0, upper(r) / 1000.0)), '[]') from unnest(${column}) as r)`;
const IN_PERCENT = `'milestones', (
  select coalesce(jsonb_agg(percent order by percent), '[]')
  from unnest(private.milestone_percents()) with ordinality as m (percent, place)
  where milestones & (1 << (place::integer - 1)) <> 0)`;

const SESSIONS = `
  select to_jsonb(s) || jsonb_build_object(${IN_SECONDS('watched')}, ${IN_SECONDS('rewatched')}, ${IN_PERCENT}) as row
  from public.video_watch_sessions as s where video_id = $1 order by first_contact_at, id`;
const PROGRESS = `
  select to_jsonb(p) || jsonb_build_object(${IN_SECONDS('watched')}, ${IN_PERCENT}) as row
  from public.video_progress as p where video_id = $1 order by first_contact_at, viewer_id`;
const EVENTS = `
  select to_jsonb(concat_ws(' ', event_type, case when event_type = 'video_progress' then metadata ->> 'percent_complete' end)) as row
  from public.video_analytics_events where video_id = $1 and session_id is not null order by "timestamp"`;

/** Reads the three tables as their owner. */
export async function readRows(database: Queryable, videoId: string): Promise<Rows> {
  const read = async <Row>(sql: string): Promise<readonly Row[]> =>
    (await database.query<{ row: Row }>(sql, [videoId])).rows.map(({ row }) => row);
  return { sessions: await read(SESSIONS), progress: await read(PROGRESS), events: await read(EVENTS) };
}
