import type { Sample } from './sample.ts';
import type { Range } from './watched-ranges.ts';

/**
 * A stretch with state playing, one rate and no discontinuity. While it lasts, the playhead should stand on the line
 * `originMs + rate x (now - startedAtMs)`; how it departs from that line tells a seek from a stall.
 */
export interface Run {
  readonly startedAtMs: number;
  readonly rate: number;
  /** Where the line begins. Readings of a polled source are never early, so the highest line they allow is the true one. */
  readonly originMs: number;
  /** Where what was played begins. */
  readonly startMs: number;
  /** The start is known from what came before, so later readings do not move it. */
  readonly isStartKnown: boolean;
  /** The furthest position seen on the line, and when. */
  readonly headMs: number;
  readonly headAtMs: number;
}

/** How far positions can be trusted. */
export interface Precision {
  /** A reading may be this old, in milliseconds; 0 for media elements, 250 for players asked by message. */
  readonly staleMs: number;
}

/** Joins, starts and departures closer than this are the same moment. */
const NEAR_MS = 250;

export function beginRun(
  sample: Sample,
  { joinAtMs, precision }: { joinAtMs: number | null; precision: Precision },
): Run {
  const { positionMs, rate, atMs } = sample;
  const isJoin = joinAtMs !== null && Math.abs(positionMs - joinAtMs) <= NEAR_MS + precision.staleMs * rate;
  const isStart = positionMs <= NEAR_MS;
  const startMs = isJoin ? joinAtMs : isStart ? 0 : positionMs;
  return {
    startedAtMs: atMs,
    rate,
    originMs: positionMs,
    startMs,
    isStartKnown: isJoin || isStart || precision.staleMs === 0,
    headMs: Math.max(startMs, positionMs),
    headAtMs: atMs,
  };
}

export type Departure = 'none' | 'jump' | 'lag';

/** Where the playhead stands against the line. */
export function departure(run: Run, sample: Sample, { staleMs }: Precision): Departure {
  const speed = Math.max(1, run.rate);
  const tolerance = speed * (NEAR_MS + staleMs) + 0.01 * run.rate * (sample.atMs - run.headAtMs);
  const ahead = sample.positionMs - lineAt(run, sample.atMs);
  // However stale, readings of an advancing playhead never go back.
  if (ahead > tolerance || sample.positionMs < run.headMs - speed * NEAR_MS) return 'jump';
  return ahead < -tolerance ? 'lag' : 'none';
}

/** Takes a sample that stands on the line. */
export function follow(run: Run, sample: Sample): Run {
  const lift = Math.max(0, sample.positionMs - lineAt(run, sample.atMs));
  return {
    ...run,
    originMs: run.originMs + lift,
    startMs: run.isStartKnown ? run.startMs : run.startMs + lift,
    headMs: Math.max(run.headMs, sample.positionMs),
    headAtMs: sample.atMs,
  };
}

/** Where the playhead should be at `atMs`, if nothing happened since the run was last seen. */
export function lineAt(run: Run, atMs: number): number {
  return run.originMs + run.rate * (atMs - run.startedAtMs);
}

/**
 * Where playback stood at the moment something else began: the line carried on from the last exact reading, or for a
 * polled source the line itself, which many stale readings have made better than any one of them.
 */
export function carriedOn(run: Run, atMs: number, { staleMs }: Precision): number {
  const fromHead = run.headMs + run.rate * (atMs - run.headAtMs);
  return staleMs > 0 ? Math.max(run.headMs, lineAt(run, atMs)) : fromHead;
}

/** What was played, and for how long: the playhead says how much content, the clock bounds the time it can have taken. */
export function played(run: Run): { range: Range; watchMs: number } {
  const range: Range = [run.startMs, run.headMs];
  const contentMs = Math.max(0, run.headMs - run.startMs);
  return { range, watchMs: Math.min(contentMs / run.rate, run.headAtMs - run.startedAtMs) };
}
