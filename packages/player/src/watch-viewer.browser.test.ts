import { expect } from '@esm-bundle/chai';
import type { ChronosPlayer } from './chronos-player.ts';
import { configure } from './configure.ts';
import { CLOCK, mountPlayer, next, removePlayers, task, until, VIDEO_ID } from '../testing/player-fixture.ts';
import { createToken, scriptClient } from '../testing/scripted-client.ts';
import { describeSession, scriptDatabase, type ScriptedDatabase } from '../testing/scripted-database.ts';

describe('watchViewer', () => {
  let database: ScriptedDatabase;
  let backend: { supabaseUrl: string; supabaseKey: string };
  const ends = (): readonly unknown[] =>
    database.calls
      .map(({ body }) => (body['p_context'] as { close_reason?: string } | undefined)?.close_reason)
      .filter(Boolean);
  /** Of every message that opened a session: who watches. */
  const viewers = (): readonly unknown[] =>
    database.called('start_watch_session').map(({ headers, body }) => {
      const token = (body['p_viewer_token'] as string | undefined) ?? headers.get('authorization');
      return token && JSON.parse(atob(token.split('.')[1]!)).sub;
    });
  const begin = async (): Promise<ChronosPlayer> => {
    const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID });
    await next(player, 'chronos-sessionupdate');
    await player.play();
    await until(() => player.watch.time > 0.3);
    return player;
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await task();
  };

  beforeEach(() => {
    localStorage.clear();
    database = scriptDatabase();
    backend = { supabaseUrl: database.url, supabaseKey: 'key' };
  });
  afterEach(async () => {
    await removePlayers();
    configure({});
    database.restore();
  });

  for (const [before, after] of [
    ['ann', 'ben'],
    ['ann', null],
    [null, 'ben'],
  ] as const) {
    it(`gives ${after ?? 'nobody'} a session of his own after ${before ?? 'nobody'}, while the media plays on`, async () => {
      const client = scriptClient(before);
      configure({ ...backend, client });
      const player = await begin();
      const first = player.session?.id;
      const ended = next(player, 'chronos-sessionend');
      const started = next(player, 'chronos-sessionstart');
      client.signIn(after);
      expect((await ended).detail).to.deep.equal({ sessionId: first, reason: 'viewer_change' });
      expect((await started).detail.sessionId).not.to.equal(first);
      await next(player, 'chronos-sessionupdate');
      await until(() => ends().length > 0);
      expect([ends(), viewers(), player.paused]).to.deep.equal([['viewer_change'], [before, after], false]);
    });
  }

  it('goes on when the same viewer gets a new token', async () => {
    const client = scriptClient('ann');
    configure({ ...backend, client });
    const player = await begin();
    const { session } = player;
    client.signIn('ann');
    configure({ ...backend, client });
    await settle();
    expect([player.session?.id, ends()]).to.deep.equal([session?.id, []]);
  });

  it('asks again when the page is configured with another client', async () => {
    configure({ ...backend, client: scriptClient('ann') });
    const player = await begin();
    const ended = next(player, 'chronos-sessionend');
    configure({ ...backend, client: scriptClient('ben') });
    expect((await ended).detail.reason).to.equal('viewer_change');
    await next(player, 'chronos-sessionupdate');
    expect(viewers()).to.deep.equal(['ann', 'ben']);
  });

  it('asks again when the page is configured with another server’s word', async () => {
    configure({ ...backend, viewerToken: () => createToken('ann') });
    const player = await begin();
    configure({ ...backend, viewerToken: () => createToken('ann') });
    await settle();
    expect(ends()).to.deep.equal([]);
    const ended = next(player, 'chronos-sessionend');
    configure({ ...backend, viewerToken: () => createToken('ben') });
    expect((await ended).detail.reason).to.equal('viewer_change');
    await next(player, 'chronos-sessionupdate');
    expect(viewers()).to.deep.equal(['ann', 'ben']);
  });

  it('asks for a token whenever one is needed, and for another where one has expired', async () => {
    let asked = 0;
    const viewerToken = (): string => {
      asked += 1;
      if (asked > 1) database.answer('start_watch_session', describeSession());
      return createToken('ann');
    };
    database.answer('start_watch_session', { code: 'PT401', message: 'viewer token expired' }, 401);
    configure({ ...backend, viewerToken });
    const player = mountPlayer({ src: CLOCK, videoId: VIDEO_ID });
    await next(player, 'chronos-sessionupdate');
    const tokens = database.called('start_watch_session').map(({ body }) => body['p_viewer_token']);
    expect([asked, tokens.length, new Set(tokens).size]).to.deep.equal([2, 2, 2]);
  });

  it('changes viewers as often as they change', async () => {
    const client = scriptClient('ann');
    configure({ ...backend, client });
    const player = await begin();
    for (const sub of ['ben', 'ann']) {
      client.signIn(sub);
      await next(player, 'chronos-sessionupdate');
    }
    expect(viewers()).to.deep.equal(['ann', 'ben', 'ann']);
  });

  it('listens once to a client, however many players there are, and not to one that was replaced', async () => {
    const client = scriptClient('ann');
    configure({ ...backend, client });
    await begin();
    await begin();
    configure({ ...backend, client });
    expect(client.listenerCount).to.equal(1);
    const other = scriptClient('ben');
    configure({ ...backend, client: other });
    expect([client.listenerCount, other.listenerCount]).to.deep.equal([0, 1]);
    configure({});
    expect(other.listenerCount).to.equal(0);
  });

  it('lets go with the element', async () => {
    const client = scriptClient('ann');
    configure({ ...backend, client });
    const player = await begin();
    player.remove();
    await until(() => ends().length > 0);
    client.signIn('ben');
    await settle();
    expect([ends(), viewers()]).to.deep.equal([['removed'], ['ann']]);
  });
});
