import { expect } from '@esm-bundle/chai';
import { untilState } from '../until.ts';
import { isReady, type MediaContract, type Mount, SLACK_SECONDS } from './contract.ts';

const START_SECONDS = 5;

/** How an element comes from one place of the page to another. */
const WAYS: Readonly<Record<string, (element: Element, to: Element) => unknown>> = {
  append: (element, to) => to.append(element),
  // WebKit has no moveBefore: whoever moves a player there appends it.
  ...('moveBefore' in Element.prototype && { moveBefore: (element, to) => to.moveBefore(element, null) }),
};

/** Put elsewhere in the page, as a dialog, a drag or a framework does: a vendor's iframe may load anew for it. */
export function describeMoving({ differences }: MediaContract, mount: Mount): void {
  let to: HTMLElement;
  beforeEach(() => {
    to = document.body.appendChild(document.createElement('section'));
  });
  afterEach(() => to.remove());

  for (const [way, move] of Object.entries(differences?.startsOverWhenMoved ? WAYS : {})) {
    it(`starts over, and can be played, when moved by ${way}`, async () => {
      const { media, element } = mount(undefined, { muted: true, startTime: START_SECONDS });
      await media.play();
      await untilState(media, ({ currentTime }) => currentTime > START_SECONDS + 0.5);
      move(element, to);
      await untilState(media, (one) => isReady(one) && one.paused);
      expect(media.currentTime).to.be.closeTo(START_SECONDS, SLACK_SECONDS);
      await media.play();
      await untilState(media, ({ currentTime }) => currentTime > START_SECONDS + 0.3);
    });
  }

  for (const [way, move] of Object.entries(differences?.startsOverWhenMoved ? {} : WAYS)) {
    it(`plays on from where it was when moved by ${way}`, async () => {
      const { media, element } = mount(undefined, { muted: true, startTime: START_SECONDS });
      await media.play();
      await untilState(media, ({ currentTime }) => currentTime > START_SECONDS + 0.5);
      const at = media.currentTime;
      move(element, to);
      await untilState(media, (one) => isReady(one) && one.currentTime > at + 0.5);
      expect(media.paused).to.equal(false);
      expect(media.currentTime, 'nowhere else').to.be.below(at + 3);
    });

    it(`stays where it was, paused, when moved by ${way}`, async () => {
      const { media, element } = mount(undefined, { muted: true, startTime: START_SECONDS });
      await media.play();
      await untilState(media, ({ currentTime }) => currentTime > START_SECONDS + 0.5);
      media.pause();
      const at = media.currentTime;
      const settled = way === 'append' ? untilLoadedAnew(element) : null;
      move(element, to);
      await settled;
      await untilState(media, isReady);
      expect([media.paused, media.ended]).to.deep.equal([true, false]);
      expect(media.currentTime).to.be.closeTo(at, SLACK_SECONDS);
      await media.play();
      await untilState(media, ({ currentTime }) => currentTime > at + 0.3);
      expect(media.currentTime).to.be.below(at + 3);
    });
  }
}

/** What is appended elsewhere loads anew where it is a vendor's iframe. */
async function untilLoadedAnew(element: Element): Promise<void> {
  const frame = element.querySelector('iframe');
  if (frame) await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
}
