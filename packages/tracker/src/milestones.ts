/** Percent of the video covered at which a milestone event is recorded; `private.milestone_percents()` in SQL is the same list. */
export const MILESTONES: readonly number[] = [10, 25, 50, 75, 90];

/**
 * Has coverage reached `percent` of the duration? Whole milliseconds on both sides and no division, so the answer is
 * the same here and in SQL. `false` while the duration is unknown.
 */
export function hasReached(percent: number, coveredMs: number, durationMs: number | null): boolean {
  return durationMs !== null && durationMs > 0 && 100 * coveredMs >= percent * durationMs;
}

/** `floor(100 x covered / duration)`, 0 to 100; `null` while the duration is unknown or the stream is live. */
export function percentComplete(coveredMs: number, durationMs: number | null): number | null {
  if (durationMs === null || durationMs <= 0) return null;
  return Math.min(100, Math.floor((100 * coveredMs) / durationMs));
}
