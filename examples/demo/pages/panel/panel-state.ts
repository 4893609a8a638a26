import type { Range } from './ranges.ts';
import type { DayRow, EventRow, ProgressRow, SessionRow } from './read-database.ts';

/** What the player in this page measures, seconds. */
interface PlayerState {
  readonly watchSeconds: number;
  readonly percent: number | null;
  readonly ranges: readonly Range[];
  readonly positionSeconds: number;
  /** NaN while unknown. */
  readonly durationSeconds: number;
  readonly evidence: string;
  /** Whether anything was ever played in this visit. */
  readonly hasPlayed: boolean;
}

/** What the database has, as far as its rows could be read. */
export interface DatabaseState {
  readonly session: SessionRow | null;
  readonly progress: ProgressRow | null;
  /** Newest first. */
  readonly events: readonly EventRow[];
  readonly day: DayRow | null;
  /** When its last answer to the player arrived, epoch ms; null before the first. */
  readonly answeredAtMs: number | null;
}

/** Whether the database can be reached: `cut` by this page's own button, `down` otherwise. */
type Connection = 'up' | 'cut' | 'down';

/** A named part of the video. */
export interface Chapter {
  readonly start_ms: number;
  readonly end_ms: number;
  readonly title: string;
}

/** Everything the panel shows. Its views are functions of this and of nothing else. */
export interface PanelState {
  readonly player: PlayerState;
  readonly database: DatabaseState;
  readonly connection: Connection;
  readonly chapters: readonly Chapter[];
  /** A sentence about what went wrong; null: nothing. */
  readonly problem: string | null;
  /** Epoch ms; what "ago" counts from. */
  readonly nowMs: number;
}

/** Before anything is known. */
export const NOTHING_YET: PanelState = {
  player: {
    watchSeconds: 0,
    percent: null,
    ranges: [],
    positionSeconds: 0,
    durationSeconds: Number.NaN,
    evidence: 'measured',
    hasPlayed: false,
  },
  database: { session: null, progress: null, events: [], day: null, answeredAtMs: null },
  connection: 'up',
  chapters: [],
  problem: null,
  nowMs: 0,
};
