import { expect } from '@esm-bundle/chai';
import { untilEvent, untilState } from '../until.ts';
import { isReady, type MediaContract, type Mount, SLACK_SECONDS } from './contract.ts';

/** What is set before there is anything to play, and starting over. */
export function describeBeginning({ clip, differences }: MediaContract, mount: Mount): void {
  it('remembers what is set before it is ready', async () => {
    const { media } = mount();
    media.currentTime = 13;
    media.playbackRate = 1.5;
    media.volume = 0.25;
    media.muted = true;
    media.loop = true;
    await untilState(media, isReady);
    expect(media.currentTime).to.be.closeTo(13, SLACK_SECONDS);
    await media.play();
    await untilState(media, ({ currentTime }) => currentTime > (differences?.standsWherePutEarly ? 12.9 : 13.2));
    const playbackRate = differences?.hasOneRate ? 1 : 1.5;
    expect(media).to.include({ playbackRate, volume: 0.25, loop: true });
    expect(media.muted || differences?.forgetsMutedEarly).to.equal(true);
  });

  it('plays as soon as it can when play() comes before it is ready', async () => {
    const { media } = mount(clip, { muted: true });
    await media.play();
    expect(media.paused).to.equal(false);
  });

  it('begins where the settings say, rather than where the source says', async () => {
    const { media } = mount(`${clip}#t=5,20`, { startTime: 10 });
    await untilState(media, isReady);
    expect(media.currentTime).to.be.closeTo(10, SLACK_SECONDS);
  });

  it('begins and pauses where the source says, and plays on when told to', async () => {
    const { media } = mount(`${clip}#t=5,5.6`, { muted: true });
    await untilState(media, isReady);
    expect(media.currentTime).to.be.closeTo(5, SLACK_SECONDS);
    await media.play();
    await untilEvent(media, 'pause');
    expect(media.currentTime).to.be.closeTo(5.6, SLACK_SECONDS);
    expect(media.ended).to.equal(false);
    await media.play();
    await untilState(media, ({ currentTime }) => currentTime > 6.2);
  });

  it('plays by itself when told to, muted and in a loop', async () => {
    const { media } = mount(clip, { autoplay: true, muted: true, loop: true });
    await untilState(media, ({ currentTime, paused }) => currentTime > 0.1 && !paused);
    expect(media).to.include({ muted: true, loop: true });
  });

  it('starts over on load()', async () => {
    const { media } = mount(clip, { muted: true });
    await media.play();
    await untilState(media, ({ currentTime }) => currentTime > 0.3);
    media.load();
    expect(media.paused).to.equal(true);
    await untilState(media, isReady);
    expect(media.currentTime).to.equal(0);
    await media.play();
    expect(media.paused).to.equal(false);
  });
}
