import type { Range } from '../../src/watched-ranges.ts';

/** What really happened, kept by the simulated player itself. Milliseconds, or counts. */
export interface Truth {
  watchMs: number;
  contentMs: number;
  hiddenMs: number;
  mutedMs: number;
  captionMs: number;
  pausedMs: number;
  bufferingMs: number;
  adMs: number;
  seeks: number;
  /** Every stretch played, in the order played. */
  readonly played: [number, number][];
}

export function createTruth(): Truth {
  return {
    watchMs: 0,
    contentMs: 0,
    hiddenMs: 0,
    mutedMs: 0,
    captionMs: 0,
    pausedMs: 0,
    bufferingMs: 0,
    adMs: 0,
    seeks: 0,
    played: [],
  };
}

/** What was played at least `times` times: a sweep over all beginnings and ends, none of the meter's own arithmetic. */
export function playedTimes(played: readonly Range[], times: number): readonly Range[] {
  const marks = played
    .flatMap(([start, end]) => [
      { at: start, step: 1 },
      { at: end, step: -1 },
    ])
    .toSorted((a, b) => a.at - b.at || b.step - a.step);
  const found: Range[] = [];
  let depth = 0;
  let since = 0;
  for (const { at, step } of marks) {
    depth += step;
    if (step > 0 && depth === times) since = at;
    if (step < 0 && depth === times - 1 && at > since) found.push([since, at]);
  }
  return found;
}
