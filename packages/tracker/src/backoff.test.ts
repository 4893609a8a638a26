import { describe, expect, it } from 'vitest';
import { createBackoff } from './backoff.ts';

function setUp(random = () => 0) {
  const clock = { nowMs: 0 };
  return { clock, backoff: createBackoff({ performance: { now: () => clock.nowMs }, Math: { random } }) };
}
const offline = { status: 0, retryAfterMs: 0 };

describe('createBackoff', () => {
  it('keeps a second between two requests', () => {
    const { clock, backoff } = setUp();
    expect(backoff.wait()).toBeLessThanOrEqual(0);
    backoff.started();
    clock.nowMs = 400;
    expect(backoff.wait()).toBe(600);
  });

  it('doubles its window up to a minute', () => {
    const { clock, backoff } = setUp(() => 1);
    const waits = Array.from({ length: 7 }, () => {
      clock.nowMs += 100_000;
      backoff.started();
      backoff.settled({ status: 503, retryAfterMs: 0 });
      return backoff.wait();
    });
    expect(waits).toEqual([5_000, 9_000, 17_000, 33_000, 61_000, 61_000, 61_000]);
  });

  it('allows eight tries a minute however the dice fall', () => {
    const { clock, backoff } = setUp();
    const tries: number[] = [];
    while (clock.nowMs < 120_000) {
      if (backoff.wait() <= 0) {
        tries.push(clock.nowMs);
        backoff.started();
        backoff.settled({ status: 503, retryAfterMs: 0 });
      }
      clock.nowMs += 100;
    }
    for (const start of tries) {
      expect(tries.filter((atMs) => atMs >= start && atMs < start + 60_000).length).toBeLessThanOrEqual(8);
    }
  });

  it('believes no server that wants more than an hour, or less than nothing', () => {
    const { backoff } = setUp();
    backoff.settled({ status: 503, retryAfterMs: 1e12 });
    expect(backoff.wait()).toBe(3_601_000);
    backoff.settled({ status: 503, retryAfterMs: -1e12 });
    expect(backoff.wait()).toBe(1_000);
  });

  it('is over at once when the network is back, but not when it was the server', () => {
    const { backoff } = setUp();
    backoff.settled(offline);
    backoff.wake();
    expect(backoff.isPausing()).toBe(false);
    backoff.settled({ status: 503, retryAfterMs: 0 });
    backoff.wake();
    expect(backoff.isPausing()).toBe(true);
  });
});
