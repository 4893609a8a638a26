/** What the database knows about an earlier visit. */
export interface EarlierVisit {
  /** Where the viewer left off, seconds; null: nowhere yet. */
  readonly positionSeconds: number | null;
  /** Seconds; null or NaN while unknown. */
  readonly durationSeconds: number | null;
  /** Has the viewer watched enough of it to count as finished? */
  readonly isCompleted: boolean;
}

/** Who left this close to the end has seen the end. */
const END_SECONDS = 2;

/**
 * Where a returning viewer goes on. A video finished before begins at the beginning.
 *
 * @returns seconds, or null for the beginning.
 */
export function chooseResumePosition({ positionSeconds, durationSeconds, isCompleted }: EarlierVisit): number | null {
  if (isCompleted || positionSeconds === null || !(positionSeconds > 0)) return null;
  const isAtEnd = durationSeconds !== null && positionSeconds >= durationSeconds - END_SECONDS;
  return isAtEnd ? null : positionSeconds;
}
