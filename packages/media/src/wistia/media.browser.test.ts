import { expect } from '@esm-bundle/chai';
import { withNative } from '../../testing/contract/native-differences.ts';
import { describeMediaContract } from '../../testing/media-contract.ts';
import { createMount, createPlace } from '../../testing/place-media.ts';
import { untilEvent, untilState } from '../../testing/until.ts';
import { DEFAULT_SETTINGS } from '../provider.ts';
import { mountForbiddenWistia } from './forbidden.ts';
import { mountWistiaMedia } from './media.ts';
import { wistia } from './provider.ts';

const CLIP = 'wistia:e4a27b971d';

const mount = createMount(wistia, mountWistiaMedia);

describeMediaContract({
  name: 'mountWistiaMedia',
  mount,
  clip: CLIP,
  unplayable: 'wistia:unplayable',
  missing: 'wistia:missing001',
  // Wistia's script stays in the page, as does what its element listens for.
  differences: withNative({ leaves: true }),
});

describe('mountWistiaMedia', () => {
  const place = createPlace(mount);

  it('tells whoever monitors a <video> when there is one', async () => {
    let refinements = 0;
    const one = place(CLIP, { onRefined: () => (refinements += 1) });
    expect([one.nativeVideo, one.isSlotted]).to.deep.equal([null, true]);
    await untilState(one.media, ({ readyState }) => readyState > 0);
    expect(one.nativeVideo).to.be.instanceOf(HTMLVideoElement);
    expect(refinements).to.equal(1);
  });

  for (const [what, src, settings] of [
    ['that comes late', 'wistia:late000000', {}],
    ['that is not to load ahead', CLIP, { preload: 'none' }],
  ] as const) {
    it(`plays a player ${what}`, async () => {
      const { media } = place(src, settings);
      await media.play();
      await untilState(media, ({ currentTime }) => currentTime > 0.3);
      expect(media.paused).to.equal(false);
    });
  }

  it('shows its controls where there are to be any', async () => {
    for (const controls of [true, false]) {
      const { media, element } = place(CLIP, { controls });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await untilState(media, ({ readyState }) => readyState > 0);
      expect(element.querySelector('button') !== null).to.equal(controls);
    }
  });

  it('says that Wistia is silent where its player never comes', async () => {
    const { media } = place('wistia:silent0000');
    const error = await media.play().catch((reason: DOMException & { cause?: unknown }) => reason);
    expect(error).to.include({ name: 'AbortError', cause: 'embed-silent' });
    expect(media.error).to.include({ code: 2, cause: 'embed-silent' });
  });

  it('says that the script is blocked, and plays once it no longer is', async () => {
    const src = Object.getOwnPropertyDescriptor(HTMLScriptElement.prototype, 'src')!;
    const block = function (this: HTMLScriptElement): void {
      src.set!.call(this, 'https://doubles.test/blocked.js');
    };
    const vendor: unknown = Reflect.get(window, 'Wistia');
    // As on a page that has not met Wistia yet.
    Reflect.deleteProperty(window, 'Wistia');
    for (const script of document.querySelectorAll('script[src*=wistia]')) script.remove();
    Object.defineProperty(HTMLScriptElement.prototype, 'src', { ...src, set: block });
    const { media } = place(CLIP);
    await untilEvent(media, 'error');
    Object.defineProperty(HTMLScriptElement.prototype, 'src', src);
    expect(media.error).to.include({ code: 2, cause: 'script-blocked' });
    if (vendor) Reflect.set(window, 'Wistia', vendor);
    media.load();
    await media.play();
    expect(media.error).to.equal(null);
  });
});

describe('mountForbiddenWistia', () => {
  it('says that Wistia cannot play under enforced Trusted Types', async () => {
    const { media, destroy } = mountForbiddenWistia(wistia.parse(CLIP)!, DEFAULT_SETTINGS);
    const outcome = media.play().catch((error: DOMException) => error.name);
    await untilEvent(media, 'error');
    expect(media.error).to.include({ code: 4, cause: 'csp-unsupported' });
    expect(await outcome).to.equal('NotSupportedError');
    destroy();
  });
});
