import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOOM_RATES, RateGuess } from './rate-guess.ts';

/** Tells a guess what a player would, four times a second, each message up to `lateMs` late; asks after each. */
function tell(
  guess: RateGuess,
  { rate, seconds, from = 0, at = 0, lateness = () => 0 }: Told,
): { time: number; at: number; doubted: number } {
  let doubted = 0;
  let [time, now] = [from, at];
  for (let told = 0; told < seconds * 4; told++) {
    now += 0.25;
    time += 0.25 * rate;
    if (!guess.take(time, now + lateness() / 1000)) doubted += 1;
  }
  return { time, at: now, doubted };
}

interface Told {
  readonly rate: number;
  readonly seconds: number;
  readonly from?: number;
  readonly at?: number;
  readonly lateness?: () => number;
}

const aRate = fc.constantFrom(...LOOM_RATES);
const someLateness = fc.infiniteStream(fc.integer({ min: 0, max: 20 }));

describe('RateGuess', () => {
  it('finds every rate of the menu, from every other, within 2.5 s, and none in between', () => {
    fc.assert(
      fc.property(aRate, aRate, someLateness, (before, after, late) => {
        const lateness = (): number => late.next().value;
        const guess = new RateGuess();
        const { time, at } = tell(guess, { rate: before, seconds: 10, lateness });
        expect(guess.rate).toBe(before);
        let [now, place] = [at, time];
        for (let told = 0; told < 40; told++) {
          now += 0.25;
          place += 0.25 * after;
          guess.take(place, now + lateness() / 1000);
          expect(now - at < 2.5 ? [before, after] : [after]).toContain(guess.rate);
        }
      }),
    );
  });

  it('needs three readings where rates are far apart, and believes none before', () => {
    const guess = new RateGuess();
    const { time, at } = tell(guess, { rate: 1, seconds: 10 });
    const { doubted } = tell(guess, { rate: 2, seconds: 1, from: time, at });
    expect([guess.rate, doubted]).toEqual([2, 2]);
  });

  it('takes no seek for a rate, and doubts it for a second at most', () => {
    fc.assert(
      fc.property(aRate, fc.integer({ min: -600, max: 600 }), someLateness, (rate, by, late) => {
        const lateness = (): number => late.next().value;
        const guess = new RateGuess();
        const { time, at } = tell(guess, { rate, seconds: 10, from: 1_000, lateness });
        const { doubted } = tell(guess, { rate, seconds: 10, from: time + by, at, lateness });
        expect(guess.rate).toBe(rate);
        expect(doubted).toBeLessThanOrEqual(4);
      }),
    );
  });

  it('takes no stall and no burst for a rate', () => {
    fc.assert(
      fc.property(aRate, fc.double({ min: 0.1, max: 20, noNaN: true }), fc.boolean(), (rate, stood, isBurst) => {
        const guess = new RateGuess();
        const { time, at } = tell(guess, { rate, seconds: 10 });
        // What was said while the page was busy is heard at its end, together.
        if (isBurst) for (let told = 1; told <= stood * 4; told++) guess.take(time + told * 0.25 * rate, at + stood);
        tell(guess, { rate, seconds: 10, from: time + (isBurst ? stood * rate : 0), at: at + stood });
        expect(guess.rate).toBe(rate);
      }),
    );
  });

  it('knows nothing of what was before a pause but the rate', () => {
    const guess = new RateGuess();
    const { at } = tell(guess, { rate: 2, seconds: 5 });
    guess.forget();
    expect(guess.take(500, at + 0.25)).toBe(true);
    expect(tell(guess, { rate: 2, seconds: 5, from: 500, at: at + 0.25 }).doubted).toBe(0);
    expect(guess.rate).toBe(2);
  });

  it('hears once a second of a hidden page, and learns as well', () => {
    const guess = new RateGuess();
    for (let second = 0; second < 5; second++) guess.take(second * 1.5, second);
    expect(guess.rate).toBe(1.5);
  });
});
