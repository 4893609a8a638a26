import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReport } from './embed-report.ts';

const KEYS = ['state', 'time', 'duration', 'loaded', 'rate', 'volume', 'muted'] as const;
const anyNumber = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 0, 1e300));
const said = fc.record(
  Object.fromEntries(KEYS.map((key) => [key, fc.oneof(fc.anything(), anyNumber, fc.constantFrom('playing', true))])),
  { requiredKeys: [] },
);

describe('readReport', () => {
  it('keeps whatever a vendor may truly say', () => {
    const report = {
      state: 'playing',
      time: 12.5,
      duration: 634,
      loaded: 0.5,
      rate: 2,
      volume: 0,
      muted: true,
    } as const;
    expect(readReport(report)).toEqual(report);
    expect(readReport({ duration: Number.POSITIVE_INFINITY })).toEqual({ duration: Number.POSITIVE_INFINITY });
  });

  it('lets nothing of a wrong shape through, whatever was said', () => {
    fc.assert(
      fc.property(said, (anything) => {
        const {
          state = 'cued',
          time = 0,
          duration = 0,
          loaded = 0,
          rate = 1,
          volume = 0,
          muted = false,
        } = readReport(anything);
        expect(['cued', 'playing', 'buffering', 'paused', 'ended']).toContain(state);
        expect(time >= 0 && Number.isFinite(time)).toBe(true);
        expect(duration >= 0).toBe(true);
        expect(loaded >= 0 && loaded <= 1 && volume >= 0 && volume <= 1).toBe(true);
        expect(rate > 0 && rate <= 16).toBe(true);
        expect(typeof muted).toBe('boolean');
      }),
    );
  });
});
