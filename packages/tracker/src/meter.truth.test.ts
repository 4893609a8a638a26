import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meterMedia } from '../testing/metered-media.ts';

const step = fc.oneof(
  // Arrow keys: a few seconds on or back.
  fc.record({ do: fc.constant('step' as const), to: fc.constantFrom(-10, -5, 0.5, 5, 10) }),
  fc.record({ do: fc.constant('seek' as const), to: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant('rate' as const), to: fc.constantFrom(0.25, 0.5, 1, 1.25, 1.5, 2, 4) }),
  fc.record({ do: fc.constantFrom('pause' as const, 'stall' as const), to: fc.integer({ min: 1, max: 30 }) }),
);
const script = fc.array(fc.record({ step, thenMs: fc.integer({ min: 5_000, max: 110_000 }) }), {
  minLength: 10,
  maxLength: 60,
});

/** Plays a script against the meter and keeps the truth beside it, read from the media's own timeline. */
function perform(steps: readonly { step: { do: string; to: number }; thenMs: number }[], polled: boolean) {
  const duration = 7200;
  const w = meterMedia({ duration, polled });
  const truth = { watchMs: 0, marks: new Uint8Array(duration * 100) };
  const go = (ms: number): void => {
    const from = w.media.position;
    w.clock.advance(ms);
    const moved = w.media.position - from;
    truth.watchMs += (moved / w.media.playbackRate) * 1000;
    truth.marks.fill(1, Math.round(from * 100), Math.round((from + moved) * 100));
  };
  w.play();
  go(5_000);
  for (const { step: action, thenMs } of steps) {
    if (action.do === 'seek') {
      // To an outsider, a seek shorter than a stale reading can show is none.
      const target = action.to * (duration - 500);
      w.media.seek(polled && Math.abs(target - w.media.position) < 2 ? target + 5 : target);
    }
    if (action.do === 'step') {
      const seconds = polled && Math.abs(action.to) < 2 ? 5 : action.to;
      w.media.seek(Math.max(0, w.media.position + seconds));
    }
    if (action.do === 'rate') w.media.setRate(action.to);
    if (action.do === 'pause') {
      w.media.pause();
      go(action.to * 1000);
      w.play();
    }
    if (action.do === 'stall') {
      w.media.stall();
      go(action.to * 1000);
      w.media.resume();
    }
    go(thenMs);
  }
  w.media.pause();
  const coveredSeconds = truth.marks.reduce((sum, mark) => sum + mark, 0) / 100;
  return { w, watchSeconds: truth.watchMs / 1000, coveredSeconds };
}

describe('observe, against the truth of random viewing', { timeout: 60_000 }, () => {
  it.each([false, true])('is within 0.5 s of watch time and 1 s of coverage (polled: %s)', (polled) => {
    let worst = { watch: 0, covered: 0 };
    fc.assert(
      fc.property(script, (steps) => {
        const { w, watchSeconds, coveredSeconds } = perform(steps, polled);
        const error = {
          watch: Math.abs(w.result.watch - watchSeconds),
          covered: Math.abs(w.result.covered - coveredSeconds),
        };
        worst = { watch: Math.max(worst.watch, error.watch), covered: Math.max(worst.covered, error.covered) };
        expect(error.watch).toBeLessThanOrEqual(0.5);
        expect(error.covered).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60, endOnFailure: true, seed: 20260105 },
    );
    console.info(
      `worst error, polled ${polled}: watch ${worst.watch.toFixed(3)} s, covered ${worst.covered.toFixed(3)} s`,
    );
  });
});
