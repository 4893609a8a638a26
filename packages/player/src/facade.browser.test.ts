import { expect } from '@esm-bundle/chai';
import type { ChronosPlayer } from './chronos-player.ts';
import { CLOCK, mountPlayer, next, part, removePlayers, task, until } from '../testing/player-fixture.ts';

/** A YouTube id nobody else in these tests asks for, so that its requests are this test's. */
const video = (name: string): string => `https://youtu.be/${name.padEnd(11, '_')}`;

async function requestsFor(name: string): Promise<string[]> {
  const response = await fetch('https://doubles.test/requests');
  return ((await response.json()) as string[]).filter((url) => url.includes(name.padEnd(11, '_')));
}

const facade = async (player: ChronosPlayer): Promise<HTMLElement> => {
  await until(() => part(player, 'facade'));
  return part(player, 'facade')!;
};

describe('ChronosPlayer, as a facade,', () => {
  afterEach(removePlayers);

  // First of all: what was loaded once is not loaded again.
  it('loads nothing but the element before the viewer comes near it', async () => {
    const loaded = (): string[] => performance.getEntriesByType('resource').map(({ name }) => name);
    const isMore = (name: string): boolean => /on-demand\.ts|youtube\/media\.ts/.test(name);
    const button = await facade(mountPlayer({ src: video('facade-less') }));
    await task();
    expect(loaded().filter(isMore)).to.deep.equal([]);
    button.dispatchEvent(new Event('pointerenter'));
    await until(() => loaded().filter(isMore).length === 2);
  });

  it('asks nobody but the page’s own servers before the viewer presses play', async () => {
    const before = performance.getEntriesByType('resource').length;
    const player = mountPlayer({ src: video('facade-none') });
    await facade(player);
    expect([player.matches(':state(facade)'), player.paused, player.nativeVideo]).to.deep.equal([true, true, null]);
    const asked = performance.getEntriesByType('resource').slice(before);
    expect(asked.map(({ name }) => new URL(name).origin).filter((origin) => origin !== location.origin)).to.deep.equal(
      [],
    );
    expect(document.head.querySelectorAll('script[src*=youtube]').length).to.equal(0);
    expect(await requestsFor('facade-none')).to.deep.equal([]);
  });

  it('plays with one press, and is gone', async () => {
    const player = mountPlayer({ src: video('facade-play') });
    (await facade(player)).click();
    await next(player, 'playing');
    await until(() => player.currentTime > 0.3);
    expect([part(player, 'facade'), player.paused, player.matches(':state(playing)')]).to.deep.equal([
      null,
      false,
      true,
    ]);
    expect(await requestsFor('facade-play')).to.have.lengthOf(1);
  });

  it('is a button: it says what it does, and the keyboard goes on from the player', async () => {
    const player = mountPlayer({ src: video('facade-keys') });
    const button = await facade(player);
    expect([button.localName, button.ariaLabel]).to.deep.equal(['button', 'Play']);
    button.focus();
    button.click();
    expect(player.shadowRoot?.activeElement?.getAttribute('part')).to.equal('media');
  });

  for (const sign of ['pointerenter', 'focus']) {
    it(`makes the connection ready when the viewer is about to press: ${sign}`, async () => {
      const player = mountPlayer({ src: video('facade-warm') });
      const button = await facade(player);
      button.dispatchEvent(new Event(sign));
      const links = [...player.shadowRoot!.querySelectorAll('link')].map(({ rel, href }) => [rel, new URL(href).host]);
      expect(links).to.deep.equal([
        ['preconnect', 'www.youtube-nocookie.com'],
        ['preconnect', 'www.youtube.com'],
      ]);
      expect(await requestsFor('facade-warm')).to.deep.equal([]);
    });
  }

  for (const [name, value] of Object.entries({ globalPrivacyControl: true, doNotTrack: '1' })) {
    it(`does not, where the viewer asked not to be told of: ${name}`, async () => {
      Object.defineProperty(navigator, name, { configurable: true, value });
      const player = mountPlayer({ src: video('facade-priv') });
      const button = await facade(player);
      button.dispatchEvent(new Event('pointerenter'));
      expect(player.shadowRoot!.querySelectorAll('link').length).to.equal(0);
      Reflect.deleteProperty(navigator, name);
    });
  }

  for (const [what, act] of Object.entries({
    'play()': (player: ChronosPlayer): unknown => player.play(),
    'load()': (player: ChronosPlayer): unknown => player.load(),
    'autoplay set live': (player: ChronosPlayer): unknown => (player.autoplay = true),
    'loading set to eager live': (player: ChronosPlayer): unknown => (player.loading = 'eager'),
  })) {
    it(`opens with ${what}`, async () => {
      const player = mountPlayer({ src: video('facade-open') });
      await facade(player);
      void act(player);
      await until(() => player.readyState > 0);
      expect(part(player, 'facade')).to.equal(null);
    });
  }

  it('remembers what is set before it opens', async () => {
    const player = mountPlayer({ src: video('facade-keep') });
    await facade(player);
    Object.assign(player, { currentTime: 12, playbackRate: 1.5, volume: 0.5 });
    await player.play();
    await until(() => player.currentTime > 12.2);
    expect([player.playbackRate, player.volume, player.currentTime < 15]).to.deep.equal([1.5, 0.5, true]);
  });

  it('is there for a file only when asked for', async () => {
    const player = mountPlayer({ src: CLOCK, loading: 'click' });
    expect(await facade(player)).to.be.instanceOf(HTMLButtonElement);
    expect(player.nativeVideo).to.equal(null);
    await player.play();
    expect(player.nativeVideo).to.be.instanceOf(HTMLVideoElement);
  });

  it('opens by itself near the viewport when lazy', async () => {
    const spacer = document.body.appendChild(document.createElement('div'));
    spacer.style.height = '5000px';
    const player = mountPlayer({ src: CLOCK, loading: 'lazy' });
    await facade(player);
    await task();
    expect(player.nativeVideo).to.equal(null);
    player.scrollIntoView();
    await until(() => player.nativeVideo);
    spacer.remove();
  });

  it('gives way to another source', async () => {
    const player = mountPlayer({ src: video('facade-swap') });
    await facade(player);
    player.src = CLOCK;
    await next(player, 'loadeddata');
    expect([part(player, 'facade'), player.duration > 29]).to.deep.equal([null, true]);
  });
});
