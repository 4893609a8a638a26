import { describe, expect, it } from 'vitest';
import { answer, listen, start, VIDEO_ID } from '../testing/tracked-media.ts';
import { MediaTracking } from './track-media.ts';

describe('trackMedia, at its edges', () => {
  it('tells a pause at once, also when it comes out of a stall or a seek', async () => {
    const { clock, media, posted } = await start({}, { duration: 1000 });
    void media.play();
    clock.advance(18_500);
    media.stall();
    clock.advance(1_000);
    media.pause();
    expect(posted.at(-1)).toMatchObject({ watchTimeMs: 18_500 });
    const before = posted.length;
    for (let i = 1; i < 20; i++) media.seek(i * 10);
    clock.advance(600_000);
    expect(posted).toHaveLength(before);
  });

  it('tells one thing of a media that is taken out of the document while it plays: the end', async () => {
    const { clock, media, posted, tracking } = await start();
    void media.play();
    clock.advance(5_000);
    const before = posted.length;
    Object.assign(media, { isConnected: false });
    media.pause();
    tracking.stop();
    expect(posted.slice(before)).toMatchObject([{ watchTimeMs: 5_000, context: { close_reason: 'removed' } }]);
  });

  it('tells the pause of a media outside of any document with the next tick', async () => {
    const { clock, media, posted } = await start();
    Object.assign(media, { isConnected: false });
    void media.play();
    clock.advance(5_000);
    media.pause();
    clock.advance(1_000);
    expect(posted.at(-1)).toMatchObject({ watchTimeMs: 5_000 });
    const before = posted.length;
    clock.advance(60_000);
    expect(posted).toHaveLength(before);
  });

  it('is not told by its own completion that the viewer had completed before', async () => {
    const { clock, media, tracking, joined } = await start();
    const heard = listen(tracking);
    void media.play();
    clock.advance(60_000);
    joined[0]!.onAnswer(answer({ completed: true, watch_time_seconds: 60 }));
    clock.advance(20_000);
    expect(heard).not.toContain('rewatched');
    expect(tracking.watch.completed).toBe(true);
  });

  it('leaves out a course or module that is no uuid, and says so once', async () => {
    const { tracking, posted } = await start({ courseId: 'course-1', moduleId: VIDEO_ID, sessionStart: 'play' });
    const errors: string[] = [];
    tracking.addEventListener('chronos-error', ({ detail }) => errors.push(detail.code));
    tracking.stop();
    const {
      media,
      posted: told,
      tracking: other,
    } = await start({ courseId: 'course-1', moduleId: VIDEO_ID, sessionStart: 'play' });
    other.addEventListener('chronos-error', ({ detail }) => errors.push(detail.code));
    void media.play();
    other.stop();
    expect(posted).toEqual([]);
    expect(told[0]!.context).toMatchObject({ module_id: VIDEO_ID });
    expect(told[0]!.context).not.toHaveProperty('course_id');
    expect(errors).toEqual(['context']);
  });

  it('ends with the source it was given: another video in the same element is not this one', async () => {
    const { clock, media, posted, tracking } = await start();
    const heard = listen(tracking);
    Object.assign(media, { currentSrc: 'https://x.example/a.mp4?token=1' });
    media.dispatchEvent(new Event('loadedmetadata'));
    void media.play();
    clock.advance(5_000);
    Object.assign(media, { currentSrc: 'https://x.example/a.mp4?token=2' });
    media.dispatchEvent(new Event('loadedmetadata'));
    clock.advance(5_000);
    // What a browser says first of the other one: its playhead at 0, and how long it is.
    Object.assign(media, { currentSrc: 'https://x.example/b.mp4' });
    for (const [name, value] of Object.entries({ currentTime: 0, duration: 3 }))
      Object.defineProperty(media, name, { value });
    for (const type of ['timeupdate', 'durationchange', 'loadedmetadata']) media.dispatchEvent(new Event(type));
    clock.advance(5_000);
    expect(heard.at(-1)).toBe('end: source_change');
    const [last] = posted.slice(-1);
    expect(last).toMatchObject({
      watchTimeMs: 10_000,
      durationMs: 100_000,
      context: { close_reason: 'source_change' },
    });
    expect(last!.positionMs).toBeGreaterThan(9_000);
  });

  it('opens nothing when it is let go before it looked: frameworks attach, let go and attach again', async () => {
    const { media } = await start({ sessionStart: 'play' });
    const options = { videoId: VIDEO_ID, supabaseUrl: 'https://x.example', supabaseKey: 'sb_publishable_x' };
    const tracking = new MediaTracking(media, options);
    const heard = listen(tracking);
    tracking.addEventListener('chronos-sessionstart', () => heard.push('start'));
    tracking.stop();
    await Promise.resolve();
    expect(heard).toEqual([]);
  });

  it('still says what was watched when the session is closed', async () => {
    const { clock, media, tracking } = await start();
    void media.play();
    clock.advance(7_000);
    tracking.stop();
    expect(tracking.watch).toMatchObject({ time: 7, percent: 7 });
  });

  it('ends without another word when consent is withdrawn, and has what is stored forgotten', async () => {
    const { clock, media, tracking, posted, kept, joined, forgotten } = await start();
    void media.play();
    clock.advance(5_000);
    const before = [posted.length, kept.length];
    tracking.withdrawConsent();
    clock.advance(60_000);
    media.pause();
    expect([posted.length, kept.length]).toEqual(before);
    expect(forgotten).toEqual([joined[0]!.sessionId]);
    expect(tracking.session).toBeNull();
    expect(clock.pending).toBe(0);
  });

  it('has earlier visits forgotten also where nothing was played on this one', async () => {
    const { tracking, forgotten, posted } = await start({ sessionStart: 'play' });
    tracking.withdrawConsent();
    expect(forgotten).toEqual([undefined]);
    expect(posted).toEqual([]);
  });
});
