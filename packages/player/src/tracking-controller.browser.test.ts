import { expect } from '@esm-bundle/chai';
import type { ChronosPlayer } from './chronos-player.ts';
import { configure } from './configure.ts';
import {
  CLOCK,
  CLOCK_WEBM,
  mountPlayer,
  next,
  part,
  removePlayers,
  task,
  until,
  VIDEO_ID,
} from '../testing/player-fixture.ts';
import { describeVideo, scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';

const OTHER_VIDEO_ID = '33333333-3333-4333-8333-333333333333';

describe('TrackingController', () => {
  let database: ScriptedDatabase;
  let backend: { supabaseUrl: string; supabaseKey: string };
  let withVideo: typeof backend & { videoId: string };
  const ends = (): readonly unknown[] =>
    database.calls
      .map(({ body }) => (body['p_context'] as { close_reason?: string } | undefined)?.close_reason)
      .filter(Boolean);

  beforeEach(() => {
    localStorage.clear();
    database = scriptDatabase();
    backend = { supabaseUrl: database.url, supabaseKey: 'key' };
    withVideo = { videoId: VIDEO_ID, ...backend };
  });
  afterEach(async () => {
    await removePlayers();
    configure({});
    database.restore();
  });

  it('plays what the database names, with its poster and captions', async () => {
    database.answer(
      'get_player_video',
      describeVideo({
        poster: '/examples/clips/lesson-poster.webp',
        captions: [{ src: '/examples/clips/lesson.en.vtt', srclang: 'en', label: 'English' }],
      }),
    );
    const player = mountPlayer(withVideo);
    await next(player, 'loadeddata');
    expect(player.currentSrc).to.equal(new URL(CLOCK, location.href).href);
    expect(player.nativeVideo?.getAttribute('poster')).to.equal('/examples/clips/lesson-poster.webp');
    expect([player.textTracks.length, player.textTracks[0]?.label]).to.deep.equal([1, 'English']);
    const [call] = database.called('get_player_video');
    expect(call?.body).to.deep.equal({ p_video_id: VIDEO_ID });
    expect([call?.headers.get('apikey'), call?.headers.get('authorization')]).to.deep.equal(['key', null]);
  });

  it('asks as the signed-in viewer', async () => {
    const getSession = async (): Promise<{ data: { session: { access_token: string } } }> => ({
      data: { session: { access_token: 'jwt' } },
    });
    configure({ ...backend, client: { auth: { getSession } } });
    const player = mountPlayer({ videoId: VIDEO_ID });
    await next(player, 'loadeddata');
    expect(database.called('get_player_video')[0]?.headers.get('authorization')).to.equal('Bearer jwt');
  });

  it('begins when the page is configured late', async () => {
    const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID });
    await next(player, 'loadeddata');
    const started = next(player, 'chronos-sessionstart');
    configure(backend);
    const { detail } = await started;
    expect(player.session?.id).to.equal(detail.sessionId);
  });

  it('has the session its event announces', async () => {
    const player = mountPlayer({ src: CLOCK, ...withVideo });
    const known: boolean[] = [];
    player.addEventListener('chronos-sessionstart', ({ detail }) =>
      known.push(player.session?.id === detail.sessionId),
    );
    await next(player, 'chronos-sessionupdate');
    expect(known).to.deep.equal([true]);
  });

  it('tells the page of its session, bubbling and composed', async () => {
    const heard: string[] = [];
    const note = ({ type, composed }: Event): void => void heard.push(`${type} ${composed}`);
    for (const type of ['chronos-sessionstart', 'chronos-milestone']) document.addEventListener(type, note);
    const player = mountPlayer({ src: CLOCK, ...withVideo });
    await next(player, 'chronos-sessionupdate');
    expect(player.session?.id).to.equal(database.calls[0]?.body['p_session_id']);
    await player.play();
    const { detail } = await next(player, 'chronos-milestone');
    expect(detail).to.deep.equal({ kind: 'started' });
    expect(heard).to.deep.equal(['chronos-sessionstart true', 'chronos-milestone true']);
    expect(player.watch.time).to.be.greaterThan(0.2);
    for (const type of ['chronos-sessionstart', 'chronos-milestone']) document.removeEventListener(type, note);
  });

  it('misses nothing of what plays by itself', async () => {
    const player = mountPlayer({ src: CLOCK, ...withVideo, autoplay: true });
    await until(() => player.currentTime > 1);
    expect(player.currentTime - player.watch.content).to.be.below(0.3);
  });

  it('reads zero before anything is tracked', () => {
    const { watch, session } = mountPlayer({ src: CLOCK });
    expect([watch.time, watch.percent, watch.ranges.length, watch.completed, session]).to.deep.equal([
      0,
      null,
      0,
      false,
      null,
    ]);
  });

  it('does not ask the database what it is told by src', async () => {
    const player = mountPlayer({ src: CLOCK, ...withVideo });
    await next(player, 'chronos-sessionupdate');
    expect(database.called('get_player_video').length).to.equal(0);
  });

  describe('when the database is down', () => {
    it('plays src nevertheless, without a word to the viewer', async () => {
      for (const name of ['start_watch_session', 'update_watch_session', 'get_player_video']) {
        database.answer(name, 'down');
      }
      const player = mountPlayer({ src: CLOCK, ...withVideo });
      await player.play();
      await until(() => database.called('start_watch_session').length > 0);
      await until(() => player.currentTime > 0.5);
      expect([player.paused, part(player, 'error'), player.error]).to.deep.equal([false, null, null]);
    });

    it('reports what it refuses, once, and plays on', async () => {
      database.answer('start_watch_session', { code: 'PT403', message: 'not available' }, 403);
      const player = mountPlayer({ src: CLOCK, ...withVideo });
      const reported = next(player, 'chronos-error');
      await player.play();
      const { detail } = await reported;
      expect(detail.code).to.equal('tracking-refused');
      expect([player.paused, part(player, 'error')]).to.deep.equal([false, null]);
    });
  });

  it('plays untracked without a key, and says so', async () => {
    const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID });
    const { detail } = await next(player, 'chronos-error');
    expect(detail.code).to.equal('key-missing');
    await player.play();
    expect([database.calls.length, part(player, 'error')]).to.deep.equal([0, null]);
  });

  describe('a session', () => {
    const begin = async (): Promise<ChronosPlayer> => {
      const player = mountPlayer({ src: CLOCK, ...withVideo });
      await next(player, 'chronos-sessionupdate');
      await player.play();
      await until(() => player.watch.time > 0.3);
      return player;
    };

    it('ends when the element is removed', async () => {
      const player = await begin();
      const ended = next(player, 'chronos-sessionend');
      player.remove();
      expect((await ended).detail.reason).to.equal('removed');
      await until(() => ends().length > 0);
      expect(ends()).to.deep.equal(['removed']);
      expect(player.session).to.equal(null);
    });

    it('ends when src changes, and the next one begins', async () => {
      const player = await begin();
      const first = player.session?.id;
      const ended = next(player, 'chronos-sessionend');
      const started = next(player, 'chronos-sessionstart');
      player.src = CLOCK_WEBM;
      const { detail } = await ended;
      expect([detail.sessionId, detail.reason]).to.deep.equal([first, 'source_change']);
      expect((await started).detail.sessionId).not.to.equal(first);
    });

    it('ends when video-id changes, while the media plays on', async () => {
      const player = await begin();
      const native = player.nativeVideo;
      const started = next(player, 'chronos-sessionstart');
      player.videoId = OTHER_VIDEO_ID;
      await started;
      expect([player.nativeVideo === native, player.paused]).to.deep.equal([true, false]);
      await until(() => database.calls.some(({ body }) => body['p_video_id'] === OTHER_VIDEO_ID));
      expect(ends()).to.deep.equal(['source_change']);
    });

    it('goes on when the element is moved within one task', async () => {
      const player = await begin();
      const { session } = player;
      player.remove();
      document.body.append(player);
      await task();
      await task();
      expect([player.session?.id, ends()]).to.deep.equal([session?.id, []]);
    });
  });

  it('opens with the first playback where session-start is play', async () => {
    const player = mountPlayer({ src: CLOCK, ...withVideo, sessionStart: 'play' });
    await next(player, 'loadeddata');
    await task();
    expect(player.session).to.equal(null);
    const started = next(player, 'chronos-sessionstart');
    await player.play();
    await started;
  });
});
