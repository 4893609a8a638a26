import { expect } from '@esm-bundle/chai';
import { describeMediaContract } from '../../testing/media-contract.ts';
import { createMount, createPlace } from '../../testing/place-media.ts';
import { untilEvent, untilState } from '../../testing/until.ts';
import { mountLoomMedia } from './media.ts';
import { loom } from './provider.ts';

/** A Loom id whose first letters say how the double behaves. */
const id = (mode: string): string => `loom:${mode.padEnd(32, '0')}`;

const mount = createMount(loom, mountLoomMedia);

for (const [speech, mode] of Object.entries({ text: '00', objects: '0b' })) {
  describeMediaContract({
    name: `mountLoomMedia, speaking ${speech},`,
    mount,
    clip: id(mode),
    unplayable: id('ee'),
    missing: id('ee'),
    // Loom's player has no rate that could be set.
    differences: { neverSays: ['ratechange'], hasOneRate: true },
  });
}

describe('mountLoomMedia', () => {
  const place = createPlace((mode, settings) => mount(id(mode), settings));

  for (const [what, mode] of Object.entries({
    'that is late': '0d',
    'that names another page': '0e',
    'that asks who embeds it': '0f',
  })) {
    it(`plays an embed ${what}`, async () => {
      const { media, evidence } = place(mode);
      await media.play();
      await untilState(media, ({ currentTime }) => currentTime > 0.5);
      expect(evidence).to.equal('reported');
    });
  }

  it('finds out how fast it plays, which the vendor never tells', async () => {
    const { media } = place('02');
    const changed = untilEvent(media, 'ratechange');
    await media.play();
    await changed;
    // A busy machine may play the beginning slower than it says.
    await untilState(media, ({ playbackRate }) => playbackRate === 2);
    // It can be found out, and not be set.
    media.playbackRate = 1;
    expect(media.playbackRate).to.equal(2);
  });

  it('hears nobody but its own iframe', async () => {
    const { media } = place('00');
    await untilState(media, ({ readyState }) => readyState === 4);
    const lie = { context: 'player.js', version: '0.0.11', event: 'ended', listener: 'chronos-ended' };
    window.postMessage(JSON.stringify(lie), '*');
    await new Promise((heard) => window.addEventListener('message', heard, { once: true }));
    expect(media.ended).to.equal(false);
  });

  it('estimates from outside what a silent embed does not tell, once the viewer has pressed in it', async () => {
    let refinements = 0;
    const current = place('0c', { onRefined: () => (refinements += 1) });
    const { media, element } = current;
    element.style.height = '200px';
    await untilState(media, ({ duration }) => duration > 0);
    expect([refinements, current.evidence, current.capabilities.position]).to.deep.equal([1, 'estimated', 'no']);
    expect([media.paused, current.nativeVideo]).to.deep.equal([true, null]);
    const playing = untilEvent(media, 'playing');
    element.querySelector('iframe')?.focus();
    await playing;
    expect(media.duration).to.be.closeTo(30, 0.1);
    const started = performance.now();
    const from = media.currentTime;
    await untilState(media, ({ currentTime }) => currentTime >= from + 2);
    expect(performance.now() - started).to.be.greaterThan(1500);
    element.style.display = 'none';
    await untilEvent(media, 'pause');
  });

  it('counts also for a viewer who pressed before the embed was known to be silent', async () => {
    const current = place('0c');
    const { media, element } = current;
    element.style.height = '200px';
    element.querySelector('iframe')?.focus();
    await untilEvent(media, 'playing');
    await untilState(media, ({ currentTime }) => currentTime > 1);
    expect([media.paused, current.evidence]).to.deep.equal([false, 'estimated']);
  });
});
