import { NO_COUNTS, type Counters } from './counters.ts';
import { beginPace, type Pace } from './pace.ts';
import { mostMsOf, rangeOf, watchMsOf, type Precision, type Run } from './run.ts';
import type { Sample } from './sample.ts';
import { addPlayed, lengthOf, overlapOf, type Coverage } from './watched-ranges.ts';

/** What a session knows so far. Immutable: `observe` makes the next one. All times in milliseconds. */
export interface Session {
  readonly precision: Precision;
  /** Percent of the video that completes it. */
  readonly completionThreshold: number;
  /** The viewer had completed the video before: all he plays now is played again. */
  readonly wasCompleted: boolean;
  readonly last: Sample | null;
  readonly run: Run | null;
  /** Where the next run carries on, if no seek came between. */
  readonly joinAtMs: number | null;
  /** How long the playhead last took to start, and what the last run had of time and did not use. */
  readonly startUpMs: number;
  readonly spareMs: number;
  readonly pace: Pace;
  /** Time since then that is not watch time yet, and how it was looked at. */
  readonly since: ViewedTime;
  /** When content last advanced, on the sample's clock. */
  readonly playedAtMs: number;
  readonly watchTimeMs: number;
  readonly contentMs: number;
  readonly coverage: Coverage;
  /** Length of what `coverage` says was watched. */
  readonly coveredMs: number;
  readonly counters: Counters;
  /** Percents reached by coverage, ascending. Nothing reached is ever revoked. */
  readonly milestones: readonly number[];
  readonly hasStarted: boolean;
  readonly isCompleted: boolean;
}

/** Some time, and how much of it was looked at how. */
export interface ViewedTime {
  readonly ms: number;
  readonly hidden_ms: number;
  readonly muted_ms: number;
  readonly caption_ms: number;
}

/** Totals of a session including the run that is still going on. */
export interface Totals {
  readonly watchTimeMs: number;
  readonly contentMs: number;
  readonly coverage: Coverage;
  readonly rewatchAfterCompleteMs: number;
}

/** No time at all, however looked at. */
export const NO_TIME: ViewedTime = { ms: 0, hidden_ms: 0, muted_ms: 0, caption_ms: 0 };

/** A session in which nothing has happened yet. */
export function beginSession(options: { staleMs: number; completionThreshold: number; atMs: number }): Session {
  return {
    precision: { staleMs: options.staleMs },
    completionThreshold: options.completionThreshold,
    wasCompleted: false,
    last: null,
    run: null,
    joinAtMs: null,
    startUpMs: 0,
    spareMs: 0,
    pace: beginPace(options.staleMs),
    since: NO_TIME,
    playedAtMs: options.atMs,
    watchTimeMs: 0,
    contentMs: 0,
    coverage: { watched: [], rewatched: [] },
    coveredMs: 0,
    counters: NO_COUNTS,
    milestones: [],
    hasStarted: false,
    isCompleted: false,
  };
}

/** Totals up to the last sample. */
export function totals(session: Session): Totals {
  const { run, coverage, contentMs } = session;
  const before = session.counters.rewatch_after_complete_ms;
  const watchTimeMs = watchTimeOf(session);
  if (!run) return { watchTimeMs, contentMs, coverage, rewatchAfterCompleteMs: before };
  const range = rangeOf(run);
  const again = session.wasCompleted
    ? Math.max(0, run.headMs - run.startMs)
    : session.isCompleted
      ? overlapOf(coverage.watched, range)
      : 0;
  return {
    watchTimeMs,
    contentMs: contentMs + Math.max(0, run.headMs - run.startMs),
    coverage: addPlayed(coverage, range),
    rewatchAfterCompleteMs: before + again,
  };
}

/** Watch time including the run that is still going on. */
export function watchTimeOf({ watchTimeMs, run }: Session): number {
  return run ? watchTimeMs + watchMsOf(run) : watchTimeMs;
}

/** Ends the run and adds it to what is settled. `joinAtMs`: not `null` where the next run may carry on. */
export function close(session: Session, run: Run, joinAtMs: number | null): Session {
  const sum = totals({ ...session, run });
  return {
    ...session,
    run: null,
    joinAtMs: joinAtMs === null ? null : run.headMs,
    startUpMs: run.startUpMs,
    pace: run.pace,
    spareMs: Math.min(session.precision.staleMs, Math.max(0, mostMsOf(run) - watchMsOf(run))),
    watchTimeMs: sum.watchTimeMs,
    contentMs: sum.contentMs,
    coverage: sum.coverage,
    coveredMs: lengthOf(sum.coverage.watched),
    counters: { ...session.counters, rewatch_after_complete_ms: sum.rewatchAfterCompleteMs },
  };
}
