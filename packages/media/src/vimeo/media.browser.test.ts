import { expect } from '@esm-bundle/chai';
import { describeMediaContract } from '../../testing/media-contract.ts';
import { createMount, createPlace, plays } from '../../testing/place-media.ts';
import { untilEvent, untilState } from '../../testing/until.ts';
import { loadVimeo } from './load-vimeo.ts';
import { vimeo } from './provider.ts';

const mountVimeoMedia = await loadVimeo();

/** A Vimeo id whose first digits say how the double behaves. */
const id = (mode: number): string => `vimeo:${mode}000000`;

const mount = createMount(vimeo, mountVimeoMedia);

describeMediaContract({
  name: 'mountVimeoMedia',
  mount,
  clip: 'vimeo:76979871',
  unplayable: id(402),
  missing: id(404),
  // To the second before it plays, to the thousandth afterwards.
  differences: { repeats: ['durationchange'] },
});

describe('mountVimeoMedia', () => {
  const place = createPlace(mount);

  it('loads one iframe, asks not to be tracked, brings the hash, and never tells the page\u2019s address', async () => {
    const { media, element } = place('https://vimeo.com/76979872/abcdef0123');
    await plays(media);
    const response = await fetch('https://doubles.test/requests');
    const requests = (await response.json()) as string[];
    const embeds = requests.filter((url) => url.includes('/video/76979872'));
    expect(embeds).to.have.lengthOf(1);
    const { searchParams } = new URL(embeds[0] ?? '');
    expect([searchParams.get('dnt'), searchParams.get('h')]).to.deep.equal(['1', 'abcdef0123']);
    expect(requests.filter((url) => url.includes('wtr-session'))).to.deep.equal([]);
    expect(element.querySelector('iframe')).to.include({
      title: 'Vimeo video',
      referrerPolicy: 'strict-origin-when-cross-origin',
    });
  });

  it('leaves the page to itself, and to whoever brings Vimeo\u2019s library for it', () => {
    expect(Object.keys(window).filter((name) => name.startsWith('Vimeo'))).to.deep.equal([]);
  });

  for (const [what, [mode, cause]] of Object.entries({
    'is not there': [404, 'NotFoundError'],
    'is private': [403, 'PrivacyError'],
    'may not be on this domain': [451, 'PrivacyError'],
  } as const)) {
    it(`says what Vimeo calls a video that ${what}`, async () => {
      const { media } = place(id(mode));
      await untilState(media, ({ error }) => error !== null);
      expect(media.error).to.include({ code: 4, cause });
      expect(media.error?.message).to.match(/[.?]$/);
    });
  }

  it('rejects play() with NotAllowedError where the embed refuses, and stands paused', async () => {
    const { media } = place(id(401));
    const name = await media.play().catch((error: DOMException) => error.name);
    expect([name, media.paused]).to.deep.equal(['NotAllowedError', true]);
  });

  it('leaves a video that asks for its password to the viewer, who is asked by the embed', async () => {
    const { media, element } = place(id(423));
    const name = await media.play().catch((error: DOMException) => error.name);
    expect([name, media.error]).to.deep.equal(['NotAllowedError', null]);
    expect(element.querySelector('iframe')).to.not.equal(null);
  });

  it('rejects play() with AbortError where the embed never says a word', async () => {
    const { media } = place(id(408));
    const error = await media.play().catch((reason: DOMException & { cause?: unknown }) => reason);
    expect(error).to.include({ name: 'AbortError', cause: 'embed-silent' });
    expect(media.error).to.include({ code: 2, cause: 'embed-silent' });
  });

  for (const [what, mode] of Object.entries({ 'that answers late': 425, 'that sends text': 200 })) {
    it(`plays, seeks and pauses in an embed ${what}`, async () => {
      const { media } = place(id(mode));
      await plays(media);
      media.currentTime = 12;
      await untilState(media, ({ currentTime, seeking }) => !seeking && currentTime > 12.3);
      media.pause();
      await untilState(media, ({ paused }) => paused);
      expect(media.currentTime).to.be.within(12, 14.5);
    });
  }

  it('waits with a seek until it is to play, which at Vimeo a seek would be', async () => {
    const { media } = place(id(100));
    await untilState(media, ({ readyState }) => readyState > 0);
    media.currentTime = 12;
    await untilEvent(media, 'seeked');
    expect([media.paused, media.currentTime]).to.deep.equal([true, 12]);
    await plays(media, 12.2);
    expect(media.currentTime).to.be.below(15);
  });

  it('hears of rates by Vimeo\u2019s own event, and of an owner who allows none', async () => {
    let refinements = 0;
    const fixed = place(id(405), { onRefined: () => (refinements += 1) });
    const own = place(id(100));
    const { media } = fixed;
    await Promise.all([plays(media), plays(own.media)]);
    media.playbackRate = 2;
    own.media.playbackRate = 1.5;
    await untilState(media, () => refinements > 0);
    expect([fixed, own].map(({ capabilities }) => capabilities.rate)).to.deep.equal(['no', 'list']);
    await untilState(media, ({ playbackRate }) => playbackRate === 1);
    expect(own.media.playbackRate).to.equal(1.5);
  });
});
