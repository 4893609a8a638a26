import { describe, expect, it } from 'vitest';
import { whyNoPostgres } from '../../../packages/local/testing/test-database.ts';
import { describeSoak } from './soak-report.ts';
import { soak } from './soak.ts';

const reason = await whyNoPostgres();

/** In small; `npm run soak` is the real one. */
describe.skipIf(reason)('soak', () => {
  it('loses nothing and counts nothing twice', async () => {
    const report = await soak({
      viewers: 40,
      seconds: 8,
      speed: 4,
      seed: 7,
      outageSeconds: 1,
      rates: { faults: 0.2, duplicates: 0.05, reordered: 0.05 },
      log: () => {},
    });
    console.log(describeSoak(report));
    expect(report.closed).toBeGreaterThan(20);
    expect(Object.keys(report.met)).toEqual(expect.arrayContaining(['twice', 'late', 'lost', 'status']));
    expect(report).toMatchObject({
      lostSessions: 0,
      lostSeconds: 0,
      doubledSeconds: 0,
      doubledProgressSeconds: 0,
      doubledEvents: 0,
      unknownRows: 0,
    });
    expect(report.worstCrashSeconds).toBeLessThanOrEqual(1.25);
  }, 120_000);
});
