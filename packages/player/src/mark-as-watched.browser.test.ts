import { expect } from '@esm-bundle/chai';
import { configure } from './configure.ts';
import { CLOCK, mountPlayer, next, removePlayers, VIDEO_ID } from '../testing/player-fixture.ts';
import { createToken, scriptClient } from '../testing/scripted-client.ts';
import { describeSession, scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';

describe('markAsWatched', () => {
  let database: ScriptedDatabase;
  const { error } = console;
  const code = (reason: { readonly code?: string }): string | undefined => reason.code;

  beforeEach(() => {
    localStorage.clear();
    database = scriptDatabase();
    database.answer('attest_video_watched', describeSession({ completed: true }));
    configure({ supabaseUrl: database.url, supabaseKey: 'key', client: scriptClient('ann') });
    console.error = () => {};
  });
  afterEach(async () => {
    await removePlayers();
    configure({});
    database.restore();
    console.error = error;
  });

  it('serves a page’s own button, whatever plays, and even before anything does', async () => {
    const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID, loading: 'click' });
    await player.updateComplete;
    const told = next(player, 'chronos-milestone');
    await player.markAsWatched();
    expect([(await told).detail, player.watch.completed]).to.deep.equal([{ kind: 'completed' }, true]);
    expect(database.calls.map(({ name }) => name)).to.deep.equal(['attest_video_watched']);
  });

  it('gives the word of whom the page’s own server names', async () => {
    configure({ supabaseUrl: database.url, supabaseKey: 'key', viewerToken: () => createToken('ben') });
    await mountPlayer({ videoId: VIDEO_ID, loading: 'click' }).markAsWatched();
    const [call] = database.called('attest_video_watched');
    expect(call?.body['p_viewer_token']).to.match(/^e30\./);
    expect(call?.headers.get('authorization')).to.equal(null);
  });

  for (const [expected, when, set] of [
    ['mark-refused', 'there is no video-id', { videoId: '' }],
    ['mark-refused', 'the viewer has not consented', { consent: 'required' }],
    ['mark-refused', 'there is no database', { supabaseUrl: '' }],
  ] as const) {
    it(`rejects ${expected} where ${when}, and sends nothing`, async () => {
      if ('supabaseUrl' in set) configure({ client: scriptClient('ann') });
      const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID, ...set });
      expect(await player.markAsWatched().catch(code)).to.equal(expected);
      expect(database.called('attest_video_watched').length).to.equal(0);
    });
  }

  it('rejects mark-anonymous where nobody is signed in', async () => {
    configure({ supabaseUrl: database.url, supabaseKey: 'key' });
    const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID });
    expect(await player.markAsWatched().catch(code)).to.equal('mark-anonymous');
    expect(database.called('attest_video_watched').length).to.equal(0);
  });

  for (const [expected, status, reason] of [
    ['mark-anonymous', 401, 'PT401'],
    ['mark-refused', 403, 'PT403'],
    ['mark-refused', 409, 'PT409'],
    ['mark-unsaved', 503, 'PGRST000'],
  ] as const) {
    it(`rejects ${expected} where the database answers ${reason}, and plays on`, async () => {
      database.answer('attest_video_watched', { code: reason, message: 'no' }, status);
      const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID });
      await player.play();
      const told = next(player, 'chronos-error');
      expect(await player.markAsWatched().catch(code)).to.equal(expected);
      expect((await told).detail.code).to.equal(expected);
      expect([player.paused, player.error, player.watch.completed]).to.deep.equal([false, null, false]);
    });
  }

  it('is forgotten with the video', async () => {
    const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID });
    await next(player, 'chronos-sessionupdate');
    await player.markAsWatched();
    expect(player.watch.completed).to.equal(true);
    player.videoId = '33333333-3333-4333-8333-333333333333';
    await next(player, 'chronos-sessionstart');
    expect(player.watch.completed).to.equal(false);
  });
});
