import { expect } from '@esm-bundle/chai';
import type { PlayerAttributes } from './attributes.ts';
import type { ChronosPlayer } from './chronos-player.ts';
import {
  CLOCK,
  mountPlayer,
  next,
  parsePlayer,
  part,
  removePlayers,
  task,
  until,
  VIDEO_ID,
} from '../testing/player-fixture.ts';
import { describeSession, describeVideo, scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';

const YOUTUBE = 'https://youtu.be/aqz-KE-bpKQ';

/** What files do in other files of tests, where a vendor's embed plays. */
describe('ChronosPlayer, playing an embed,', () => {
  let database: ScriptedDatabase;
  beforeEach(() => {
    localStorage.clear();
    database = scriptDatabase();
  });
  afterEach(async () => {
    await removePlayers();
    database.restore();
  });

  const ready = async (attributes: Partial<PlayerAttributes> = {}): Promise<ChronosPlayer> => {
    const player = mountPlayer({ src: YOUTUBE, loading: 'eager', ...attributes });
    await until(() => player.readyState > 0);
    return player;
  };
  const backend = (): Partial<PlayerAttributes> => ({
    videoId: VIDEO_ID,
    supabaseUrl: database.url,
    supabaseKey: 'key',
  });

  it('takes turns with a file', async () => {
    const [embed, file] = [await ready(), mountPlayer({ src: CLOCK })];
    await file.play();
    const paused = next(file, 'pause');
    await embed.play();
    await paused;
    await file.play();
    await until(() => embed.paused);
    expect(file.paused).to.equal(false);
  });

  it('lets nobody skip ahead of what he has seen with seek="watched", nor seeks by itself', async () => {
    const player = await ready({ seek: 'watched' });
    const blocked: number[] = [];
    player.addEventListener('chronos-seekblocked', ({ detail }) => blocked.push(detail.wanted));
    await player.play();
    await until(() => player.currentTime > 2);
    expect(blocked).to.deep.equal([]);
    player.currentTime = 20;
    await until(() => blocked.length > 0);
    await until(() => !player.seeking && player.currentTime < 6);
    expect(blocked).to.deep.equal([20]);
  });

  it('plays no faster than max-rate', async () => {
    const player = await ready({ maxRate: 1.5 });
    await player.play();
    player.playbackRate = 2;
    await until(() => player.playbackRate === 1.5);
    player.maxRate = 1;
    await until(() => player.playbackRate === 1);
    expect(player.paused).to.equal(false);
  });

  it('begins where the address says, and pauses there once', async () => {
    const player = await ready({ src: `${YOUTUBE}#t=5,5.6` });
    expect(player.currentTime).to.equal(5);
    await player.play();
    await next(player, 'pause');
    expect(player.currentTime).to.be.closeTo(5.6, 0.5);
  });

  it('begins where the viewer left off, whatever says so', async () => {
    const saved = { src: YOUTUBE, source_type: 'youtube', resume_position_seconds: 12, duration_ms: 30_000 };
    database.answer('get_player_video', describeVideo(saved));
    const known = await ready({ ...backend(), src: '' });
    expect(known.currentTime).to.equal(12);
    database.answer('start_watch_session', describeSession({ resume_position_seconds: 9 }));
    const told = await ready(backend());
    await until(() => told.currentTime === 9);
    const places = database.called('start_watch_session').map(({ body }) => body['p_watch_time_ms']);
    expect(places, 'nothing watched, so no place is overwritten').to.deep.equal([0, 0]);
  });

  it('begins a finished video at the beginning', async () => {
    const saved = { src: YOUTUBE, source_type: 'youtube', resume_position_seconds: 12, completed: true };
    database.answer('get_player_video', describeVideo(saved));
    const player = await ready({ ...backend(), src: '' });
    await until(() => player.session?.answer);
    await task();
    expect(player.currentTime).to.equal(0);
  });

  it('opens its session with the first playback where session-start is play', async () => {
    const player = await ready({ ...backend(), sessionStart: 'play' });
    await task();
    expect([player.session, database.calls.length]).to.deep.equal([null, 0]);
    const started = next(player, 'chronos-sessionstart');
    await player.play();
    await started;
  });

  it('begins by itself with autoplay, facade or not, and in a loop when told so live', async () => {
    const player = parsePlayer(
      `<chronos-player src="${YOUTUBE}" autoplay="any" muted start-time="28.5"></chronos-player>`,
    );
    await next(player, 'playing');
    player.loop = true;
    await until(() => player.currentTime < 5 && !player.paused);
    expect([part(player, 'facade'), player.ended]).to.deep.equal([null, false]);
  });

  it('shows the vendor’s own controls, whatever the attributes of a file say', async () => {
    const player = await ready();
    const frame = player.shadowRoot?.querySelector('iframe');
    Object.assign(player, { controls: true, preload: 'none', crossOrigin: 'anonymous', playsInline: true });
    await player.updateComplete;
    await task();
    expect([player.shadowRoot?.querySelector('iframe') === frame, player.readyState > 0]).to.deep.equal([true, true]);
  });
});
