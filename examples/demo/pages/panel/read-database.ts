import type { SupabaseClient } from '@supabase/supabase-js';

/** The columns shown of `video_watch_sessions`. */
export interface SessionRow {
  readonly session_start: string;
  readonly session_end: string | null;
  readonly close_reason: string | null;
  readonly evidence: string;
  readonly watch_time_seconds: number;
  readonly content_seconds: number;
  readonly covered_seconds: number;
  readonly percent_complete: number | null;
  readonly watched: string;
  readonly rewatched: string;
}

/** The columns shown of `video_progress`. */
export interface ProgressRow {
  readonly percent_complete: number | null;
  readonly watched: string;
  /** Bits, the lowest for the first milestone. */
  readonly milestones: number;
  readonly sessions: number;
  readonly resume_position_seconds: number;
  readonly completed_at: string | null;
  readonly updated_at: string;
}

/** The columns shown of `video_analytics_events`. */
export interface EventRow {
  readonly id: string;
  readonly timestamp: string;
  readonly event_type: string;
  readonly metadata: { readonly percent_complete?: number };
}

/** The columns shown of `video_analytics`. */
export interface DayRow {
  readonly views: number;
  readonly unique_viewers: number;
  readonly total_watch_time_seconds: number;
  readonly average_watch_time_seconds: number | null;
  readonly completions: number;
  readonly completion_rate: number | null;
  readonly updated_at: string;
}

const EVENTS_SHOWN = 30;

/** Row level security answers with this viewer's own rows and no other: nothing here names him. */
export async function readSession(viewer: SupabaseClient, id: string): Promise<SessionRow | null> {
  const columns = `session_start, session_end, close_reason, evidence, watch_time_seconds, content_seconds,
    covered_seconds, percent_complete, watched, rewatched`;
  return one<SessionRow>(viewer.from('video_watch_sessions').select(columns).eq('id', id));
}

export async function readProgress(viewer: SupabaseClient, videoId: string): Promise<ProgressRow | null> {
  const columns = 'percent_complete, watched, milestones, sessions, resume_position_seconds, completed_at, updated_at';
  return one<ProgressRow>(viewer.from('video_progress').select(columns).eq('video_id', videoId));
}

export async function readEvents(viewer: SupabaseClient, videoId: string): Promise<readonly EventRow[]> {
  const { data, error } = await viewer
    .from('video_analytics_events')
    .select('id, timestamp, event_type, metadata')
    .eq('video_id', videoId)
    .order('timestamp', { ascending: false })
    .limit(EVENTS_SHOWN);
  if (error) throw error;
  return data;
}

/** As the creator: today's figures, his time zone deciding what today is. */
export async function readDay(creator: SupabaseClient, videoId: string): Promise<DayRow | null> {
  const settings = await one<{ time_zone: string }>(creator.from('creators').select('time_zone'));
  // Swedish writes dates as ISO 8601 does.
  const today = new Date().toLocaleDateString('sv-SE', { timeZone: settings?.time_zone ?? 'UTC' });
  const columns = `views, unique_viewers, total_watch_time_seconds, average_watch_time_seconds, completions,
    completion_rate, updated_at`;
  return one<DayRow>(creator.from('video_analytics').select(columns).eq('video_id', videoId).eq('date', today));
}

async function one<Row>(query: PromiseLike<{ data: unknown; error: Error | null }>): Promise<Row | null> {
  const { data, error } = await query;
  if (error) throw error;
  return (data as readonly Row[])[0] ?? null;
}
