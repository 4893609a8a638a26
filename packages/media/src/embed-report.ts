import type { EmbedReport, EmbedWord } from './embed.ts';

/** What a vendor's player said of itself, believed to be nothing yet. */
export type SaidReport = { readonly [Key in keyof EmbedReport]?: unknown };

const WORDS: readonly unknown[] = ['cued', 'playing', 'buffering', 'paused', 'ended'] satisfies readonly EmbedWord[];
/** A year of seconds: no position and no length is beyond. */
const LONGEST = 366 * 24 * 3600;
/** Faster than any vendor plays. */
const FASTEST = 16;

/** Keeps what has the right shape. Whoever talks in an iframe may say anything; what is not understood says nothing. */
export function readReport({ state, time, duration, loaded, rate, volume, muted }: SaidReport): EmbedReport {
  return {
    ...(WORDS.includes(state) && { state: state as EmbedWord }),
    ...(isWithin(time, LONGEST) && { time }),
    ...((isWithin(duration, LONGEST) || duration === Number.POSITIVE_INFINITY) && { duration }),
    ...(isWithin(loaded, 1) && { loaded }),
    ...(isWithin(rate, FASTEST) && rate > 0 && { rate }),
    ...(isWithin(volume, 1) && { volume }),
    ...(typeof muted === 'boolean' && { muted }),
  };
}

/** The fields of whatever was said; none, where it is no object. */
export function fieldsOf(said: unknown): Readonly<Record<string, unknown>> {
  return typeof said === 'object' && said !== null ? { ...said } : {};
}

/** Also false for NaN. */
function isWithin(value: unknown, limit: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= limit;
}
