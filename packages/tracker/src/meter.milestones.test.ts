import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyViewing } from '../testing/viewing/any-viewing.ts';
import { meterPlayer } from '../testing/viewing/meter-viewing.ts';
import { performViewing } from '../testing/viewing/perform-viewing.ts';
import { SimulatedPlayer } from '../testing/viewing/simulated-player.ts';
import { playedTimes } from '../testing/viewing/truth.ts';
import type { SourceKind, Viewing } from '../testing/viewing/viewing.ts';
import { MILESTONES } from './milestones.ts';
import { lengthOf } from './watched-ranges.ts';

const HOURS = 100;
/** Coverage is promised that exactly, */
const COVERAGE_MS = 1_000;
/** of what was read last: a tick ago, a late timer ago, and stale then. */
const READ_MS = 600;

/** What was wrong with the milestones of an hour, as sentences. */
function findWrong(viewing: Viewing): { readonly said: number; readonly wrong: readonly string[] } {
  const player = new SimulatedPlayer(viewing);
  const meter = meterPlayer(player);
  const wrong: string[] = [];
  let said: readonly number[] = [];
  /** How much more was truly covered than the milestone asks for. */
  const aheadOf = (percent: number): number => {
    const covered = lengthOf(playedTimes(player.playhead.truth.played, 1));
    return covered - (percent * (meter.session.last?.durationMs ?? Infinity)) / 100;
  };
  const { look } = player;
  player.look = (event) => {
    const answer = look(event);
    const { milestones } = meter.session;
    if (milestones === said) return answer;
    for (const percent of said) if (!milestones.includes(percent)) wrong.push(`${percent} % was revoked`);
    for (const percent of milestones) {
      const isEarly = !said.includes(percent) && aheadOf(percent) < -COVERAGE_MS;
      if (isEarly) wrong.push(`${percent} % came ${-aheadOf(percent)} ms early`);
    }
    said = milestones;
    return answer;
  };
  performViewing(player, viewing, () => {
    for (const percent of MILESTONES) {
      const isLate = !said.includes(percent) && aheadOf(percent) > COVERAGE_MS + READ_MS * player.playhead.rate;
      if (isLate) wrong.push(`${percent} % is ${aheadOf(percent)} ms late`);
    }
  });
  return { said: said.length, wrong };
}

describe('milestones', { timeout: 60_000 }, () => {
  it.each<SourceKind>(['native', 'polled', 'reported'])(
    `are said once what was played reaches them, and not before, in ${HOURS} random hours, %s`,
    (kind) => {
      let said = 0;
      for (const viewing of fc.sample(anyViewing(kind), { numRuns: HOURS, seed: 11 })) {
        const found = findWrong(viewing);
        expect(found.wrong).toEqual([]);
        said += found.said;
      }
      expect(said).toBeGreaterThan(HOURS);
    },
  );
});
