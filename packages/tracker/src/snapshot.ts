import type { Evidence } from '@chronos-player/media';
import type { Counters } from './counters.ts';
import type { Range } from './watched-ranges.ts';

/** Why a session ended; its presence in a snapshot is what ends it. */
export type CloseReason = 'removed' | 'source_change' | 'viewer_change' | 'page_end' | 'idle';

/** What brought the viewer to the video. */
export type ReferrerType = 'course_page' | 'direct_link' | 'search' | 'chat_reference';

/** Where and how the session is watched. Ids are uuids; absent facts are absent keys. */
export interface SessionContext {
  readonly device_type: 'desktop' | 'mobile' | 'tablet';
  readonly referrer_type: ReferrerType;
  readonly player_version: string;
  readonly evidence: Evidence;
  readonly course_id?: string;
  readonly module_id?: string;
  readonly previous_session_id?: string;
  /** Present when more than 512 ranges had to be cut to the longest 512. */
  readonly truncated?: true;
  readonly close_reason?: CloseReason;
}

/**
 * The whole session so far, in running totals: a lost, repeated or reordered snapshot changes nothing.
 * Times are milliseconds; the wire form is made in `transport.ts` alone.
 */
export interface Snapshot {
  /** uuid made by the client. */
  readonly sessionId: string;
  /** 128 random bits as 32 hex; proves that later snapshots come from whoever opened the session. */
  readonly writeKey: string;
  readonly videoId: string;
  /** Grows with every snapshot of the session. */
  readonly seq: number;
  /** Time on the client since the session opened. */
  readonly ageMs: number;
  readonly watchTimeMs: number;
  readonly contentMs: number;
  readonly watched: readonly Range[];
  readonly rewatched: readonly Range[];
  readonly positionMs: number;
  /** `null` while unknown or infinite. */
  readonly durationMs: number | null;
  readonly counters: Counters;
  readonly context: SessionContext;
}

/** What the database answers to every snapshot. Seconds carry up to three decimals. */
export interface Answer {
  readonly session_id: string;
  readonly seq: number;
  readonly watch_time_seconds: number;
  /** Of this session; `null` while the duration is unknown. */
  readonly percent_complete: number | null;
  /** Of the viewer over all sessions and devices; `null` without a viewer. */
  readonly viewer_percent_complete: number | null;
  readonly completed: boolean;
  readonly resume_position_seconds: number | null;
  /** Newly recorded by this call. */
  readonly events: readonly { readonly event_type: string; readonly percent_complete?: number }[];
  readonly flags: readonly string[];
}
