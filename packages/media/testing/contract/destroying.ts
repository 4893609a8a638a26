import { expect } from '@esm-bundle/chai';
import { countLeftovers, NOTHING_LEFT } from '../count-leftovers.ts';
import type { MediaContract, Mount } from './contract.ts';

/** What is left behind, and what is said of it before. */
export function describeDestroying({ clip, differences }: MediaContract, mount: Mount): void {
  it('leaves nothing when destroyed, at any moment', async () => {
    const counted = countLeftovers({ isOursOnly: differences?.leaves ?? false });
    const early = mount(clip);
    early.destroy();
    const playing = mount(clip, { muted: true });
    const isPlaying = playing.media.play();
    await isPlaying;
    playing.destroy();
    playing.destroy();
    const left = counted.now();
    counted.stop();
    expect(left).to.deep.equal(NOTHING_LEFT);
    for (const { element, media } of [early, playing]) {
      expect(element.isConnected).to.equal(false);
      expect([media.paused, media.readyState]).to.deep.equal([true, 0]);
    }
  });

  it('says frozen what it can', () => {
    const { capabilities, nativeVideo, element } = mount();
    expect(Object.isFrozen(capabilities)).to.equal(true);
    expect(element).to.be.instanceOf(HTMLElement);
    expect(nativeVideo === null || nativeVideo instanceof HTMLVideoElement).to.equal(true);
  });
}
