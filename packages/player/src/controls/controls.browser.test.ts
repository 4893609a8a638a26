import { expect } from '@esm-bundle/chai';
import {
  choose,
  control,
  controlsOf,
  linesOf,
  mountControls,
  move,
  press,
  showControls,
  wordsOf,
} from '../../testing/controls-fixture.ts';
import { CLOCK, next, parsePlayer, removePlayers, task, until } from '../../testing/player-fixture.ts';

const LADDER = '/examples/clips/ladder/master.m3u8';

describe('showControls', () => {
  afterEach(async () => {
    await removePlayers();
    // What one test has chosen is not where the next begins.
    localStorage.clear();
  });

  it('plays and pauses', async () => {
    const player = await mountControls();
    control(player, 'media-play-button').click();
    await next(player, 'playing');
    control(player, 'media-play-button').click();
    await next(player, 'pause');
    expect(player.paused).to.equal(true);
  });

  it('mutes and unmutes, and sets the volume', async () => {
    const player = await mountControls();
    control(player, 'media-mute-button').click();
    await next(player, 'volumechange');
    expect(player.muted).to.equal(false);
    move(player, 'media-volume-range', 0.3);
    await until(() => player.volume < 1);
    expect(player.volume).to.be.closeTo(0.3, 0.01);
  });

  it('seeks', async () => {
    const player = await mountControls();
    move(player, 'media-time-range', 0.5);
    await next(player, 'seeked');
    expect(player.currentTime).to.be.closeTo(15, 0.1);
  });

  it('sets the rate, up to what the page allows', async () => {
    const player = await mountControls({ maxRate: 1.5 });
    const rates = wordsOf(player, 'media-playback-rate-menu');
    expect(rates).to.deep.equal(['0.5x', '0.75x', '1x', '1.25x', '1.5x']);
    choose(player, 'media-playback-rate-menu', '1.5x');
    await next(player, 'ratechange');
    expect(player.playbackRate).to.equal(1.5);
  });

  for (const [key, does] of Object.entries<
    readonly [
      act: (player: HTMLVideoElement) => void,
      event: 'play' | 'pause' | 'volumechange' | 'seeked',
      is: (player: HTMLVideoElement) => boolean,
    ]
  >({
    ' ': [() => {}, 'play', (player) => !player.paused],
    k: [() => {}, 'play', (player) => !player.paused],
    m: [() => {}, 'volumechange', (player) => !player.muted],
    ArrowRight: [() => {}, 'seeked', (player) => player.currentTime === 10],
    l: [() => {}, 'seeked', (player) => player.currentTime === 10],
    ArrowDown: [() => {}, 'volumechange', (player) => Math.abs(player.volume - 0.95) < 0.001],
  })) {
    it(`listens to the key ${key === ' ' ? 'space' : key}`, async () => {
      const [, event, is] = does;
      const player = await mountControls();
      const done = next(player, event);
      press(player, key);
      await done;
      expect(is(player as unknown as HTMLVideoElement)).to.equal(true);
    });
  }

  for (const key of ['ArrowLeft', 'j']) {
    it(`goes back with the key ${key}`, async () => {
      const player = await mountControls({ startTime: 20 });
      await until(() => player.currentTime === 20 && !player.seeking);
      const done = next(player, 'seeked');
      press(player, key);
      await done;
      expect(player.currentTime).to.equal(10);
    });
  }

  it('offers what can be chosen and hides what cannot', async () => {
    const player = await mountControls();
    const isShown = (name: string): boolean => control(player, name).checkVisibility();
    expect(['chronos-captions-switch', 'media-airplay-button', 'media-cast-button'].map(isShown)).to.deep.equal([
      false,
      false,
      false,
    ]);
    expect(['media-play-button', 'media-mute-button', 'media-settings-menu-button'].map(isShown)).to.deep.equal([
      true,
      true,
      true,
    ]);
  });

  it('chooses captions, and switches them by button and key', async () => {
    const player = parsePlayer(`
      <chronos-player src="${CLOCK}" muted controls="chronos">
        <track src="/examples/clips/lesson.en.vtt" kind="captions" srclang="en" label="English">
      </chronos-player>`);
    await next(player, 'loadeddata');
    await showControls(player);
    const [track] = player.textTracks;
    await until(() => linesOf(player, 'media-captions-menu').length === 2);
    choose(player, 'media-captions-menu', 'English');
    expect(track!.mode).to.equal('showing');
    control(player, 'chronos-captions-switch').click();
    expect(track!.mode).to.equal('disabled');
    press(player, 'c');
    expect(track!.mode).to.equal('showing');
  });

  it('keeps captions when the player moves', async () => {
    const player = parsePlayer(`
      <chronos-player src="${CLOCK}" muted controls="chronos">
        <track src="/examples/clips/lesson.en.vtt" kind="captions" srclang="en" label="English">
      </chronos-player>`);
    await next(player, 'loadeddata');
    await showControls(player);
    press(player, 'c');
    const elsewhere = document.body.appendChild(document.createElement('section'));
    elsewhere.append(player);
    await task();
    expect([player.textTracks[0]!.mode, controlsOf(player)!.isConnected]).to.deep.equal(['showing', true]);
    press(player, 'c');
    expect(player.textTracks[0]!.mode).to.equal('disabled');
    elsewhere.remove();
  });

  it('chooses the quality of HLS where somebody can', async () => {
    const player = await mountControls({ src: LADDER, engine: 'mse' });
    await until(() => linesOf(player, 'media-rendition-menu').length === 3);
    expect(wordsOf(player, 'media-rendition-menu').map((words) => words.split(' ')[0])).to.deep.equal([
      `${player.videoRenditions![1]!.height}p`,
      `${player.videoRenditions![0]!.height}p`,
      'Auto',
    ]);
    choose(player, 'media-rendition-menu', `${player.videoRenditions![1]!.height}p`);
    expect(player.videoRenditions!.selectedIndex).to.equal(1);
    await player.play();
    await until(() => player.videoHeight === player.videoRenditions![1]!.height);
    choose(player, 'media-rendition-menu', 'Auto');
    expect(player.videoRenditions!.selectedIndex).to.equal(-1);
  });
});
