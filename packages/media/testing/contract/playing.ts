import { expect } from '@esm-bundle/chai';
import type { Media } from '../../src/media.ts';
import type { MediaSettings } from '../../src/provider.ts';
import { untilEvent, untilState } from '../until.ts';
import { CLIP_SECONDS, isReady, type MediaContract, type Mount, SLACK_SECONDS } from './contract.ts';

/** Playing, seeking, rates, volume, the end. */
export function describePlaying({ differences }: MediaContract, mount: Mount): void {
  const mountReady = async (settings?: Partial<MediaSettings>): Promise<Media> => {
    const { media } = mount(undefined, settings);
    await untilState(media, isReady);
    return media;
  };

  it('resolves play() when it plays', async () => {
    const media = await mountReady({ muted: true });
    const order: string[] = [];
    media.addEventListener('playing', () => order.push('playing'), { once: true });
    await media.play().then(() => order.push('resolved'));
    await untilState(media, ({ currentTime }) => currentTime > 0.2);
    expect(order).to.have.members(['playing', 'resolved']);
    expect(media.paused).to.equal(false);
  });

  it('rejects play() with AbortError when paused before it could', async () => {
    const { media } = mount(undefined, { muted: true });
    const outcome = media.play().catch((error: DOMException) => error.name);
    media.pause();
    expect(await outcome).to.equal('AbortError');
  });

  it('knows duration, buffered and seekable', async () => {
    const media = await mountReady();
    // Where it becomes known segment by segment, what is known already may be a little off.
    const within = differences?.repeats?.includes('durationchange') ? SLACK_SECONDS : 0.1;
    expect(media.duration).to.be.closeTo(CLIP_SECONDS, within);
    expect(media.buffered.length).to.be.greaterThan(0);
    expect(media.seekable.end(0)).to.be.closeTo(CLIP_SECONDS, within);
  });

  it('seeks to where it is told, playing and paused', async () => {
    const media = await mountReady({ muted: true });
    for (const target of [20, 3.5]) {
      media.currentTime = target;
      // oxlint-disable-next-line no-await-in-loop -- one seek after the other
      await untilEvent(media, 'seeked');
      expect(media.currentTime).to.be.closeTo(target, SLACK_SECONDS);
    }
    await media.play();
    media.currentTime = 15;
    await untilState(media, (one) => isReady(one) && one.currentTime > 15.2);
    expect(media.currentTime).to.be.below(17);
  });

  it('plays at the rate it is told, or keeps saying the one it has', async () => {
    const media = await mountReady({ muted: true });
    await media.play();
    for (const rate of [2, 0.5]) {
      media.playbackRate = rate;
      const expected = differences?.hasOneRate ? 1 : rate;
      expect(media.playbackRate).to.equal(expected);
      // oxlint-disable-next-line no-await-in-loop -- one rate after the other
      await untilRate(media, expected);
    }
  });

  it('keeps volume and mute apart', async () => {
    const media = await mountReady();
    media.volume = 0.5;
    media.muted = true;
    await untilEvent(media, 'volumechange');
    expect([media.volume, media.muted]).to.deep.equal([0.5, true]);
  });

  it('ends paused at its duration, and plays again from the start', async () => {
    const media = await mountReady({ muted: true, startTime: CLIP_SECONDS - 0.5 });
    await media.play();
    await untilEvent(media, 'ended');
    expect([media.paused, media.ended]).to.deep.equal([true, true]);
    expect(media.currentTime).to.be.closeTo(media.duration, SLACK_SECONDS);
    await media.play();
    await untilState(media, ({ currentTime }) => currentTime > 0.1 && currentTime < 5);
    expect(media.ended).to.equal(false);
  });

  it('loops without an end', async () => {
    const media = await mountReady({ muted: true, loop: true, startTime: CLIP_SECONDS - 0.5 });
    let hasEnded = false;
    media.addEventListener('ended', () => (hasEnded = true), { once: true });
    await media.play();
    await untilState(media, ({ currentTime }) => currentTime > 0.3 && currentTime < 5);
    expect([hasEnded, media.paused, media.loop]).to.deep.equal([false, false, true]);
  });
}

/** How long one look at the rate takes: long beside a frame, short beside a busy machine's hiccups. */
const WINDOW_MS = 700;
/** A look that has not seen the rate by then begins anew: the machine stumbled in it. */
const STUMBLED_MS = 2000;
const RATE_TOLERANCE = 0.15;

/** Resolves once the content has advanced at this rate for a while; a machine that stumbles gets another look. */
async function untilRate(media: Media, rate: number): Promise<void> {
  const look = () => ({ content: media.currentTime, wall: performance.now() });
  let from = look();
  await untilState(media, function hasRate() {
    const { content, wall } = look();
    const wallMs = wall - from.wall;
    if (wallMs < WINDOW_MS) return false;
    const measured = ((content - from.content) * 1000) / wallMs;
    if (wallMs > STUMBLED_MS) from = { content, wall };
    return Math.abs(measured - rate) <= rate * RATE_TOLERANCE;
  });
}
