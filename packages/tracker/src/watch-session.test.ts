import { describe, expect, it } from 'vitest';
import { WatchSession } from './watch-session.ts';

const CONTEXT = {
  device_type: 'desktop',
  referrer_type: 'direct_link',
  player_version: '0.0.0',
  evidence: 'measured',
} as const;

describe('WatchSession', () => {
  it('sends counters in whole milliseconds, though clocks tick in fractions', () => {
    const session = new WatchSession({ videoId: 'a', context: CONTEXT, completionThreshold: 90, atMs: 0.3 });
    const sample = {
      positionMs: 0,
      durationMs: 60_000,
      rate: 1,
      hidden: false,
      muted: true,
      captions: false,
      failed: false,
    };
    session.observe({ ...sample, atMs: 0.7, state: 'paused' });
    session.observe({ ...sample, atMs: 360.951, state: 'playing' });
    session.observe({ ...sample, atMs: 1361.302, positionMs: 1000.351, state: 'paused' });
    const { counters } = session.snapshot(1361.302, { isSent: true });
    expect(Object.entries(counters).filter(([, amount]) => !Number.isInteger(amount))).toEqual([]);
    expect(counters.muted_ms).toBe(1000);
  });
});
