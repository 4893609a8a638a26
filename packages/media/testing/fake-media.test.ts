import { describe, expect, it } from 'vitest';
import { MEDIA_EVENTS } from '../src/media.ts';
import { createFakeClock } from './fake-clock.ts';
import type { FakeMediaOptions } from './fake-element.ts';
import { createFakeMedia, type FakeMedia } from './fake-media.ts';
import golden from './golden-event-log.json' with { type: 'json' };
import { playScript } from './media-script.ts';

function setUp(options: Partial<FakeMediaOptions> = {}) {
  const clock = createFakeClock();
  const media = createFakeMedia({ clock, durationSeconds: 100, ...options });
  return { clock, media, log: record(media) };
}

function record(media: FakeMedia): string[] {
  const log: string[] = [];
  for (const name of MEDIA_EVENTS) {
    media.addEventListener(name, () => {
      if (name !== 'timeupdate' || log.at(-1) !== name) log.push(name);
    });
  }
  return log;
}

describe('createFakeMedia', () => {
  it('says what a native <video> says for the whole script', async () => {
    const { clock, media } = setUp({ durationSeconds: 30, ready: false });
    clock.setTimeout(() => media.load(), 10);
    const log = await playScript(media, async (isSo) => {
      while (!isSo(media)) clock.advance(10);
    });
    expect(log).toEqual(golden);
  });

  it('advances at its rate while playing and stands while paused', async () => {
    const { clock, media } = setUp();
    clock.advance(1000);
    expect(media.currentTime).toBe(0);
    await media.play();
    clock.advance(2000);
    media.setRate(2);
    clock.advance(2000);
    expect(media.currentTime).toBe(6);
    media.pause();
    clock.advance(2000);
    expect(media.currentTime).toBe(6);
  });

  it('says timeupdate every 250 ms of playing, or as often as told', () => {
    const { clock, media } = setUp();
    const times: number[] = [];
    media.addEventListener('timeupdate', () => times.push(media.currentTime));
    void media.play();
    clock.advance(1000);
    expect(times).toEqual([0.25, 0.5, 0.75, 1]);
    media.tickEvery(1001);
    clock.advance(2002);
    expect(times.slice(4)).toEqual([2.001, 3.002]);
    media.tickEvery(60_000);
    clock.advance(60_000);
    expect(times.slice(6)).toEqual([63.002]);
  });

  it('ends once, paused, exactly at the duration, and plays again from the start', () => {
    const { clock, media, log } = setUp({ durationSeconds: 1.1 });
    void media.play();
    clock.advance(5000);
    expect(log).toEqual(['play', 'playing', 'timeupdate', 'pause', 'ended']);
    expect([media.currentTime, media.paused, media.ended]).toEqual([1.1, true, true]);
    void media.play();
    expect([media.currentTime, media.ended, media.paused]).toEqual([0, false, false]);
  });

  it('loops without an end', () => {
    const { clock, media, log } = setUp({ durationSeconds: 10 });
    media.loop = true;
    void media.play();
    clock.advance(25_000);
    expect(media.currentTime).toBe(5);
    expect(log.filter((name) => name === 'seeking')).toHaveLength(2);
    expect(log).not.toContain('ended');
  });

  it('has changed its state before it says so', () => {
    const { clock, media } = setUp({ seekMs: 100 });
    const states: unknown[] = [];
    for (const name of ['play', 'pause', 'seeking', 'seeked', 'ratechange'] as const) {
      media.addEventListener(name, () => {
        states.push([name, media.paused, media.seeking, media.currentTime, media.playbackRate]);
      });
    }
    void media.play();
    media.seek(50);
    clock.advance(100);
    media.setRate(2);
    media.pause();
    expect(states).toEqual([
      ['play', false, false, 0, 1],
      ['seeking', false, true, 50, 1],
      ['seeked', false, false, 50, 1],
      ['ratechange', false, false, 50, 2],
      ['pause', true, false, 50, 2],
    ]);
  });

  it('stands still in a stall, announced or not', () => {
    const { clock, media, log } = setUp();
    void media.play();
    clock.advance(1000);
    media.stall({ reported: true });
    clock.advance(5000);
    expect([media.currentTime, media.readyState, log.at(-1)]).toEqual([1, 2, 'waiting']);
    media.resume();
    expect(log.slice(-3)).toEqual(['canplay', 'playing', 'canplaythrough']);
    const before = log.length;
    media.stall({ reported: false });
    clock.advance(5000);
    expect(media.currentTime).toBe(1);
    expect(log).toHaveLength(before);
    media.resume();
    clock.advance(1000);
    expect(media.currentTime).toBe(2);
  });

  it('polled: is up to 250 ms stale and never announces a seek', () => {
    const { clock, media, log } = setUp({ polled: true });
    clock.advance(100);
    void media.play();
    clock.advance(1000);
    expect([media.currentTime, media.position]).toEqual([0.9, 1]);
    media.seek(50);
    expect(media.currentTime).toBe(0.9);
    clock.advance(250);
    expect([media.currentTime, media.position]).toEqual([50.15, 50.25]);
    media.pause();
    expect(media.currentTime).toBe(50.15);
    clock.advance(250);
    expect(media.currentTime).toBe(50.25);
    expect(log).not.toContain('seeking');
  });

  it('goes on where it was after the machine slept', () => {
    const { clock, media } = setUp();
    void media.play();
    clock.advance(10_000);
    const wall = clock.wall();
    media.sleep(3_600_000);
    expect([media.currentTime, clock.now(), clock.wall() - wall]).toEqual([10, 10_000, 3_600_000]);
    media.sleep(1000, { monotonic: true });
    expect([media.currentTime, clock.now()]).toEqual([10, 11_000]);
    clock.advance(10_000);
    expect(media.currentTime).toBe(20);
  });

  it('knows its duration when it is ready, and later ones when told', () => {
    const { media, log } = setUp({ ready: false });
    expect([media.duration, media.readyState]).toEqual([NaN, 0]);
    media.becomeReady();
    expect(media.duration).toBe(100);
    media.setDuration(200);
    expect([media.duration, log.at(-1)]).toEqual([200, 'durationchange']);
  });

  it('rejects play() when refused, and when interrupted', async () => {
    const { media } = setUp({ ready: false });
    const interrupted = media.play();
    media.pause();
    await expect(interrupted).rejects.toMatchObject({ name: 'AbortError' });
    media.refusePlay('NotAllowedError');
    await expect(media.play()).rejects.toMatchObject({ name: 'NotAllowedError' });
    expect(media.paused).toBe(true);
  });

  it('leaves no timer when destroyed', () => {
    for (const polled of [false, true]) {
      const { clock, media } = setUp({ polled, seekMs: 50 });
      void media.play();
      media.seek(5);
      media.destroy();
      expect(clock.pending).toBe(0);
    }
  });
});
