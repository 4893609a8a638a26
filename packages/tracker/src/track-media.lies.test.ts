import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyLies, createLyingMedia } from '../testing/lying-media.ts';
import { start } from '../testing/tracked-media.ts';
import type { Snapshot } from './snapshot.ts';
import { lengthOf, type Range } from './watched-ranges.ts';

const MAX_INT4 = 2 ** 31 - 1;
/** What a source's readings may be uncertain by. */
const STALE_MS = 250;
/** An end is believed that far from the last reading. */
const END_MS = 1_000;
const MAX_RATE = 16;

/** Sorted, apart, not empty, and what the database can hold. */
function areRanges(ranges: readonly Range[]): boolean {
  return ranges.every(([start, end], index) => {
    const [, before = -1] = ranges[index - 1] ?? [];
    return Number.isInteger(start) && Number.isInteger(end) && start > before && end > start && end <= MAX_INT4;
  });
}

/** What a message says that nobody should have to believe, after so much time. */
function findDishonest(snapshot: Snapshot, elapsedMs: number): readonly string[] {
  const { watchTimeMs, contentMs, ageMs, positionMs, durationMs, watched, rewatched, counters } = snapshot;
  const numbers = Object.entries({ watchTimeMs, contentMs, ageMs, positionMs, ...counters });
  const odd = numbers.filter(([, number]) => !(Number.isSafeInteger(number) && number >= 0)).map(([name]) => name);
  const rules = {
    position: positionMs <= MAX_INT4,
    duration: durationMs === null || (durationMs > 0 && durationMs <= MAX_INT4),
    ranges: areRanges(watched) && areRanges(rewatched),
    'watch time': watchTimeMs <= elapsedMs + STALE_MS,
    watched: lengthOf(watched) <= contentMs + watched.length,
    rewatched: lengthOf(rewatched) <= contentMs + rewatched.length,
  };
  const broken = Object.entries(rules).filter(([, isKept]) => !isKept);
  return [...odd, ...broken.map(([name]) => name)];
}

/** The totals of one session that were once greater. Ranges are whole milliseconds, so one of them may flicker. */
function findShrunk(told: readonly Snapshot[]): readonly Snapshot[] {
  return told.filter((now, index) => {
    const before = told[index - 1];
    if (before?.sessionId !== now.sessionId) return false;
    return now.watchTimeMs < before.watchTimeMs - 1 || now.contentMs < before.contentMs - 1;
  });
}

describe('trackMedia, of a media that lies', { timeout: 120_000 }, () => {
  it.each(['measured', 'polled', 'reported'] as const)(
    'never tells a negative, NaN or inflated number and never throws, %s',
    async (evidence) => {
      const check = fc.asyncProperty(anyLies, async (moments) => {
        const media = createLyingMedia();
        const { clock, posted, kept, tracking } = await start({ evidence }, { media });
        const told: Snapshot[] = [];
        for (const { says, events, thenMs } of moments) {
          Object.assign(media, says);
          for (const name of events) media.say(name);
          clock.advance(thenMs);
          const now = [...posted.splice(0), ...kept.splice(0)].toSorted((a, b) => a.seq - b.seq);
          expect(now.flatMap((snapshot) => findDishonest(snapshot, clock.now()))).toEqual([]);
          told.push(...now);
        }
        expect(findShrunk(told)).toEqual([]);
        tracking.stop();
        const { time, content, covered, percent } = tracking.watch;
        for (const number of [time, content, covered, percent ?? 0]) expect(number).toBeGreaterThanOrEqual(0);
        expect(percent ?? 0).toBeLessThanOrEqual(100);
      });
      await fc.assert(check, { numRuns: 200 });
    },
  );

  it('counts no more content than the fastest browser could have played', async () => {
    const check = fc.asyncProperty(anyLies, async (moments) => {
      const media = createLyingMedia();
      const { clock, posted, tracking } = await start({}, { media });
      let ends = 0;
      for (const { says, events, thenMs } of moments) {
        if (says.ended) ends += 1;
        Object.assign(media, says);
        for (const name of events) media.say(name);
        clock.advance(thenMs);
      }
      tracking.stop();
      const told = posted.at(-1)?.contentMs ?? 0;
      expect(told).toBeLessThanOrEqual(MAX_RATE * (clock.now() + END_MS * (ends + 1)));
    });
    await fc.assert(check, { numRuns: 200 });
  });

  it('watches nothing of a media that says it plays and stands still', async () => {
    const media = createLyingMedia();
    const { clock, tracking } = await start({}, { media });
    Object.assign(media, { paused: false, duration: 100 });
    for (let second = 0; second < 60; second++) {
      media.say('playing');
      media.say('timeupdate');
      clock.advance(1_000);
    }
    tracking.stop();
    expect(tracking.watch).toMatchObject({ time: 0, content: 0, covered: 0, percent: 0 });
  });

  it('watches nothing of a playhead that jumps about', async () => {
    const media = createLyingMedia();
    const { clock, tracking } = await start({}, { media });
    Object.assign(media, { paused: false, duration: 100 });
    media.say('playing');
    for (let jump = 0; jump < 100; jump++) {
      media.currentTime = (jump * 37) % 100;
      media.say('timeupdate');
      clock.advance(10);
    }
    tracking.stop();
    expect(tracking.watch.time).toBeLessThanOrEqual(1);
    expect(tracking.watch.covered).toBeLessThanOrEqual(2);
  });

  it('hears every event twice and counts it once', async () => {
    const media = createLyingMedia();
    const { clock, tracking, posted } = await start({}, { media });
    const say = (says: object, ...events: readonly string[]): void => {
      Object.assign(media, says);
      for (const name of events) {
        media.say(name);
        media.say(name);
      }
    };
    say({ duration: 100 }, 'durationchange', 'loadedmetadata');
    say({ paused: false }, 'play', 'playing');
    for (let quarter = 1; quarter <= 40; quarter++) {
      clock.advance(250);
      say({ currentTime: quarter / 4 }, 'timeupdate');
    }
    say({ readyState: 2 }, 'waiting');
    clock.advance(3_000);
    say({ readyState: 4 }, 'playing');
    say({ paused: true }, 'pause');
    say({ currentTime: 50, seeking: true }, 'seeking');
    say({ seeking: false }, 'seeked');
    tracking.stop();
    expect(tracking.watch).toMatchObject({ time: 10, content: 10, covered: 10, percent: 10 });
    expect(posted.at(-1)!.counters).toMatchObject({ buffering_count: 1, buffering_ms: 3_000, seeks_forward: 1 });
  });
});

describe('trackMedia, of a viewer who has jumped about more than a message can hold', () => {
  it('sends the longest 512 ranges and says so; every number is still right', async () => {
    const { clock, media, posted, tracking } = await start({}, { duration: 7_200 });
    void media.play();
    const lengths = Array.from({ length: 600 }, (_, index) => 1 + (index % 6));
    for (const [index, seconds] of lengths.entries()) {
      media.seek(index * 12);
      clock.advance(seconds * 1_000);
    }
    tracking.stop();
    const played = lengths.reduce((sum, seconds) => sum + seconds, 0);
    const told = posted.at(-1)!;
    expect(told).toMatchObject({ watchTimeMs: played * 1_000, contentMs: played * 1_000 });
    expect(told.context).toMatchObject({ truncated: true });
    expect(told.watched).toHaveLength(512);
    expect(areRanges(told.watched)).toBe(true);
    // 100 of each length; the 88 that are left out are of the shortest.
    expect(lengthOf(told.watched)).toBe((played - 88) * 1_000);
    expect(tracking.watch).toMatchObject({ covered: played, percent: Math.floor((100 * played) / 7_200) });
    expect(tracking.watch.ranges).toHaveLength(600);
  });
});
