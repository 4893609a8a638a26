import { createFakeClock } from '@chronos-player/media/testing';
import { describe, expect, it } from 'vitest';
import { fakeStorage, pass } from '../testing/fake-page.ts';
import { joinTo, rpcs, setUp } from '../testing/set-up-delivery.ts';
import { snapshotOf, tokenOf } from '../testing/snapshots.ts';

describe('delivery: refusals', () => {
  it.each([400, 403, 404, 413])('drops a session that is answered %i, with one error', async (status) => {
    const { clock, database, delivery } = setUp();
    const { onError } = joinTo(delivery, 's');
    database.reply = () => status;
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 60_000);
    delivery.post(snapshotOf('s', 2));
    await pass(clock, 60_000);
    expect(database.requests).toHaveLength(1);
    expect(onError.mock.calls).toEqual([
      [{ code: 'refused', status, reason: `PT${status}`, message: 'no', hint: undefined }],
    ]);
  });

  it.each(['down', 408, 425, 429, 502, 503] as const)(
    'repeats what was answered %s until it is taken',
    async (reply) => {
      const { clock, database, delivery } = setUp();
      const { onError, onAnswer } = joinTo(delivery, 's');
      database.reply = () => (database.requests.length < 6 ? reply : 'ok');
      delivery.post(snapshotOf('s', 1));
      await pass(clock, 300_000, 500);
      expect(database.requests).toHaveLength(6);
      expect(onError).not.toHaveBeenCalled();
      expect(onAnswer).toHaveBeenCalledOnce();
    },
  );

  it('drops a message that is answered 500 three times, and tries again with the next', async () => {
    const { clock, database, delivery } = setUp();
    const { onError, onAnswer } = joinTo(delivery, 's');
    database.reply = () => (database.requests.length <= 3 ? 500 : 'ok');
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 120_000, 500);
    expect(database.requests).toHaveLength(3);
    expect(onError.mock.calls.map(([{ code, status }]) => [code, status])).toEqual([['failing', 500]]);
    delivery.post(snapshotOf('s', 2));
    await pass(clock, 2_000);
    expect(onAnswer).toHaveBeenCalledOnce();
  });

  it('takes a page that is not the database for no answer', async () => {
    const { clock, database, delivery } = setUp();
    const { onAnswer } = joinTo(delivery, 's');
    database.reply = () => (database.requests.length === 1 ? new Response('<h1>Sign in to the Wi-Fi</h1>') : 'ok');
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 10_000);
    expect(rpcs(database)).toEqual(['start_watch_session', 'start_watch_session']);
    expect(onAnswer).toHaveBeenCalledOnce();
  });

  it('waits as long as the server asks', async () => {
    const { clock, database, delivery } = setUp({ random: () => 0 });
    joinTo(delivery, 's');
    database.reply = () =>
      database.requests.length === 1
        ? Response.json({ message: 'later' }, { status: 503, headers: { 'retry-after': '30' } })
        : 'ok';
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 40_000);
    const [first, second] = database.requests;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBe(31_000);
  });

  it('never lets an exception of the page out', async () => {
    const { clock, database, delivery } = setUp();
    const boom = () => {
      throw new Error('boom');
    };
    delivery.join({ sessionId: 's', identity: () => ({}), onAnswer: boom, onError: boom, onLeave: boom });
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 1_000);
    database.reply = () => 400;
    delivery.post(snapshotOf('s', 2));
    await pass(clock, 2_000);
    expect(rpcs(database)).toEqual(['start_watch_session', 'update_watch_session']);
  });
});

describe('delivery: a server in trouble', () => {
  it('is left in peace by 1,000 clients: at most 8 tries a minute each, at most 10 % of the retries in any second', async () => {
    const clock = createFakeClock();
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const clients = Array.from({ length: 1_000 }, () => setUp({ clock, random }));
    for (const [index, { database, delivery }] of clients.entries()) {
      database.reply = () => (clock.now() < 60_000 ? 503 : 'ok');
      joinTo(delivery, `s${index}`);
      delivery.post(snapshotOf(`s${index}`, 1));
    }
    await pass(clock, 60_000, 250);
    const tries = clients.map(({ database }) => database.requests.filter(({ atMs }) => atMs < 60_000));
    const retries = tries.flatMap((requests) => requests.slice(1));
    const perSecond = Array.from({ length: 60 }, () => 0);
    for (const { atMs } of retries) perSecond[Math.floor(atMs / 1_000)]! += 1;
    const busiest = Math.max(...perSecond);
    expect(Math.max(...tries.map(({ length }) => length))).toBeLessThanOrEqual(8);
    expect(busiest).toBeLessThanOrEqual(retries.length / 10);
    await pass(clock, 130_000, 500);
    expect(clients.filter(({ database }) => database.seqs.size === 1)).toHaveLength(1_000);
  }, 60_000);
});

describe('delivery: a page that never gets through', () => {
  it('owes 50 sessions at most, and gives up the oldest', async () => {
    const { page, clock, database, view, delivery } = setUp();
    database.reply = () => 'down';
    for (let index = 0; index < 60; index += 1) {
      joinTo(delivery, `s${index}`);
      delivery.post(snapshotOf(`s${index}`, 1, { closeReason: 'removed' }));
    }
    await pass(clock, 100);
    expect(Object.keys(page.localStorage)).toHaveLength(50);
    database.reply = () => 'ok';
    view.dispatchEvent(new Event('online'));
    await pass(clock, 60_000);
    expect([...database.seqs.keys()].toSorted()).toEqual(
      Array.from({ length: 50 }, (_, index) => `s${index + 10}`).toSorted(),
    );
  });

  it('gives up what earlier visits left before what is watched now, and says so', async () => {
    const { page, clock, database, delivery } = setUp();
    database.reply = () => 'down';
    for (let index = 0; index < 50; index += 1) {
      joinTo(delivery, `old${index}`);
      delivery.post(snapshotOf(`old${index}`, 1, { closeReason: 'removed' }));
      await pass(clock, 10);
    }

    const next = setUp({ clock, storage: page.localStorage });
    next.database.reply = () => 'down';
    const living = joinTo(next.delivery, 'living');
    next.delivery.post(snapshotOf('living', 1));
    await pass(clock, 100);
    const other = joinTo(next.delivery, 'other');
    next.database.reply = () => 'ok';
    next.delivery.post(snapshotOf('living', 2));
    next.delivery.post(snapshotOf('other', 1));
    next.view.dispatchEvent(new Event('online'));
    await pass(clock, 60_000);
    expect(living.onAnswer).toHaveBeenCalled();
    expect(living.onError).not.toHaveBeenCalled();
    expect(other.onError.mock.calls.map(([{ code }]) => code)).toEqual(['failing']);
    expect([...next.database.seqs.keys()]).toEqual(expect.arrayContaining(['living', 'other', 'old49']));
    expect(next.database.seqs.size).toBe(50);
  });
});

describe('delivery: what another tab left', () => {
  it('gives up of another tab only what it knew of it', async () => {
    const { page, clock, delivery } = setUp();
    joinTo(delivery, 's');
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 1_000);
    delivery.keep(snapshotOf('s', 4));
    const other = setUp({ clock, storage: page.localStorage });
    joinTo(other.delivery, 'new');
    other.database.reply = () =>
      new Promise<Response>((resolve) => {
        delivery.keep(snapshotOf('s', 5));
        resolve(Response.json({ message: 'no' }, { status: 400 }));
      });
    await pass(clock, 3_000);
    expect(other.database.requests).toMatchObject([{ args: { p_session_id: 's', p_seq: 4 } }]);
    expect(JSON.parse(page.localStorage['chronos-outboxs'] ?? '{}')).toMatchObject({ snapshot: { seq: 5 } });
  });
});

describe('delivery: a record on disk that is none', () => {
  it('stops nothing, and is cleared away', async () => {
    const storage = fakeStorage();
    const { context: _context, ...snapshot } = snapshotOf('bad', 1);
    storage.setItem(
      'chronos-outboxbad',
      JSON.stringify({ url: 'https://db.test', savedAt: 1e15, opened: true, anonymousId: null, strikes: 0, snapshot }),
    );
    const { clock, database, delivery } = setUp({ storage });
    const { onAnswer } = joinTo(delivery, 's');
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 3_000);
    delivery.post(snapshotOf('s', 2));
    await pass(clock, 3_000);
    expect(onAnswer).toHaveBeenCalledTimes(2);
    expect(rpcs(database)).toEqual(['start_watch_session', 'update_watch_session']);
    expect(Object.keys(storage)).toEqual([]);
  });
});

describe('delivery: an expired token', () => {
  it('is asked for anew, a few times, before a refused open is given up', async () => {
    const { clock, database, delivery } = setUp();
    let count = 0;
    const identity = () => ({ accessToken: tokenOf('anna') + (count += 1) });
    const { onAnswer } = joinTo(delivery, 's', { identity });
    database.reply = () => (database.requests.length === 1 ? 401 : 'ok');
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 10_000);
    expect(database.requests.map(({ headers }) => headers['authorization'])).toEqual([
      `Bearer ${tokenOf('anna')}1`,
      `Bearer ${tokenOf('anna')}2`,
    ]);
    expect(onAnswer).toHaveBeenCalledOnce();
  });

  it('of the course platform is asked for anew just so', async () => {
    const { clock, database, delivery } = setUp();
    let count = 0;
    const { onAnswer } = joinTo(delivery, 's', { identity: () => ({ viewerToken: `token${(count += 1)}` }) });
    database.reply = () => (database.requests.length === 1 ? 401 : 'ok');
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 10_000);
    expect(database.requests.map(({ args }) => args['p_viewer_token'])).toEqual(['token1', 'token2']);
    expect(onAnswer).toHaveBeenCalledOnce();
  });

  it('does not make a wrong key be tried again', async () => {
    const { clock, database, delivery } = setUp();
    const { onError } = joinTo(delivery, 's');
    database.reply = () => 401;
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 60_000);
    expect(database.requests).toHaveLength(1);
    expect(onError).toHaveBeenCalledOnce();
  });
});
