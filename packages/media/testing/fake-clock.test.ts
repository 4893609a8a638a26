import { describe, expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.ts';

describe('createFakeClock', () => {
  it('fires timers in order, each at its own moment, those of one moment as they were set', () => {
    const clock = createFakeClock();
    const fired: [string, number][] = [];
    const set = (name: string, ms: number) => clock.setTimeout(() => fired.push([name, clock.now()]), ms);
    set('late', 300);
    set('early', 100);
    set('second', 200);
    set('third', 200);
    clock.clearTimeout(set('never', 150));
    clock.advance(250);
    expect(fired).toEqual([
      ['early', 100],
      ['second', 200],
      ['third', 200],
    ]);
    expect([clock.now(), clock.pending]).toEqual([250, 1]);
  });

  it('fires what a timer sets, within the same advance', () => {
    const clock = createFakeClock();
    let beats = 0;
    const beat = () => {
      beats += 1;
      clock.setTimeout(beat, 100);
    };
    clock.setTimeout(beat, 100);
    clock.advance(1000);
    expect(beats).toBe(10);
  });

  it('fires nothing while the machine sleeps; only the wall clock goes on', () => {
    const clock = createFakeClock({ wallMs: 0 });
    let hasFired = false;
    clock.setTimeout(() => (hasFired = true), 100);
    clock.sleep(60_000);
    expect([clock.now(), clock.wall(), clock.awake(), hasFired]).toEqual([0, 60_000, 0, false]);
    clock.sleep(1000, { monotonic: true });
    expect([clock.now(), clock.wall(), clock.awake(), hasFired]).toEqual([1000, 61_000, 0, false]);
    clock.advance(100);
    expect([clock.now(), clock.wall(), clock.awake(), hasFired]).toEqual([1100, 61_100, 100, true]);
  });

  it('lets the wall clock be set without anything else noticing', () => {
    const clock = createFakeClock({ wallMs: 0 });
    clock.setWallBy(-3_600_000);
    expect([clock.now(), clock.wall()]).toEqual([0, -3_600_000]);
  });
});
