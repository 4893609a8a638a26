import { expect } from 'vitest';
import type { Source } from './describe-items.ts';
import type { Rows, SessionRow, Stretches } from './read-rows.ts';
import type { Tab } from './tab.ts';

/** What truly happened in one visit, seconds. */
export interface Truth {
  readonly watch: number;
  /** Default: as watch. */
  readonly content?: number;
  readonly watched: Stretches;
  /** Default: nothing. */
  readonly rewatched?: Stretches;
  /** Of the video; null: nobody knows its length. */
  readonly percent: number | null;
  readonly milestones: readonly number[];
  /** Default: not. */
  readonly completed?: boolean;
  /** Events beyond the start, the milestones and the completion. */
  readonly more?: readonly string[];
}

/** Fails unless the two are as close as that. */
export function near(actual: number, expected: number, within = 0.5): void {
  expect(Math.abs(actual - expected), `${actual} is not ${expected} within ${within}`).toBeLessThanOrEqual(
    within + 1e-9,
  );
}

/** The visit's row, the events and the page's own read-outs all say what truly happened, and nothing was bounded. */
export function expectTruth({ tab, rows, source }: { tab: Tab; rows: Rows; source: Source }, truth: Truth): void {
  const { milestones, completed = false, more = [] } = truth;
  expect(rows.sessions).toHaveLength(1);
  const [row] = rows.sessions as [SessionRow];
  expectWatched(row, truth, source);
  expect(row).toMatchObject({ milestones, completed, integrity_flags: [], started: true });
  const told = [...milestones.map((percent) => `video_progress ${percent}`), ...(completed ? ['video_completed'] : [])];
  expect(rows.events).toEqual(['video_started', ...told, ...more.map((name) => `video_${name}`)]);
  const heard = ['started', ...milestones.map(String), ...(completed ? ['completed'] : []), ...more];
  // The moment of completion lies between two milestones here, and after them in the database.
  expect(tab.heard.filter((name) => !name.startsWith('end')).toSorted()).toEqual(heard.toSorted());
  expectReadouts(tab, truth, source);
  expect(tab.errors).toEqual([]);
}

/** The numbers of one row. */
export function expectWatched(
  row: SessionRow,
  { watch, content = watch, watched, rewatched = [], percent }: Omit<Truth, 'milestones'>,
  { watchWithin, coveredWithin, isPolled }: Source,
): void {
  near(row.watch_time_seconds, watch, watchWithin);
  near(row.content_seconds, content, coveredWithin);
  near(row.covered_seconds, lengthOf(watched), coveredWithin);
  expectStretches(row.watched, watched, coveredWithin);
  expectStretches(row.rewatched, rewatched, coveredWithin);
  expectPercent(row.percent_complete, percent, isPolled);
}

function expectReadouts(tab: Tab, { watch, content = watch, watched, ...truth }: Truth, source: Source): void {
  const own = tab.tracking.watch;
  near(own.time, watch, source.watchWithin);
  near(own.content, content, source.coveredWithin);
  near(own.covered, lengthOf(watched), source.coveredWithin);
  expectStretches(own.ranges, watched, source.coveredWithin);
  expectPercent(own.percent, truth.percent, source.isPolled);
  expect(own.completed).toBe(truth.completed ?? false);
}

/** Exact where positions are; a position that had to be asked for may leave it one short. */
function expectPercent(actual: number | null, expected: number | null, isPolled: boolean): void {
  if (isPolled && expected !== null) expect([expected, expected - 1]).toContain(actual);
  else expect(actual).toBe(expected);
}

function expectStretches(actual: Stretches, expected: Stretches, within: number): void {
  expect(actual, `${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`).toHaveLength(expected.length);
  for (const [place, [start, end]] of expected.entries()) {
    near(actual[place]?.[0] ?? NaN, start, within);
    near(actual[place]?.[1] ?? NaN, end, within);
  }
}

function lengthOf(stretches: Stretches): number {
  return stretches.reduce((sum, [start, end]) => sum + end - start, 0);
}
