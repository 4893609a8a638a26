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

  it('says nothing of where, when watching is only estimated', () => {
    const context = { ...CONTEXT, evidence: 'estimated' } as const;
    const session = new WatchSession({ videoId: 'a', context, completionThreshold: 90, atMs: 0 });
    const sample = { durationMs: 60_000, rate: 1, hidden: false, muted: false, captions: false, failed: false };
    session.observe({ ...sample, atMs: 0, positionMs: 0, state: 'paused' });
    const reached = [0, 1, 2].flatMap((tick) =>
      session.observe({ ...sample, atMs: 20_000 * tick, positionMs: 20_000 * tick, state: 'playing' }),
    );
    expect(reached).toEqual([{ kind: 'started' }]);
    expect(session.watch).toMatchObject({ time: 40, covered: 0, percent: null, ranges: [], completed: false });
    const snapshot = session.snapshot(40_000, { isSent: true });
    expect(snapshot).toMatchObject({
      watchTimeMs: 40_000,
      watched: [],
      rewatched: [],
      positionMs: 0,
      durationMs: null,
    });
    expect(snapshot.counters.furthest_position_ms).toBe(0);
  });
});
