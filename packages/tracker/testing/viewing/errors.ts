import { intersect, lengthOf, type Range } from '../../src/watched-ranges.ts';
import type { Said } from './meter-viewing.ts';
import { playedTimes, type Truth } from './truth.ts';

/** How far a meter was from the truth, seconds (or seeks) too much; negative: too little. */
export interface Errors {
  readonly watch: number;
  readonly coverage: number;
  readonly content: number;
  readonly rewatched: number;
  readonly hidden: number;
  readonly muted: number;
  readonly captions: number;
  readonly paused: number;
  readonly buffering: number;
  readonly advertisement: number;
  readonly seeks: number;
}

export function findErrors(said: Said, truth: Truth): Errors {
  const { counters } = said;
  const seconds = (saidMs: number, trueMs: number): number => (saidMs - trueMs) / 1000;
  return {
    watch: seconds(said.watchMs, truth.watchMs),
    coverage: seconds(lengthOf(said.coverage.watched), lengthOf(playedTimes(truth.played, 1))),
    content: seconds(said.contentMs, truth.contentMs),
    rewatched: seconds(lengthOf(said.coverage.rewatched), lengthOf(playedTimes(truth.played, 2))),
    hidden: seconds(counters.hidden_ms, truth.hiddenMs),
    muted: seconds(counters.muted_ms, truth.mutedMs),
    captions: seconds(counters.caption_ms, truth.captionMs),
    paused: seconds(counters.paused_ms, truth.pausedMs),
    buffering: seconds(counters.buffering_ms, truth.bufferingMs),
    advertisement: seconds(counters.ad_ms, truth.adMs),
    seeks: counters.seeks_forward + counters.seeks_back - truth.seeks,
  };
}

/** How much of one is not in the other, either way, seconds: finds what lengths alone hide. */
export function findMisplaced(said: readonly Range[], truth: readonly Range[]): number {
  const shared = truth.reduce((sum, range) => sum + lengthOf(intersect(said, range)), 0);
  return (lengthOf(said) + lengthOf(truth) - 2 * shared) / 1000;
}
