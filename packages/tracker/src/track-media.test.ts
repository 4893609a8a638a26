import { createFakeClock, createFakeMedia } from '@chronos-player/media/testing';
import { describe, expect, it } from 'vitest';
import { answer, listen, start, VIDEO_ID } from '../testing/tracked-media.ts';
import { trackMedia } from './track-media.ts';

describe('trackMedia', () => {
  it('opens a session as soon as the media is ready, before anything is played', async () => {
    const { media, posted } = await start({}, { ready: false });
    expect(posted).toHaveLength(0);
    media.becomeReady();
    expect(posted).toHaveLength(1);
    expect(posted[0]).toMatchObject({ videoId: VIDEO_ID, seq: 1, watchTimeMs: 0, durationMs: 100_000 });
    expect(posted[0]!.writeKey).toMatch(/^[\da-f]{32}$/);
  });

  it('opens with the first playback when told so', async () => {
    const { media, posted } = await start({ sessionStart: 'play' });
    expect(posted).toHaveLength(0);
    void media.play();
    expect(posted).toHaveLength(1);
  });

  it('tells every 10 s of playback, at once on milestones, pause and end, and keeps every second', async () => {
    const { clock, media, posted, kept } = await start({}, { duration: 1000 });
    void media.play();
    clock.advance(61_000);
    const periodic = posted.slice(2).map(({ watchTimeMs }) => Math.round(watchTimeMs / 1000));
    expect(periodic).toEqual([10, 20, 30, 40, 50, 60]);
    expect(kept.length).toBeGreaterThan(45);
    media.pause();
    expect(posted.at(-1)).toMatchObject({ watchTimeMs: 61_000, positionMs: 61_000 });
  });

  it('sends no more than 360 periodic messages in an hour, however uneven the ticks', async () => {
    const { clock, media, posted } = await start({}, { duration: 100_000 });
    void media.play();
    for (let i = 0; i < 3_600; i += 1) clock.advance(i % 2 ? 999 : 1_001);
    const isPeriodic = posted.filter(({ watchTimeMs }) => watchTimeMs > 1_000);
    expect(isPeriodic.length).toBeLessThanOrEqual(360);
    expect(isPeriodic.length).toBeGreaterThan(320);
  });

  it('counts the 10 s anew after a message that went at once, and playing on is none', async () => {
    const { clock, media, posted } = await start({}, { duration: 100_000 });
    void media.play();
    clock.advance(7_000);
    media.pause();
    clock.advance(60_000);
    const before = posted.length;
    void media.play();
    clock.advance(9_500);
    expect(posted).toHaveLength(before);
    clock.advance(1_000);
    expect(posted).toHaveLength(before + 1);
  });

  it('is not kept from telling by one stall after the other', async () => {
    const { clock, media, posted } = await start({}, { duration: 100_000 });
    void media.play();
    clock.advance(1_000);
    const before = posted.length;
    for (let i = 0; i < 6; i += 1) {
      clock.advance(3_000);
      media.stall();
      clock.advance(500);
      media.resume();
    }
    expect(posted.length).toBeGreaterThan(before);
  });

  it('is silent while paused', async () => {
    const { clock, media, posted } = await start();
    void media.play();
    clock.advance(5_000);
    const before = posted.length;
    media.pause();
    clock.advance(600_000);
    expect(posted.length - before).toBeLessThanOrEqual(2);
    expect(clock.pending).toBe(0);
  });

  it('says each milestone once, in order, and closes on stop', async () => {
    const { clock, media, tracking, posted } = await start();
    const heard = listen(tracking);
    void media.play();
    clock.advance(100_000);
    tracking.stop();
    tracking.stop();
    expect(heard).toEqual(['started', '10', '25', '50', '75', '90', 'completed', 'end: removed']);
    expect(posted.at(-1)!.context.close_reason).toBe('removed');
    const sent = posted.map(({ seq }) => seq);
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
  });

  it('lets go of the media: after stop nothing is heard and no timer is left', async () => {
    const { clock, media, tracking, posted } = await start();
    void media.play();
    tracking.stop();
    const before = posted.length;
    clock.advance(60_000);
    media.pause();
    expect(posted).toHaveLength(before);
    expect(clock.pending).toBe(0);
  });

  it.each(['pause', 'sleep', 'sleep with a standing clock'])(
    'after an hour of %s, playing on opens a second session linked to the first',
    async (kind) => {
      const { clock, media, posted } = await start();
      void media.play();
      clock.advance(10_000);
      if (kind === 'pause') media.pause();
      if (kind === 'pause') clock.advance(3_600_000);
      else media.sleep(3_600_000, { monotonic: kind === 'sleep' });
      if (kind === 'pause') void media.play();
      clock.advance(10_000);
      media.pause();
      const [first, second] = [...new Set(posted.map(({ sessionId }) => sessionId))];
      expect(posted.findLast(({ sessionId }) => sessionId === first)).toMatchObject({
        context: { close_reason: 'idle' },
      });
      expect(posted.at(-1)).toMatchObject({ sessionId: second, context: { previous_session_id: first } });
      expect(Math.abs(posted.at(-1)!.watchTimeMs - 10_000)).toBeLessThanOrEqual(500);
      expect(new Set(posted.map(({ sessionId }) => sessionId)).size).toBe(2);
    },
  );

  it('keeps one session, and its numbers, when somebody sets the wall clock back and ahead again', async () => {
    const { clock, media, posted } = await start();
    void media.play();
    for (const hours of [-1, 2, -3]) {
      clock.advance(10_000);
      clock.setWallBy(hours * 3_600_000);
    }
    media.pause();
    expect(posted.at(-1)).toMatchObject({ watchTimeMs: 30_000, watched: [[0, 30_000]] });
    expect(new Set(posted.map(({ sessionId }) => sessionId)).size).toBe(1);
  });

  it('counts nothing before consent, and from there on', async () => {
    const { clock, media, tracking, posted, kept } = await start({ consent: 'required' });
    void media.play();
    clock.advance(30_000);
    expect([...posted, ...kept]).toHaveLength(0);
    tracking.giveConsent();
    clock.advance(20_000);
    media.pause();
    expect(posted.at(-1)!.watched).toEqual([[30_000, 50_000]]);
  });

  it('says its last word when the page is left, marked as the end only when it is one', async () => {
    const { clock, media, joined } = await start();
    void media.play();
    clock.advance(5_000);
    const leave = joined[0]!.onLeave!;
    expect(leave(false)?.context.close_reason).toBeUndefined();
    media.pause();
    expect(leave(false)).toBeNull();
    expect(leave(true)).toMatchObject({ watchTimeMs: 5_000, context: { close_reason: 'page_end' } });
  });

  it('believes the database that the viewer had completed the video before', async () => {
    const { clock, media, tracking, joined } = await start();
    const heard = listen(tracking);
    joined[0]!.onAnswer(answer({ completed: true, viewer_percent_complete: 100 }));
    expect(tracking.watch.completed).toBe(true);
    void media.play();
    clock.advance(6_000);
    expect(heard).toContain('rewatched');
  });

  it('tells whole milliseconds only: the database takes no others', async () => {
    const { clock, media, tracking, posted } = await start();
    media.playbackRate = 1.1;
    void media.play();
    clock.advance(3_333);
    media.pause();
    clock.advance(333.3);
    tracking.stop();
    const { ageMs, watchTimeMs, contentMs, positionMs, watched, counters } = posted.at(-1)!;
    const numbers = [ageMs, watchTimeMs, contentMs, positionMs, ...watched.flat(), ...Object.values(counters)];
    expect(numbers.filter((number) => !Number.isInteger(number))).toEqual([]);
  });

  it('counts an error of the media once', async () => {
    const { clock, media, tracking, posted } = await start();
    void media.play();
    clock.advance(3_000);
    media.fail('NETWORK');
    tracking.stop();
    expect(posted.at(-1)).toMatchObject({ watchTimeMs: 3_000, counters: { error_count: 1 } });
  });

  it('tells the developer what is missing', () => {
    const media = createFakeMedia({ clock: createFakeClock(), durationSeconds: 1 });
    const good = { videoId: VIDEO_ID, supabaseUrl: 'https://x.example', supabaseKey: 'k' };
    expect(() => trackMedia(media, { ...good, videoId: 'lesson-1' })).toThrow(/videoId must be a uuid/);
    expect(() => trackMedia(media, { ...good, supabaseUrl: '' })).toThrow(/supabaseUrl/);
    expect(() => trackMedia(media, { ...good, supabaseKey: '' })).toThrow(/supabaseKey/);
  });
});
