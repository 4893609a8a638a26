import { expect } from '@esm-bundle/chai';
import { findLeftOff } from '@chronos-player/tracker/left-off';
import { CLOCK, mountPlayer, next, removePlayers, VIDEO_ID } from '../testing/player-fixture.ts';
import { describeSession, describeVideo, scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';
import { configure } from './configure.ts';

const BROWSER = '00000000-0000-4000-8000-00000000000b';

/** What the tracker left on the disk of this browser when a page ended without a network, so long ago. */
function leave(
  url: string,
  { agoMs, ...who }: { agoMs: number; sub: string | null; anonymousId: string | null },
): void {
  const sessionId = crypto.randomUUID();
  const snapshot = {
    ...{ sessionId, writeKey: '0'.repeat(32), videoId: VIDEO_ID, seq: 7, ageMs: 9_000, watchTimeMs: 9_000 },
    ...{ contentMs: 9_000, watched: [[0, 9_000]], rewatched: [], positionMs: 9_000, durationMs: 30_000 },
    ...{ counters: {}, context: { close_reason: 'page_end' } },
  };
  const record = { url, savedAt: Date.now() - agoMs, opened: true, strikes: 0, ...who, snapshot };
  localStorage.setItem(`chronos-outbox${sessionId}`, JSON.stringify(record));
}

function signIn(sub: string): void {
  const access_token = `e30.${btoa(JSON.stringify({ sub }))}.x`;
  configure({ client: { auth: { getSession: async () => ({ data: { session: { access_token } } }) } } });
}

describe('findPlayerVideo, of a visit the database was not told of', () => {
  let database: ScriptedDatabase;
  let withVideo: { videoId: string; supabaseUrl: string; supabaseKey: string };

  // What looks on the disk is there: how long it may take to come is not asked here.
  before(() => findLeftOff({ videoId: VIDEO_ID, supabaseUrl: '', identity: {} }));
  beforeEach(() => {
    localStorage.clear();
    database = scriptDatabase();
    withVideo = { videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key' };
    database.answer('update_watch_session', 'down');
  });
  afterEach(async () => {
    await removePlayers();
    configure({});
    database.restore();
    localStorage.clear();
  });

  for (const [what, told, begins] of [
    ['older', { resume_position_seconds: 3, resume_age_ms: 60_000 }, 9],
    ['newer', { resume_position_seconds: 20, resume_age_ms: 1_000 }, 20],
  ] as const) {
    it(`begins where the student was last, what the database knows being ${what}`, async () => {
      signIn('anna');
      leave(database.url, { agoMs: 30_000, sub: 'anna', anonymousId: null });
      database.answer('get_player_video', describeVideo(told));
      const player = mountPlayer(withVideo);
      await next(player, 'loadeddata');
      expect(player.currentTime).to.be.closeTo(begins, 0.1);
    });
  }

  it('is not misled by what somebody else left', async () => {
    signIn('bert');
    leave(database.url, { agoMs: 30_000, sub: 'anna', anonymousId: null });
    database.answer('get_player_video', describeVideo({ resume_position_seconds: 3, resume_age_ms: 60_000 }));
    const player = mountPlayer(withVideo);
    await next(player, 'loadeddata');
    expect(player.currentTime).to.be.closeTo(3, 0.1);
  });

  it('begins where an anonymous viewer was, and does not go back to what the first answer says', async () => {
    localStorage.setItem('chronos-anonymous-id', BROWSER);
    leave(database.url, { agoMs: 30_000, sub: null, anonymousId: BROWSER });
    database.answer('start_watch_session', describeSession({ resume_position_seconds: 3 }));
    const player = mountPlayer(withVideo);
    await next(player, 'chronos-sessionupdate');
    expect(player.currentTime).to.be.closeTo(9, 0.1);
  });

  it('is what counts also where the page names the file', async () => {
    localStorage.setItem('chronos-anonymous-id', BROWSER);
    leave(database.url, { agoMs: 30_000, sub: null, anonymousId: BROWSER });
    database.answer('start_watch_session', describeSession({ resume_position_seconds: 3 }));
    const player = mountPlayer({ src: CLOCK, ...withVideo });
    await next(player, 'seeked');
    expect(player.currentTime).to.be.closeTo(9, 0.1);
  });

  it('looks at no disk before consent', async () => {
    localStorage.setItem('chronos-anonymous-id', BROWSER);
    leave(database.url, { agoMs: 30_000, sub: null, anonymousId: BROWSER });
    const player = mountPlayer({ ...withVideo, consent: 'required' });
    await next(player, 'loadeddata');
    expect(player.currentTime).to.equal(0);
  });
});
