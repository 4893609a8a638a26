import { expect } from '@esm-bundle/chai';
import type { ChronosPlayer } from './chronos-player.ts';
import { CLOCK, mountPlayer, next, removePlayers, until, VIDEO_ID } from '../testing/player-fixture.ts';
import { scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';

describe('TrackingController and consent', () => {
  let database: ScriptedDatabase;
  let withVideo: { src: string; videoId: string; supabaseUrl: string; supabaseKey: string };
  const playOn = async (player: ChronosPlayer): Promise<void> => {
    const from = player.currentTime;
    await until(() => player.currentTime > from + 1.5);
  };

  beforeEach(() => {
    localStorage.clear();
    database = scriptDatabase();
    withVideo = { src: CLOCK, videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key' };
  });
  afterEach(async () => {
    await removePlayers();
    database.restore();
  });

  it('sends nothing before it is given, and counts from there on', async () => {
    const player = mountPlayer({ ...withVideo, consent: 'required' });
    await player.play();
    await until(() => player.currentTime > 0.5);
    expect(database.calls.length).to.equal(0);
    const started = next(player, 'chronos-sessionstart');
    player.consent = 'granted';
    await started;
    await until(() => player.watch.time > 0.3);
    expect(player.watch.ranges[0]?.[0]).to.be.at.least(0.5);
  });

  for (const withdrawn of ['required', ''] as const) {
    it(`tracks no more when it is withdrawn (${withdrawn || 'removed'}), and anew when it is given again`, async () => {
      const player = mountPlayer({ ...withVideo, consent: 'granted' });
      await next(player, 'chronos-sessionupdate');
      await player.play();
      await until(() => player.watch.time > 0.3);
      const first = player.session?.id;
      const said = database.calls.length;
      const ended = next(player, 'chronos-sessionend');
      if (withdrawn) player.consent = withdrawn;
      else player.removeAttribute('consent');
      expect((await ended).detail).to.deep.equal({ sessionId: first, reason: 'removed' });
      await playOn(player);
      expect([player.session, player.watch.time, player.paused]).to.deep.equal([null, 0, false]);
      expect(database.calls.length, 'not even a last word').to.equal(said);
      const started = next(player, 'chronos-sessionstart');
      player.consent = 'granted';
      expect((await started).detail.sessionId).not.to.equal(first);
    });
  }

  it('is not given by taking the question back', async () => {
    const player = mountPlayer({ ...withVideo, consent: 'required' });
    await player.play();
    player.removeAttribute('consent');
    await playOn(player);
    expect([player.session, database.calls.length]).to.deep.equal([null, 0]);
  });
});
