import { expect } from '@esm-bundle/chai';
import { ATTRIBUTES, type PlayerAttributes } from './attributes.ts';
import type { ChronosPlayer } from './chronos-player.ts';
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
import { describeSession, scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';

const OTHER_VIDEO_ID = '33333333-3333-4333-8333-333333333333';
const COURSE_ID = '44444444-4444-4444-8444-444444444444';
const POSTER = '/examples/clips/lesson-poster.webp';

describe('An attribute changed live', () => {
  let database: ScriptedDatabase;
  const { error } = console;
  beforeEach(() => {
    localStorage.clear();
    database = scriptDatabase();
    console.error = () => {};
  });
  afterEach(async () => {
    await removePlayers();
    database.restore();
    console.error = error;
  });

  const tracked = async (attributes: Partial<PlayerAttributes> = {}): Promise<ChronosPlayer> => {
    const backend = { videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key' };
    const player = mountPlayer({ src: CLOCK, ...backend, ...attributes });
    await until(() => player.session?.answer);
    return player;
  };
  const ready = async (attributes: Partial<PlayerAttributes> = {}): Promise<ChronosPlayer> => {
    const player = mountPlayer({ src: CLOCK, ...attributes });
    await next(player, 'loadeddata');
    return player;
  };
  const reasonOfEnd = async (player: ChronosPlayer): Promise<string> =>
    (await next(player, 'chronos-sessionend')).detail.reason;
  /** The context of the next session, which another video-id opens. */
  const nextContext = async (player: ChronosPlayer): Promise<Readonly<Record<string, unknown>>> => {
    player.videoId = OTHER_VIDEO_ID;
    await until(() => database.called('start_watch_session').length > 1);
    return database.called('start_watch_session').at(-1)?.body['p_context'] as Readonly<Record<string, unknown>>;
  };
  const context = (name: string, value: string, key: string) => async (): Promise<void> => {
    const player = await tracked();
    Object.assign(player, { [name]: value });
    await player.updateComplete;
    expect(database.called('end_watch_session').length, 'what is open stays as it was opened').to.equal(0);
    expect((await nextContext(player))[key]).to.equal(value);
  };
  const native = (name: 'loop' | 'controls' | 'autoplay') => async (): Promise<void> => {
    const player = await ready();
    for (const value of [true, false]) {
      player[name] = value;
      await player.updateComplete;
      expect(player.nativeVideo?.[name]).to.equal(value);
    }
  };

  /** Every attribute has its row; what it says is what the README promises. */
  const rows: { readonly [Name in keyof PlayerAttributes]: () => Promise<void> } = {
    src: async () => {
      const player = await tracked();
      const reason = reasonOfEnd(player);
      player.src = CLOCK_WEBM;
      expect(await reason).to.equal('source_change');
      await next(player, 'chronos-sessionstart');
      expect(player.currentSrc).to.contain('webm');
    },
    videoId: async () => {
      const player = await tracked();
      const reason = reasonOfEnd(player);
      player.videoId = OTHER_VIDEO_ID;
      expect(await reason).to.equal('source_change');
      await until(() => player.session?.answer);
      expect(database.calls.at(-1)?.body['p_video_id']).to.equal(OTHER_VIDEO_ID);
      expect(player.readyState, 'src still says what plays').to.be.above(1);
    },
    supabaseUrl: async () => {
      const player = await tracked();
      const other = scriptDatabase();
      player.supabaseUrl = other.url;
      await until(() => other.called('start_watch_session').length === 1);
      await until(() => database.called('end_watch_session').length === 1);
      expect(player.session).not.to.equal(null);
      other.restore();
    },
    supabaseKey: async () => {
      const player = await tracked();
      player.supabaseKey = 'other';
      await until(() => database.called('start_watch_session').length === 2);
      expect(database.called('start_watch_session').at(-1)?.headers.get('apikey')).to.equal('other');
    },
    courseId: context('courseId', COURSE_ID, 'course_id'),
    moduleId: context('moduleId', COURSE_ID, 'module_id'),
    referrerType: context('referrerType', 'search', 'referrer_type'),
    sessionStart: async () => {
      const player = await tracked();
      player.sessionStart = 'play';
      player.videoId = OTHER_VIDEO_ID;
      await next(player, 'chronos-sessionend');
      await task();
      expect(player.session, 'the next session waits').to.equal(null);
      void player.play();
      await next(player, 'chronos-sessionstart');
    },
    consent: async () => {
      const player = await tracked();
      const calls = database.calls.length;
      player.consent = 'required';
      await next(player, 'chronos-sessionend');
      await task();
      expect([player.session, database.calls.length]).to.deep.equal([null, calls]);
      player.consent = 'granted';
      await next(player, 'chronos-sessionstart');
    },
    resume: async () => {
      database.answer('start_watch_session', describeSession({ resume_position_seconds: 12 }));
      const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID, supabaseUrl: database.url, supabaseKey: 'key' });
      await next(player, 'chronos-sessionstart');
      player.resume = 'off';
      await next(player, 'chronos-sessionupdate');
      await task();
      expect(player.currentTime).to.equal(0);
    },
    startTime: async () => {
      const player = await ready();
      player.startTime = 8;
      await player.updateComplete;
      expect(player.currentTime, 'what is open stays where it is').to.equal(0);
      player.src = CLOCK_WEBM;
      await next(player, 'loadeddata');
      expect(player.currentTime).to.be.closeTo(8, 0.2);
    },
    poster: async () => {
      const [player, facade] = [await ready(), mountPlayer({ src: CLOCK, loading: 'click' })];
      for (const one of [player, facade]) one.poster = POSTER;
      await until(() => player.nativeVideo?.getAttribute('poster') === POSTER);
      await until(() => part(facade, 'poster')?.getAttribute('src') === POSTER);
    },
    loading: async () => {
      const player = mountPlayer({ src: CLOCK, loading: 'click' });
      await until(() => part(player, 'facade'));
      player.loading = 'eager';
      await next(player, 'loadeddata');
      player.loading = 'click';
      await player.updateComplete;
      expect(part(player, 'facade'), 'what is open stays open').to.equal(null);
    },
    exclusive: async () => {
      const [first, second] = [await ready(), await ready()];
      first.exclusive = 'off';
      await first.play();
      await second.play();
      expect(first.paused).to.equal(false);
      first.exclusive = 'on';
      const paused = next(first, 'pause');
      second.pause();
      await second.play();
      await paused;
    },
    seek: async () => {
      const player = await ready();
      player.seek = 'watched';
      const blocked = next(player, 'chronos-seekblocked');
      player.currentTime = 20;
      expect((await blocked).detail).to.deep.equal({ wanted: 20, allowed: 0 });
      await until(() => !player.seeking);
      player.seek = 'free';
      player.currentTime = 20;
      await next(player, 'seeked');
      expect(player.currentTime).to.equal(20);
    },
    maxRate: async () => {
      const player = await ready();
      player.playbackRate = 2;
      await next(player, 'ratechange');
      player.maxRate = 1.25;
      await player.updateComplete;
      expect(player.playbackRate).to.equal(1.25);
      player.maxRate = null;
      player.playbackRate = 3;
      await next(player, 'ratechange');
      expect(player.playbackRate).to.equal(3);
    },
    autoplay: native('autoplay'),
    loop: native('loop'),
    controls: native('controls'),
    defaultMuted: async () => {
      const player = await ready();
      for (const value of [false, true]) {
        player.defaultMuted = value;
        expect([player.muted, player.nativeVideo?.muted]).to.deep.equal([value, value]);
      }
    },
    preload: async () => {
      const player = await ready();
      player.preload = 'auto';
      await player.updateComplete;
      expect(player.nativeVideo?.preload).to.equal('auto');
    },
    playsInline: async () => {
      const player = await ready();
      for (const value of [true, false]) {
        player.playsInline = value;
        await player.updateComplete;
        expect(player.nativeVideo?.playsInline, 'it is always so').to.equal(true);
      }
    },
    debug: async () => {
      const player = await tracked();
      for (const value of [true, false]) {
        player.debug = value;
        await until(() => value === (part(player, 'debug') !== null));
      }
    },
    engine: async () => {
      const player = await ready();
      player.engine = 'mse';
      await player.updateComplete;
      expect([player.readyState > 1, player.error], 'for the next source').to.deep.equal([true, null]);
    },
    crossOrigin: async () => {
      const player = await ready();
      player.crossOrigin = 'anonymous';
      await player.updateComplete;
      expect(player.nativeVideo?.crossOrigin).to.equal('anonymous');
      player.src = CLOCK_WEBM;
      await next(player, 'loadeddata');
      expect(player.nativeVideo?.crossOrigin).to.equal('anonymous');
    },
  };

  for (const name of Object.keys(ATTRIBUTES) as (keyof PlayerAttributes)[]) {
    it(`does what it says: ${name}`, async () => {
      expect(rows[name], 'every attribute has its row here').to.be.a('function');
      await rows[name]();
    });
  }
});
