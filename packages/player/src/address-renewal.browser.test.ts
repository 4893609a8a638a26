import { expect } from '@esm-bundle/chai';
import { CLOCK, mountPlayer, next, removePlayers, VIDEO_ID } from '../testing/player-fixture.ts';
import { describeVideo, scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';
import type { ChronosPlayer } from './player.ts';

const MISSING = '/examples/clips/no-such-file.mp4';
const STORED = 'storage:chronos-videos/a/b/my lesson.mp4';

/** What a `<video>` says when the server refuses the next part of its file. */
function breakAddress(video: HTMLVideoElement): void {
  Object.defineProperty(video, 'error', { configurable: true, value: { code: 2, message: 'refused' } });
  video.addEventListener('emptied', () => Reflect.deleteProperty(video, 'error'), { once: true });
  video.dispatchEvent(new Event('error'));
}

describe('an address that has run out', () => {
  let database: ScriptedDatabase;
  const mount = (): ChronosPlayer => mountPlayer({ videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key' });
  const asked = (): number => database.called('get_player_video').length;
  const played = async (player: ChronosPlayer): Promise<HTMLVideoElement> => {
    await next(player, 'loadeddata');
    await player.play();
    await next(player, 'timeupdate');
    return player.nativeVideo as HTMLVideoElement;
  };

  beforeEach(() => {
    database = scriptDatabase();
  });
  afterEach(async () => {
    await removePlayers();
    database.restore();
  });

  it('is asked for once more, and the video begins where it would have', async () => {
    database.answer('get_player_video', describeVideo({ src: MISSING, resume_position_seconds: 12 }));
    const player = mount();
    await next(player, 'loadstart');
    database.answer('get_player_video', describeVideo({ resume_position_seconds: 12 }));
    await next(player, 'loadeddata');
    expect(asked()).to.equal(2);
    expect(player.currentTime).to.be.closeTo(12, 0.1);
    expect(player.error).to.equal(null);
  });

  it('in the middle: plays on from there, in the same session', async () => {
    const player = mount();
    const sessions: string[] = [];
    for (const type of ['chronos-sessionstart', 'chronos-sessionend', 'error']) {
      player.addEventListener(type, () => sessions.push(type));
    }
    const video = await played(player);
    video.currentTime = 10;
    await next(player, 'seeked');
    database.answer('get_player_video', describeVideo({ src: `${CLOCK}?token=2` }));
    const emptied = next(player, 'emptied');
    breakAddress(video);
    await emptied;
    await next(player, 'playing');
    expect(video.src).to.contain('token=2');
    expect(player.currentTime).to.be.within(10, 12);
    expect(player.paused).to.equal(false);
    expect(sessions).to.deep.equal(['chronos-sessionstart']);
  });

  it('is not asked for again and again: the second time in a row is told', async () => {
    database.answer('get_player_video', describeVideo({ src: MISSING }));
    const player = mount();
    await next(player, 'loadstart');
    database.answer('get_player_video', describeVideo({ src: `${MISSING}?token=2` }));
    await next(player, 'error');
    expect(asked()).to.equal(2);
    expect(player.error?.code).to.equal(4);
  });

  for (const [what, answer, status] of [
    ['the database gives the same address', describeVideo({ src: MISSING }), 200],
    ['the viewer may not play it any more', { code: 'PT403', message: 'no access' }, 403],
  ] as const) {
    it(`is told when ${what}`, async () => {
      database.answer('get_player_video', describeVideo({ src: MISSING }));
      const player = mount();
      await next(player, 'loadstart');
      database.answer('get_player_video', answer, status);
      await next(player, 'error');
      expect(asked()).to.equal(2);
    });
  }

  it('is not asked for where the page itself names the file', async () => {
    const player = mountPlayer({ src: MISSING });
    await next(player, 'error');
    expect(database.calls).to.deep.equal([]);
  });
});

describe('a file of Storage', () => {
  let database: ScriptedDatabase;
  const path = 'sign/chronos-videos/a/b/my%20lesson.mp4';
  beforeEach(() => {
    database = scriptDatabase();
    database.answer('get_player_video', describeVideo({ src: STORED }));
  });
  afterEach(async () => {
    await removePlayers();
    database.restore();
  });
  const mount = (): ChronosPlayer =>
    mountPlayer({ videoId: VIDEO_ID, supabaseUrl: `${database.url}/`, supabaseKey: 'key' });

  it('is played from the address Storage signs', async () => {
    database.answer(path, { signedURL: `/object/${path}?token=t` });
    const player = mount();
    await next(player, 'loadstart');
    expect(player.nativeVideo?.src).to.equal(`${database.url}/storage/v1/object/${path}?token=t`);
    expect(database.called(path)[0]?.headers.get('apikey')).to.equal('key');
  });

  it('that Storage does not give is a video that is not there', async () => {
    database.answer(path, { statusCode: '404', error: 'not_found', message: 'Object not found' }, 400);
    const player = mount();
    await next(player, 'error');
    expect(player.error?.message).to.contain('Object not found');
  });

  for (const place of ['x/../../../../auth/v1/logout', '../rest/v1/rpc/erase', 'chronos-videos//a.mp4', './a.mp4']) {
    it(`takes no viewer's token to ${place}`, async () => {
      database.answer('get_player_video', describeVideo({ src: `storage:${place}` }));
      const player = mount();
      await next(player, 'error');
      expect(player.error?.message).to.contain('is no place in Storage');
      expect(database.calls.map(({ name }) => name)).to.deep.equal(['get_player_video']);
    });
  }
});
