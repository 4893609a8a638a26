import { expect } from '@esm-bundle/chai';
import { mountPlayer, next, panelText, part, removePlayers, until } from '../testing/player-fixture.ts';

/** What YouTube answers, our code, the viewer's sentence, and whether it may pass. */
const CASES = [
  [2, 'embed-invalid', 'This video is not set up correctly.', false],
  [5, 'embed-broken', "The video service's player failed.", true],
  [100, 'embed-removed', 'This video was removed by its owner, or is private.', false],
  [101, 'embed-forbidden', 'The owner of this video does not allow it to be shown here.', false],
  [150, 'embed-forbidden', 'The owner of this video does not allow it to be shown here.', false],
  [151, 'embed-elsewhere', 'This video cannot be shown on this site or in this country.', false],
  [152, 'embed-elsewhere', 'This video cannot be shown on this site or in this country.', false],
  [153, 'embed-referrer', 'This video is not set up correctly.', false],
] as const;

const SILENT = 'The video service does not answer. It may be slow, or something is in its way.\nTry again';
const BLOCKED =
  'The video service could not be reached. A content blocker or the network may be in the way.\nTry again';

describe('reportFailure, of an embed,', () => {
  const { error } = console;
  const src = Object.getOwnPropertyDescriptor(HTMLScriptElement.prototype, 'src')!;
  beforeEach(() => {
    console.error = () => {};
  });
  afterEach(async () => {
    await removePlayers();
    console.error = error;
    Object.defineProperty(HTMLScriptElement.prototype, 'src', src);
  });

  for (const [number, code, sentence, canRetry] of CASES) {
    it(`says ${code} where YouTube says ${number}`, async () => {
      const player = mountPlayer({ src: `youtube:${`err-${number}`.padEnd(11, '-')}`, loading: 'eager' });
      const { detail } = await next(player, 'chronos-error');
      expect(detail.code).to.equal(code);
      expect(player.error).to.include({ cause: number });
      expect((await panelText(player)).startsWith(sentence)).to.equal(true);
      expect(part(player, 'error')?.querySelector('button') !== null).to.equal(canRetry);
      expect((await fetch(`/docs/errors/${code}.md`)).status, 'its page in docs/errors').to.equal(200);
    });
  }

  for (const [id, code, sentence] of [
    ['404000000', 'embed-removed', 'This video was removed by its owner, or is private.'],
    ['403000000', 'embed-forbidden', 'The owner of this video does not allow it to be shown here.'],
    ['451000000', 'embed-forbidden', 'The owner of this video does not allow it to be shown here.'],
  ] as const) {
    it(`says ${code} for the Vimeo video ${id}`, async () => {
      const player = mountPlayer({ src: `vimeo:${id}`, loading: 'eager' });
      expect((await next(player, 'chronos-error')).detail.code).to.equal(code);
      expect(await panelText(player)).to.equal(sentence);
    });
  }

  it('lays nothing over the embed in which Vimeo asks for a password', async () => {
    const player = mountPlayer({ src: 'vimeo:423000000' });
    const name = await player.play().catch((error: DOMException) => error.name);
    expect([name, player.paused, part(player, 'error')]).to.deep.equal(['NotAllowedError', true, null]);
  });

  it('says embed-removed for a video that Wistia does not know', async () => {
    const player = mountPlayer({ src: 'wistia:missing001', loading: 'eager' });
    expect((await next(player, 'chronos-error')).detail.code).to.equal('embed-removed');
    expect(player.querySelector('*'), 'its child goes with the player').to.not.equal(null);
    player.src = '';
    expect(player.children).to.have.lengthOf(0);
  });

  it('says embed-blocked where the vendor’s script is blocked, and plays once it no longer is', async () => {
    const block = function (this: HTMLScriptElement): void {
      src.set!.call(this, 'https://doubles.test/blocked.js');
    };
    Object.defineProperty(HTMLScriptElement.prototype, 'src', { ...src, set: block });
    // As on a page that has not met YouTube yet.
    Object.assign(window, { YT: undefined, YTConfig: undefined });
    for (const script of document.querySelectorAll('script[src*=iframe_api]')) script.remove();
    const player = mountPlayer({ src: 'youtube:blocked-___', loading: 'eager' });
    expect((await next(player, 'chronos-error')).detail.code).to.equal('embed-blocked');
    expect(await panelText(player)).to.equal(BLOCKED);
    Object.defineProperty(HTMLScriptElement.prototype, 'src', src);
    part(player, 'error')!.querySelector('button')!.click();
    await until(() => player.readyState > 0);
    await player.play();
    expect([player.error, part(player, 'error')]).to.deep.equal([null, null]);
  });

  it('says csp-unsupported where the page’s Trusted Types do not allow it', async () => {
    const refuse = (): never => {
      throw new TypeError("Policy 'youtube-widget-api' disallowed.");
    };
    Object.defineProperty(window, 'trustedTypes', { configurable: true, value: { createPolicy: refuse } });
    Object.assign(window, { YT: undefined, YTConfig: undefined });
    for (const script of document.querySelectorAll('script[src*=iframe_api]')) script.remove();
    const player = mountPlayer({ src: 'youtube:blocked-___', loading: 'eager' });
    expect((await next(player, 'chronos-error')).detail.code).to.equal('csp-unsupported');
    expect([await panelText(player), player.error?.code]).to.deep.equal(['This video is not set up correctly.', 2]);
    Reflect.deleteProperty(window, 'trustedTypes');
  });

  it('says embed-silent where an embed that nobody played has not come for 15 s', async () => {
    const player = mountPlayer({ src: 'youtube:mute-______', loading: 'eager' });
    expect((await next(player, 'chronos-error')).detail.code).to.equal('embed-silent');
    expect([await panelText(player), player.error?.code]).to.deep.equal([SILENT, 2]);
  });

  it('says embed-silent 8 s after play() was called, which rejects', async () => {
    const player = mountPlayer({ src: 'youtube:mute-______' });
    const refused = await player.play().catch((error: DOMException & { cause?: unknown }) => error);
    expect(refused).to.include({ name: 'AbortError', cause: 'embed-silent' });
    expect(await panelText(player)).to.equal(SILENT);
    expect((await fetch('/docs/errors/embed-silent.md')).status).to.equal(200);
  });

  it('shows the video where it answers after all', async () => {
    const player = mountPlayer({ src: 'youtube:tardy-_____' });
    void player.play().catch(() => {});
    expect(await panelText(player)).to.equal(SILENT);
    await until(() => player.readyState > 0);
    await player.updateComplete;
    expect([player.error, part(player, 'error'), player.matches(':state(error)')]).to.deep.equal([null, null, false]);
  });

  it('never mutes in silence where the embed refuses to play', async () => {
    const player = mountPlayer({ src: 'youtube:nplay-_____', defaultMuted: false });
    const name = await player.play().catch((error: DOMException) => error.name);
    expect([name, player.paused, player.muted, part(player, 'error')]).to.deep.equal([
      'NotAllowedError',
      true,
      false,
      null,
    ]);
  });
});
