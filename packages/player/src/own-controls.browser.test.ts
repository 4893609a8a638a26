import { expect } from '@esm-bundle/chai';
import { controlsOf, mountControls, mountWithControls, press, showControls } from '../testing/controls-fixture.ts';
import { CLOCK, mountPlayer, next, part, removePlayers, task, until } from '../testing/player-fixture.ts';

const start = (player: HTMLElement): HTMLElement | null => player.shadowRoot!.querySelector<HTMLElement>('.start');

describe('OwnControls', () => {
  afterEach(async () => {
    await removePlayers();
    // What one test has chosen is not where the next begins.
    localStorage.clear();
  });

  // First of all: what was loaded once is not loaded again.
  it('loads nothing of the controls before the viewer comes near, and shows a button', async () => {
    const loaded = (): string[] =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((name) => /media-chrome|controls\/controls\.ts/.test(name));
    const before = loaded().length;
    const player = await mountWithControls();
    await task();
    expect(loaded().slice(before)).to.deep.equal([]);
    expect([controlsOf(player), player.nativeVideo!.controls, start(player)?.ariaLabel]).to.deep.equal([
      null,
      false,
      'Play',
    ]);
    player.dispatchEvent(new Event('pointerover'));
    await until(() => controlsOf(player));
    expect(loaded().length).to.be.greaterThan(before);
  });

  for (const [sign, come] of Object.entries<(player: HTMLVideoElement & HTMLElement) => unknown>({
    'touches it': (player) => player.dispatchEvent(new Event('pointerdown')),
    'gives it the focus': (player) => start(player)!.focus(),
    'lets it play': (player) => player.play(),
  })) {
    it(`shows them when somebody ${sign}`, async () => {
      const player = await mountWithControls();
      come(player as unknown as HTMLVideoElement);
      await until(() => controlsOf(player)?.hasAttribute('mediaduration'));
      expect([player.nativeVideo!.controls, player.controls]).to.deep.equal([false, true]);
    });
  }

  it('plays with one press on the button, which goes, and the keyboard goes on from the controls', async () => {
    const player = await mountWithControls();
    const button = start(player)!;
    button.focus();
    button.click();
    await next(player, 'playing');
    await until(() => player.shadowRoot!.activeElement === controlsOf(player));
    expect(start(player)).to.equal(null);
  });

  it('plays with a press on the picture before the controls are there', async () => {
    const player = await mountWithControls();
    player.nativeVideo!.click();
    await next(player, 'playing');
    expect(player.paused).to.equal(false);
  });

  it('leaves the video where it is, playing', async () => {
    const player = await mountWithControls();
    const { nativeVideo } = player;
    const parent = nativeVideo!.parentNode;
    await player.play();
    await showControls(player);
    expect([player.nativeVideo, nativeVideo!.parentNode, player.paused]).to.deep.equal([nativeVideo, parent, false]);
  });

  it('leaves a vendor’s player its own', async () => {
    const player = mountPlayer({ src: 'https://youtu.be/aqz-KE-bpKQ', loading: 'eager' });
    player.setAttribute('controls', 'chronos');
    await until(() => player.readyState > 0);
    player.dispatchEvent(new Event('pointerover'));
    await player.play();
    expect([controlsOf(player), start(player), part(player, 'media') !== null]).to.deep.equal([null, null, true]);
  });

  it('follows the attribute', async () => {
    const player = await mountControls();
    player.setAttribute('controls', '');
    await player.updateComplete;
    expect([controlsOf(player), start(player), player.nativeVideo!.controls]).to.deep.equal([null, null, true]);
    player.removeAttribute('controls');
    await player.updateComplete;
    expect(player.nativeVideo!.controls).to.equal(false);
    player.setAttribute('controls', 'chronos');
    await player.updateComplete;
    expect([start(player) !== null, player.nativeVideo!.controls]).to.deep.equal([true, false]);
    await showControls(player);
  });

  it('goes with its video and comes with the next', async () => {
    const player = await mountControls();
    const before = controlsOf(player);
    player.src = `${CLOCK}?again`;
    await next(player, 'loadeddata');
    expect([before!.isConnected, controlsOf(player)]).to.deep.equal([false, null]);
    await showControls(player);
    press(player, 'k');
    await next(player, 'playing');
  });

  it('gives way to an error, and is there again after it', async () => {
    const player = await mountControls();
    player.src = '/nowhere.mp4';
    await until(() => part(player, 'error'));
    expect(controlsOf(player)?.checkVisibility() ?? false).to.equal(false);
    player.src = CLOCK;
    await next(player, 'loadeddata');
    await showControls(player);
    expect(controlsOf(player)!.checkVisibility()).to.equal(true);
  });
});
