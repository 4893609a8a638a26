import { expect } from '@esm-bundle/chai';
import type MediaController from 'media-chrome/dist/media-controller.js';
import mux from 'mux-embed';
import 'player.style/sutro';
import type { ChronosPlayer } from './chronos-player.ts';
import { CLOCK, next, removePlayers, task, until } from '../testing/player-fixture.ts';
import './define.ts';

const LADDER = '/examples/clips/ladder/master.m3u8';

/** A theme of player.style around our element, as its own README has it around a `<video>`. */
async function mountThemed(attributes: string, children = ''): Promise<readonly [ChronosPlayer, MediaController]> {
  const holder = document.body.appendChild(document.createElement('div'));
  holder.innerHTML = `
    <media-theme-sutro>
      <chronos-player slot="media" muted ${attributes}>${children}</chronos-player>
    </media-theme-sutro>`;
  const player = holder.querySelector('chronos-player')!;
  await next(player, 'loadeddata');
  const theme = holder.querySelector('media-theme-sutro')!;
  const controller = theme.shadowRoot!.querySelector<MediaController>('media-controller')!;
  await until(() => controller.hasAttribute('mediaduration'));
  return [player, controller];
}

/** As the theme's own elements ask. */
const ask = (controller: MediaController, type: string, detail?: unknown): unknown =>
  controller.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));

describe('media-chrome with a theme of player.style', () => {
  afterEach(async () => {
    document.body.replaceChildren();
    localStorage.clear();
    await removePlayers();
  });

  it('plays and pauses the element, and shows that it does', async () => {
    const [player, controller] = await mountThemed(`src="${CLOCK}"`);
    expect(controller.hasAttribute('mediapaused')).to.equal(true);
    controller.querySelector<HTMLElement>('media-play-button')!.click();
    await next(player, 'playing');
    await until(() => !controller.hasAttribute('mediapaused'));
    await until(() => Number(controller.getAttribute('mediacurrenttime')) > 0.2);
    controller.querySelector<HTMLElement>('media-play-button')!.click();
    await next(player, 'pause');
    await until(() => controller.hasAttribute('mediapaused'));
    expect(player.paused).to.equal(true);
  });

  it('seeks, sets volume and rate', async () => {
    const [player, controller] = await mountThemed(`src="${CLOCK}"`);
    ask(controller, 'mediaseekrequest', 12);
    await next(player, 'seeked');
    ask(controller, 'mediavolumerequest', 0.4);
    ask(controller, 'mediaplaybackraterequest', 1.5);
    await until(() => controller.getAttribute('mediavolume') === '0.4');
    expect([player.currentTime, player.volume, player.playbackRate, player.muted]).to.deep.equal([12, 0.4, 1.5, false]);
  });

  it('switches captions', async () => {
    const track = '<track src="/examples/clips/lesson.en.vtt" kind="captions" srclang="en" label="English">';
    const [player, controller] = await mountThemed(`src="${CLOCK}"`, track);
    await until(() => controller.hasAttribute('mediasubtitleslist'));
    ask(controller, 'mediatogglesubtitlesrequest');
    expect(player.textTracks[0]!.mode).to.equal('showing');
    await until(() => controller.hasAttribute('mediasubtitlesshowing'));
  });

  it('chooses the quality of a video that is there before it', async () => {
    const player = Object.assign(document.createElement('chronos-player'), {
      src: LADDER,
      engine: 'mse',
      slot: 'media',
    });
    document.body.append(player);
    await until(() => player.videoRenditions?.length === 2);
    const theme = document.createElement('media-theme-sutro');
    document.body.append(theme);
    // Moved within one task, everything goes on.
    theme.append(player);
    const controller = theme.shadowRoot!.querySelector<MediaController>('media-controller')!;
    await until(() => controller.mediaStore?.getState().mediaRenditionList?.length === 2);
    ask(controller, 'mediarenditionrequest', '1');
    expect(player.videoRenditions!.selectedIndex).to.equal(1);
    await until(() => controller.mediaStore.getState().mediaRenditionSelected === '1');
  });

  it('goes on with the next source', async () => {
    const [player, controller] = await mountThemed(`src="${CLOCK}"`);
    player.src = `${CLOCK}?again`;
    await next(player, 'loadeddata');
    ask(controller, 'mediaplayrequest');
    await next(player, 'playing');
    await until(() => !controller.hasAttribute('mediapaused'));
    expect(player.paused).to.equal(false);
  });
});

describe('mux-embed', () => {
  const { fetch } = window;
  const events: Record<string, unknown>[] = [];
  const listen: typeof fetch = async (input, init) => {
    if (typeof input !== 'string' || !input.includes('.litix.io')) return fetch.call(window, input, init);
    events.push(...(JSON.parse(init?.body as string) as { events: Record<string, unknown>[] }).events);
    return new Response();
  };
  beforeEach(() => {
    window.fetch = listen;
  });
  afterEach(async () => {
    document.body.replaceChildren();
    await task();
    window.fetch = fetch;
  });

  it('monitors the <video> inside: what it plays, how far', async () => {
    const player = Object.assign(document.createElement('chronos-player'), { src: CLOCK, defaultMuted: true });
    document.body.append(player);
    await next(player, 'loadedmetadata');
    const video = player.nativeVideo as HTMLVideoElement & { mux: { emit(type: string): void; destroy(): void } };
    mux.monitor(video, { debug: false, disableCookies: true, data: { env_key: 'test', video_id: 'clock' } });
    await player.play();
    await until(() => player.currentTime > 1);
    player.pause();
    await next(player, 'pause');
    video.mux.emit('viewend');
    video.mux.destroy();
    await until(() => events.some(({ e }) => e === 'viewend'));
    const names = events.map(({ e }) => e);
    for (const name of ['viewstart', 'playerready', 'play', 'playing', 'viewend']) expect(names).to.include(name);
    // Milliseconds of content, as it counts them.
    const played = events.map(({ xctpbti }) => xctpbti).filter((value) => typeof value === 'number');
    expect(Math.max(...played)).to.be.within(500, 3000);
  });
});
