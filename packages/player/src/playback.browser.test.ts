import { expect } from '@esm-bundle/chai';
import {
  CLOCK,
  mountPlayer,
  next,
  panelText,
  part,
  removePlayers,
  task,
  until,
  VIDEO_ID,
} from '../testing/player-fixture.ts';
import { describeSession, describeVideo, scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';

describe('Playback', () => {
  let database: ScriptedDatabase;
  let withVideo: { videoId: string; supabaseUrl: string; supabaseKey: string };

  beforeEach(() => {
    database = scriptDatabase();
    withVideo = { videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key' };
  });
  afterEach(async () => {
    await removePlayers();
    database.restore();
  });

  it('forgets what was wrong when somebody mends the video inside', async () => {
    const player = mountPlayer({ src: '/nowhere.mp4' });
    await panelText(player);
    player.nativeVideo!.src = CLOCK;
    await next(player, 'loadeddata');
    await player.updateComplete;
    expect([player.error, part(player, 'error')]).to.deep.equal([null, null]);
  });

  const saved = { resume_position_seconds: 12, duration_ms: 30_000 };

  it('begins where a signed-in viewer left off, as the database says', async () => {
    database.answer('get_player_video', describeVideo(saved));
    const player = mountPlayer(withVideo);
    await next(player, 'loadeddata');
    expect(player.currentTime).to.be.closeTo(12, 0.1);
  });

  it('begins where an anonymous viewer left off, as the first answer says', async () => {
    database.answer('start_watch_session', describeSession({ resume_position_seconds: 12 }));
    const player = mountPlayer({ src: CLOCK, ...withVideo });
    await next(player, 'seeked');
    expect(player.currentTime).to.be.closeTo(12, 0.1);
    expect(database.calls[0]?.body['p_watch_time_ms'], 'nothing watched, so no place is overwritten').to.equal(0);
  });

  for (const [rule, properties] of [
    ['resume="off"', { resume: 'off' }],
    ['start-time', { startTime: 0 }],
  ] as const) {
    it(`does not resume with ${rule}`, async () => {
      database.answer('get_player_video', describeVideo(saved));
      const player = mountPlayer({ ...withVideo, ...properties });
      await next(player, 'loadeddata');
      expect(player.currentTime).to.equal(0);
    });
  }

  it('does not resume where the address has a time', async () => {
    database.answer('get_player_video', describeVideo({ ...saved, src: `${CLOCK}#t=3` }));
    const player = mountPlayer(withVideo);
    await next(player, 'loadeddata');
    expect(player.currentTime).to.be.closeTo(3, 0.1);
  });

  it('does not resume once the viewer has chosen a place', async () => {
    database.answer('start_watch_session', describeSession({ resume_position_seconds: 12 }));
    const player = mountPlayer({ src: CLOCK, ...withVideo });
    player.currentTime = 5;
    await next(player, 'chronos-sessionupdate');
    await task();
    await until(() => player.currentTime > 0);
    expect(player.currentTime).to.be.closeTo(5, 0.1);
  });

  it('does not resume once the viewer plays', async () => {
    database.answer('start_watch_session', describeSession({ resume_position_seconds: 12 }));
    const player = mountPlayer({ src: CLOCK, ...withVideo });
    void player.play();
    await next(player, 'chronos-sessionupdate');
    await until(() => player.currentTime > 0.2);
    expect(player.currentTime).to.be.below(3);
  });

  it('begins a finished video at the beginning', async () => {
    database.answer('get_player_video', describeVideo({ ...saved, completed: true }));
    const player = mountPlayer(withVideo);
    await next(player, 'loadeddata');
    expect(player.currentTime).to.equal(0);
  });
});
