import { expect } from '@esm-bundle/chai';
import type { ChronosPlayer } from './chronos-player.ts';
import type { PlayerVideo } from './read-player-video.ts';
import {
  CLOCK,
  mountPlayer,
  next,
  parsePlayer,
  removePlayers,
  task,
  until,
  VIDEO_ID,
} from '../testing/player-fixture.ts';
import { describeVideo, scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';

const CAPTIONS = '/examples/clips/lesson.en.vtt';

describe('readTracks', () => {
  let database: ScriptedDatabase;
  const tracksOf = (player: ChronosPlayer): HTMLTrackElement[] => [...player.nativeVideo!.querySelectorAll('track')];
  const mountWith = async (captions: readonly object[]): Promise<ChronosPlayer> => {
    database.answer('get_player_video', describeVideo({ captions: captions as PlayerVideo['captions'] }));
    const player = mountPlayer({ videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key' });
    await next(player, 'loadeddata');
    return player;
  };

  beforeEach(() => {
    database = scriptDatabase();
  });
  afterEach(async () => {
    await removePlayers();
    database.restore();
  });

  it('takes nothing from a caption but its address, language and label', async () => {
    const hostile = {
      src: CAPTIONS,
      srclang: 'en',
      label: '<b>English</b>',
      innerHTML: '<img src="/x" onerror="window.isHacked = true">',
      onerror: 'window.isHacked = true',
      kind: 'metadata',
      id: 'hostile',
    };
    const player = await mountWith([hostile]);
    // The page's own child comes and goes: the database's captions are put in again.
    player.append(document.createElement('track'));
    await until(() => tracksOf(player)[0]?.label === '');
    player.replaceChildren();
    await until(() => tracksOf(player)[0]?.label === '<b>English</b>');
    await task();
    const [track] = tracksOf(player);
    expect([track?.kind, track?.srclang, track?.id, track?.childNodes.length]).to.deep.equal(['captions', 'en', '', 0]);
    expect(Reflect.get(window, 'isHacked')).to.equal(undefined);
  });

  it('adds what is no caption to the database’s captions', async () => {
    const player = await mountWith([{ src: CAPTIONS, srclang: 'en', label: 'English' }]);
    const chapters = { kind: 'chapters', src: '/examples/clips/lesson.chapters.vtt' };
    player.append(Object.assign(document.createElement('track'), chapters));
    await until(() => tracksOf(player).length === 2);
    expect(tracksOf(player).map(({ kind }) => kind)).to.deep.equal(['captions', 'chapters']);
  });

  it('leaves out a caption whose address is none of the web', async () => {
    const sources = ['javascript:alert(1)', 'data:text/vtt,WEBVTT', 'https://a@b.example/x.vtt', '', 7, null, CAPTIONS];
    const player = await mountWith(sources.map((src) => ({ src, srclang: 'en', label: 'English' })));
    expect(tracksOf(player).map((track) => track.getAttribute('src'))).to.deep.equal([CAPTIONS]);
  });
});

describe('updateTracks', () => {
  afterEach(removePlayers);

  it('follows a child that differs in kind, language or label alone', async () => {
    const player = parsePlayer(`
      <chronos-player src="${CLOCK}" muted>
        <track src="${CAPTIONS}" kind="captions" srclang="en" label="English">
      </chronos-player>`);
    await next(player, 'loadedmetadata');
    for (const change of [{ kind: 'subtitles' }, { srclang: 'en-GB' }, { label: 'British' }]) {
      const before = player.querySelector('track')!;
      before.replaceWith(Object.assign(before.cloneNode(), change));
      const [[name, value]] = Object.entries(change) as [[string, string]];
      await until(() => player.nativeVideo!.querySelector('track')!.getAttribute(name) === value);
    }
    expect([...player.textTracks].map(({ kind, language, label }) => [kind, language, label])).to.deep.equal([
      ['subtitles', 'en-GB', 'British'],
    ]);
  });

  it('leaves alone what is the same, with what the viewer chose', async () => {
    const player = parsePlayer(`
      <chronos-player src="${CLOCK}" muted>
        <track src="${CAPTIONS}" kind="captions" srclang="en" label="English">
      </chronos-player>`);
    await next(player, 'loadedmetadata');
    player.textTracks[0]!.mode = 'showing';
    const given = player.nativeVideo!.querySelector('track');
    player.append(document.createElement('p'));
    await task();
    await task();
    expect([player.nativeVideo!.querySelector('track') === given, player.textTracks[0]?.mode]).to.deep.equal([
      true,
      'showing',
    ]);
  });
});
