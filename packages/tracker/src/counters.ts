/** Everything that only grows during a session. Milliseconds where the name ends in `_ms`, otherwise a count. */
export interface Counters {
  readonly paused_ms: number;
  readonly buffering_ms: number;
  readonly buffering_count: number;
  readonly seeks_forward: number;
  readonly seeks_back: number;
  readonly hidden_ms: number;
  readonly muted_ms: number;
  readonly ad_ms: number;
  readonly startup_ms: number;
  readonly rate_changes: number;
  readonly caption_ms: number;
  readonly error_count: number;
  readonly rewatch_after_complete_ms: number;
  readonly messages_sent: number;
  readonly furthest_position_ms: number;
}

/** Where every session begins. */
export const NO_COUNTS: Counters = {
  paused_ms: 0,
  buffering_ms: 0,
  buffering_count: 0,
  seeks_forward: 0,
  seeks_back: 0,
  hidden_ms: 0,
  muted_ms: 0,
  ad_ms: 0,
  startup_ms: 0,
  rate_changes: 0,
  caption_ms: 0,
  error_count: 0,
  rewatch_after_complete_ms: 0,
  messages_sent: 0,
  furthest_position_ms: 0,
};

/** Counters with `more` added to those it names. */
export function addCounts(counters: Counters, more: Partial<Counters>): Counters {
  const sum = { ...counters };
  for (const name of Object.keys(more) as (keyof Counters)[]) sum[name] += more[name] ?? 0;
  return sum;
}

/** The same in whole numbers: clocks count in fractions of a millisecond, the database does not. */
export function wholeCounts(counters: Counters): Counters {
  const whole: Record<string, number> = {};
  for (const [name, amount] of Object.entries(counters)) whole[name] = Math.round(amount);
  return { ...counters, ...whole };
}
