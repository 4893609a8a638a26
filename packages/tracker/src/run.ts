import { breakPace, comparePace, slownessOf, type Pace } from './pace.ts';
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
  /** Has the line been corrected yet, how many readings has it been held against since, and the least any was behind it. */
  readonly isSettled: boolean;
  readonly looks: number;
  readonly slackMs: number;
  readonly pace: Pace;
  /** For how long the playhead was already said to be stuck at its head. */
  readonly stuckMs: number;
  /** Time that the run before had and did not use: stale readings put the border between two too early or too late. */
  readonly spareMs: number;
  /** How long the playhead took to start, by the first correction of the line; of the run before where this one's start was not heard. */
  readonly startUpMs: number;
  readonly isStartHeard: boolean;
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
/** A line that is too high by less than this, in time, is more likely not; it sinks by a share only, */
const SLIP_MS = 75;
const SHARE = 4;
/** So long a playhead takes to get into its stride. */
const START_MS = 2_000;

/** What a run takes over from the session. */
export interface Heritage {
  readonly precision: Precision;
  readonly startUpMs: number;
  readonly spareMs: number;
  readonly pace: Pace;
}

/** Begins a run at `joinAtMs`, if that is near; with `sinceMs`, one that began between two samples. */
export function beginRun(
  { positionMs, rate, atMs }: Sample,
  { precision, startUpMs, spareMs, pace }: Heritage,
  { joinAtMs, sinceMs = atMs }: { joinAtMs: number | null; sinceMs?: number },
): Run {
  const { staleMs } = precision;
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
    isSettled: false,
    looks: 0,
    slackMs: Infinity,
    pace: breakPace(pace),
    stuckMs: 0,
    spareMs,
    startUpMs,
    isStartHeard: sinceMs === atMs,
    behindAtMs: null,
  };
}

export type Departure = 'none' | 'jump' | 'lag';

/** Where the playhead stands against the line. */
export function departure(run: Run, sample: Sample, precision: Precision): Departure {
  const tolerance = toleranceOf(run, sample, precision);
  const ahead = sample.positionMs - lineAt(run, sample.atMs);
  // Readings are never early: they can be ahead by no more than the line is too low. Where it began is stale, unless it was heard.
  const isKnown = run.isSettled || run.isStartHeard;
  const isLoose = precision.staleMs === 0 || sample.hidden;
  const most = isLoose
    ? tolerance
    : (isKnown ? Math.min(1, run.rate) : run.rate) * precision.staleMs + run.rate * BACK_MS;
  if (ahead > most || sample.positionMs < run.headMs - BACK_MS) return 'jump';
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
export function follow(run: Run, sample: Sample, { staleMs }: Precision): Run {
  const { rate, isSettled } = run;
  const { positionMs, atMs } = sample;
  const ahead = positionMs - lineAt(run, atMs);
  const lift = Math.max(0, ahead);
  const slackMs = Math.min(run.slackMs, lift - ahead);
  const looks = run.looks + 1;
  const isDue = staleMs === 0 || looks >= STALE_LOOKS;
  const isSure = staleMs === 0 || !isSettled || slackMs > SLIP_MS * rate;
  const sunk = (isDue ? (isSure ? slackMs : slackMs / SHARE) : 0) - lift;
  const isBeginning = atMs - run.startedAtMs < START_MS;
  return {
    ...run,
    pace: isBeginning ? run.pace : comparePace(run.pace, positionMs / rate - atMs, atMs),
    originMs: run.originMs - sunk,
    startMs: run.isStartKnown ? run.startMs : Math.max(0, run.originMs + lift),
    isStartKnown: run.isStartKnown || isDue,
    headMs: positionMs,
    headAtMs: atMs,
    isSettled: isSettled || isDue,
    looks: isDue ? 0 : looks,
    slackMs: isDue ? Infinity : slackMs,
    stuckMs: 0,
    startUpMs: !isSettled && isDue && run.isStartHeard ? Math.max(0, sunk / rate) : run.startUpMs,
    behindAtMs: null,
  };
}

/** The same run, as if it had begun at its head, which may be stale: what it has to spare is its age. */
export function splitRun(run: Run, spareMs: number): Run {
  const { headMs, headAtMs } = run;
  return {
    ...run,
    startedAtMs: headAtMs,
    originMs: lineAt(run, headAtMs),
    startMs: headMs,
    isStartKnown: true,
    spareMs,
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
  const hasMoved = run.looks > 0 || run.isSettled;
  const bound = headMs + rate * (atMs - headAtMs + staleMs);
  // The freshest of some stale readings is still a little old.
  const line = lineAt(run, hasMoved ? atMs + staleMs / (2 * STALE_LOOKS) : atMs - startUpMs);
  return Math.max(headMs, Math.min(bound, line));
}

/** For how long it was played: the playhead says how much content, the clock bounds the time it can have taken. */
export function watchMsOf(run: Run): number {
  const { headMs, startMs, rate, pace } = run;
  return Math.max(0, Math.min(((headMs - startMs) / rate) * (1 + slownessOf(pace)), mostMsOf(run)));
}

/** The longest it can have been played. */
export function mostMsOf({ headAtMs, startedAtMs, spareMs }: Run): number {
  return headAtMs - startedAtMs + spareMs;
}

/** What was played, in whole milliseconds. */
export function rangeOf({ startMs, headMs }: Run): Range {
  return [Math.round(startMs), Math.round(headMs)];
}
