/** What the viewer can choose in Loom's own menu. */
export const LOOM_RATES: readonly number[] = [0.5, 0.8, 1, 1.2, 1.5, 1.7, 2, 2.5];

/** So much of the past is looked at, seconds: long enough to tell 1.5 from 1.7. */
const LONGEST = 2;
/** So much is needed. */
const SHORTEST = 0.7;
/** Messages are late by up to so much, seconds, */
const LATE = 0.03;
/** which bends a slope by that share over the shortest look. */
const NEAR = 0.03;
/** Two messages that come closer than this were kept back. */
const BURST = 0.1;
/** A playhead this far ahead of its rate, seconds, plays at another one, or has jumped. Behind it, the message was late. */
const ODD = 0.1;
/** So long nobody is kept waiting, seconds. */
const PATIENCE = 1;

/** The playhead, as it was told: both in seconds. */
interface Reading {
  readonly time: number;
  readonly at: number;
}

/**
 * How fast a player plays that does not say so, from where it says it is. Loom's menu offers rates, and player.js has no
 * word for them.
 *
 * A rate is a straight line through some second of readings: a seek is a step in it, a stall a bend, and neither is taken
 * for one.
 */
export class RateGuess {
  rate = 1;
  #readings: Reading[] = [];
  #doubtedAt: number | null = null;

  /** It was paused, started or sent elsewhere: nothing that was read before belongs to what comes. */
  forget(): void {
    this.#readings = [];
    this.#doubtedAt = null;
  }

  /** @returns whether the reading can be believed: not while it may be a jump as well as another rate. */
  take(time: number, at: number): boolean {
    const last = this.#readings.at(-1);
    const elapsed = last ? at - last.at : 0;
    if (!last || elapsed < BURST || elapsed > LONGEST || time <= last.time) {
      this.forget();
      this.#readings.push({ time, at });
      return true;
    }
    const isOdd = time - last.time - this.rate * elapsed > ODD;
    this.#readings = [...this.#readings.filter((reading) => at - reading.at <= LONGEST), { time, at }];
    const found = this.#find();
    if (found !== null) {
      this.rate = found;
      this.#doubtedAt = null;
      return true;
    }
    if (isOdd) this.#doubtedAt ??= at;
    return this.#doubtedAt === null || at - this.#doubtedAt >= PATIENCE;
  }

  /** The rate of the longest straight line that ends here and is one of the menu's. */
  #find(): number | null {
    const last = this.#readings.at(-1);
    if (!last) return null;
    for (const [index, first] of this.#readings.entries()) {
      const seconds = last.at - first.at;
      if (seconds < SHORTEST) return null;
      const slope = (last.time - first.time) / seconds;
      const isStraight = this.#readings
        .slice(index)
        .every(({ time, at }) => Math.abs(time - first.time - slope * (at - first.at)) <= LATE * slope);
      const nearest = LOOM_RATES.reduce((best, one) => (Math.abs(one - slope) < Math.abs(best - slope) ? one : best));
      if (isStraight && Math.abs(slope - nearest) <= NEAR * nearest) return nearest;
    }
    return null;
  }
}
