import type { Sample } from './sample.ts';
import type { Range } from './watched-ranges.ts';

/**
 * A stretch with state playing, one rate and no discontinuity. While it lasts, the playhead should stand on the line
 * `originMs + rate x (now - startedAtMs)`; how it departs from that line tells a seek from a stall.
 */
export interface Run {
  /** Before this nothing of it can have been played. */
  readonly startedAtMs: number;
  readonly rate: number;
  /** Where the line begins. */
  readonly originMs: number;
  /** Where what was played begins. */
  readonly startMs: number;
  /** The start is known from what came before, so later readings do not move it. */
  readonly isStartKnown: boolean;
  /** The furthest position read on the line, and when. */
  readonly headMs: number;
  readonly headAtMs: number;
  /** When the line was last corrected, how many readings it has been held against since, and the least any was behind it. */
  readonly settledAtMs: number | null;
  readonly looks: number;
  readonly slackMs: number;
  /** Time by which the line sank (or rose) so slowly that nothing happened: the clocks of sound cards are not those of computers. */
  readonly driftMs: number;
  /** For how long the playhead was already said to be stuck at its head. */
  readonly stuckMs: number;
  /** Time that the run before had and did not use: stale readings put the border between two too early or too late. */
  readonly spareMs: number;
  /** How long the playhead took to start, by the first correction of the line. */
  readonly startUpMs: number;
  /** Since when readings have been behind the line, whether stale or true. */
  readonly behindAtMs: number | null;
}

/** How far positions can be trusted. */
export interface Precision {
  /** A reading may be this old, in milliseconds; 0 for media elements, 250 for players asked by message. */
  readonly staleMs: number;
}

/** Joins, starts and departures closer than this are the same moment. */
const NEAR_MS = 250;
/** Positions are that coarse, whatever the rate. */
export const BLUR_MS = 50;
/** However stale, readings of an advancing playhead do not go back; a vendor's guess of it may be that far ahead. */
const BACK_MS = 100;
/** Among so many readings that may be stale one is nearly fresh. */
const STALE_LOOKS = 16;
/** A line that sinks by less than a frame between two readings drifts, */
const FRAME_MS = 25;
/** or by less than this share of the time. More is a playhead that stood. */
const DRIFT = 0.002;
/** So long a playhead takes to get into its stride. */
const START_MS = 2_000;

/** Begins a run; with `sinceMs`, one that began between two samples. */
export function beginRun(
  { positionMs, rate, atMs }: Sample,
  {
    joinAtMs,
    staleMs,
    startUpMs,
    spareMs,
    sinceMs = atMs,
  }: Precision & { joinAtMs: number | null; startUpMs: number; spareMs: number; sinceMs?: number },
): Run {
  const originMs = positionMs - rate * (atMs - sinceMs);
  const isJoin = joinAtMs !== null && Math.abs(originMs - joinAtMs) <= NEAR_MS + staleMs * rate;
  const isStart = originMs <= NEAR_MS;
  const startMs = isJoin ? joinAtMs : isStart ? 0 : positionMs;
  return {
    startedAtMs: sinceMs,
    rate,
    originMs,
    startMs,
    isStartKnown: isJoin || isStart || (staleMs === 0 && sinceMs === atMs),
    headMs: Math.max(startMs, positionMs),
    headAtMs: atMs,
    settledAtMs: null,
    looks: 0,
    slackMs: Infinity,
    driftMs: 0,
    stuckMs: 0,
    spareMs,
    startUpMs,
    behindAtMs: null,
  };
}

export type Departure = 'none' | 'jump' | 'lag';

/** Where the playhead stands against the line. */
export function departure(run: Run, sample: Sample, precision: Precision): Departure {
  const tolerance = toleranceOf(run, sample, precision);
  const ahead = sample.positionMs - lineAt(run, sample.atMs);
  // Readings are never early: once the line is known, they can be ahead of it by no more than it was too low.
  const isKnown = precision.staleMs > 0 && run.settledAtMs !== null && !sample.hidden;
  const most = isKnown ? Math.min(tolerance, run.rate * (precision.staleMs + BACK_MS)) : tolerance;
  if (ahead > most || sample.positionMs < run.headMs - Math.max(1, run.rate) * BACK_MS) return 'jump';
  return ahead < -tolerance ? 'lag' : 'none';
}

/** How far a playhead may be off the line and still be on it. */
export function toleranceOf({ rate, headAtMs }: Run, { atMs }: Sample, { staleMs }: Precision): number {
  return BLUR_MS + rate * (NEAR_MS + staleMs + 0.01 * (atMs - headAtMs));
}

/**
 * Takes a sample that stands on the line, and corrects the line. An exact reading is where the line goes through. Stale ones
 * are never early: the highest line that the latest of them allow is the true one.
 */
export function follow(run: Run, { positionMs, atMs }: Sample, { staleMs }: Precision): Run {
  const { rate, settledAtMs } = run;
  const ahead = positionMs - lineAt(run, atMs);
  const lift = Math.max(0, ahead);
  const slackMs = Math.min(run.slackMs, lift - ahead);
  const looks = run.looks + 1;
  const isDue = staleMs === 0 || looks >= STALE_LOOKS;
  const sink = isDue ? slackMs : 0;
  const sunk = sink - lift;
  // At first it is not drift: how long the playhead took to start is in it, and some start in several steps.
  const isDrift =
    settledAtMs !== null &&
    atMs - run.startedAtMs > START_MS &&
    Math.abs(sunk) <= Math.max(1, rate) * (FRAME_MS + DRIFT * (atMs - settledAtMs));
  return {
    ...run,
    originMs: run.originMs - sunk,
    startMs: run.isStartKnown ? run.startMs : Math.max(0, run.originMs + lift),
    isStartKnown: run.isStartKnown || isDue,
    headMs: positionMs,
    headAtMs: atMs,
    settledAtMs: isDue ? atMs : settledAtMs,
    looks: isDue ? 0 : looks,
    slackMs: isDue ? Infinity : slackMs,
    driftMs: run.driftMs + (isDrift ? sunk / rate : 0),
    stuckMs: 0,
    startUpMs: settledAtMs === null && isDue ? Math.max(0, sunk / rate) : run.startUpMs,
    behindAtMs: null,
  };
}

/** The same run, as if it had begun at its head. */
export function splitRun(run: Run): Run {
  const { headMs, headAtMs } = run;
  return {
    ...run,
    startedAtMs: headAtMs,
    originMs: lineAt(run, headAtMs),
    startMs: headMs,
    isStartKnown: true,
    driftMs: 0,
    spareMs: 0,
  };
}

/** Where the playhead should be at `atMs`, if nothing happened since the run was last seen. */
export function lineAt(run: Run, atMs: number): number {
  return run.originMs + run.rate * (atMs - run.startedAtMs);
}

/**
 * Where playback stood at the moment something else began. A playhead that was never read to have moved is taken to have
 * started as slowly as the last one.
 */
export function carriedOn(run: Run, atMs: number, { staleMs }: Precision): number {
  const { headMs, headAtMs, rate, startUpMs } = run;
  const hasMoved = run.looks > 0 || run.settledAtMs !== null;
  const bound = headMs + rate * (atMs - headAtMs + staleMs);
  // The freshest of some stale readings is still a little old.
  const line = lineAt(run, hasMoved ? atMs + staleMs / (2 * STALE_LOOKS) : atMs - startUpMs);
  return Math.max(headMs, Math.min(bound, line));
}

/** For how long it was played: the playhead says how much content, the clock bounds the time it can have taken. */
export function watchMsOf(run: Run): number {
  return Math.max(0, Math.min((run.headMs - run.startMs) / run.rate + run.driftMs, mostMsOf(run)));
}

/** The longest it can have been played. */
export function mostMsOf({ headAtMs, startedAtMs, spareMs }: Run): number {
  return headAtMs - startedAtMs + spareMs;
}

/** What was played, in whole milliseconds. */
export function rangeOf({ startMs, headMs }: Run): Range {
  return [Math.round(startMs), Math.round(headMs)];
}
