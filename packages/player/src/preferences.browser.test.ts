import { expect } from '@esm-bundle/chai';
import {
  choose,
  linesOf,
  mountControls,
  mountWithControls,
  move,
  press,
  showControls,
} from '../testing/controls-fixture.ts';
import { CLOCK, next, parsePlayer, removePlayers, until } from '../testing/player-fixture.ts';
import { readPreferences } from './preferences.ts';

const KEY = 'chronos-preferences';

describe('followPreferences', () => {
  afterEach(async () => {
    await removePlayers();
    localStorage.removeItem(KEY);
  });

  it('lets the next player begin as the viewer left the last one', async () => {
    const first = await mountControls({ defaultMuted: false });
    move(first, 'media-volume-range', 0.4);
    choose(first, 'media-playback-rate-menu', '1.25x');
    await until(() => first.playbackRate === 1.25);
    const second = await mountWithControls({ defaultMuted: false });
    expect([second.volume, second.playbackRate, second.muted]).to.deep.equal([first.volume, 1.25, false]);
    expect(first.volume).to.be.closeTo(0.4, 0.01);
  });

  it('remembers that he wants no sound, and never overrules a page that wants none', async () => {
    localStorage.setItem(KEY, JSON.stringify({ volume: 0.5, muted: true, rate: 1 }));
    expect((await mountWithControls({ defaultMuted: false })).muted).to.equal(true);
    localStorage.setItem(KEY, JSON.stringify({ volume: 0.5, muted: false, rate: 1 }));
    expect((await mountWithControls({ defaultMuted: true })).muted).to.equal(true);
  });

  it('remembers the language of captions, and that he wants none', async () => {
    const markup = `
      <chronos-player src="${CLOCK}" muted controls="chronos">
        <track src="/examples/clips/lesson.en.vtt" kind="captions" srclang="en" label="English" default>
        <track src="/examples/clips/lesson.en.vtt" kind="captions" srclang="fr" label="Français">
      </chronos-player>`;
    const mount = async (): Promise<ReturnType<typeof parsePlayer>> => {
      const player = parsePlayer(markup);
      await next(player, 'loadeddata');
      return player;
    };
    const first = await mount();
    await showControls(first);
    await until(() => linesOf(first, 'media-captions-menu').length === 3);
    choose(first, 'media-captions-menu', 'Français');
    const second = await mount();
    await until(() => [...second.textTracks].map(({ mode }) => mode).join() === 'disabled,showing');
    await showControls(second);
    press(second, 'c');
    const third = await mount();
    await until(() => [...third.textTracks].every(({ mode }) => mode === 'disabled'));
    expect(readPreferences()?.captions).to.equal('');
  });

  it('leaves what the page has set', async () => {
    localStorage.setItem(KEY, JSON.stringify({ volume: 0.5, muted: false, rate: 2 }));
    const player = await mountWithControls({ maxRate: 1.5 });
    await until(() => player.playbackRate === 1.5);
    expect(player.volume).to.equal(0.5);
  });

  it('keeps and reads nothing without the consent that is asked for, and forgets when it is withdrawn', async () => {
    localStorage.setItem(KEY, JSON.stringify({ volume: 0.5, muted: false, rate: 1 }));
    const player = await mountControls({ consent: 'required' });
    expect(player.volume).to.equal(1);
    localStorage.removeItem(KEY);
    press(player, 'ArrowDown');
    await next(player, 'volumechange');
    expect(localStorage.getItem(KEY)).to.equal(null);
    player.consent = 'granted';
    await player.updateComplete;
    press(player, 'ArrowDown');
    await next(player, 'volumechange');
    expect(readPreferences()?.volume).to.equal(player.volume);
    player.consent = 'required';
    await player.updateComplete;
    expect(localStorage.getItem(KEY)).to.equal(null);
  });

  it('writes under no other name, least of all media-chrome’s', async () => {
    localStorage.setItem('media-chrome-pref-muted', 'true');
    const before = Object.keys(localStorage);
    const player = await mountControls();
    for (const key of ['m', 'ArrowDown', 'c']) press(player, key);
    await until(() => player.volume < 1);
    expect(Object.keys(localStorage).filter((key) => !before.includes(key))).to.deep.equal([KEY]);
    expect(localStorage.getItem('media-chrome-pref-muted')).to.equal('true');
    localStorage.removeItem('media-chrome-pref-muted');
  });
});

describe('readPreferences', () => {
  afterEach(() => localStorage.removeItem(KEY));

  for (const said of [
    '',
    'no JSON',
    'null',
    '[]',
    '7',
    '{"volume":7,"muted":"yes","rate":-1,"captions":{}}',
    `{"captions":"${'x'.repeat(36)}"}`,
  ]) {
    it(`believes nothing of ${said.slice(0, 60) || 'an empty entry'}`, () => {
      localStorage.setItem(KEY, said);
      expect(readPreferences() ?? { volume: 1, muted: false, rate: 1 }).to.deep.equal({
        volume: 1,
        muted: false,
        rate: 1,
      });
    });
  }
});
