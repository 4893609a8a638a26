import { describe, expect, it } from 'vitest';
import { fakeDatabase } from '../testing/fake-database.ts';
import { fakePage, pass } from '../testing/fake-page.ts';
import { joinTo, rpcs, setUp } from '../testing/set-up-delivery.ts';
import { manyRanges, snapshotOf, tokenOf } from '../testing/snapshots.ts';
import type { Delivery } from './delivery.ts';
import { deliveryFor } from './delivery-for.ts';

const bytesOf = (requests: readonly { args: object }[]) =>
  requests.reduce((sum, { args }) => sum + JSON.stringify(args).length, 0);

async function open(delivery: Delivery, ids: readonly string[], clock: Parameters<typeof pass>[0]) {
  for (const id of ids) delivery.post(snapshotOf(id, 1));
  await pass(clock, ids.length * 1_000);
}

describe('delivery: the end of a page', () => {
  it('goes out in the same task, by keepalive, to the URL and with the headers of the heartbeats', async () => {
    const { clock, database, view, document, delivery } = setUp();
    joinTo(delivery, 's', { onLeave: (isEnd) => snapshotOf('s', 9, isEnd ? { closeReason: 'page_end' } : {}) });
    await open(delivery, ['s'], clock);
    delivery.post(snapshotOf('s', 2));
    await pass(clock, 100);
    view.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: false }));

    document.hidden = true;
    document.dispatchEvent(new Event('visibilitychange'));

    const [, heartbeat, end, ...afterwards] = database.requests;
    expect(afterwards).toEqual([]);
    expect(end).toMatchObject({ rpc: 'update_watch_session', keepalive: true, headers: heartbeat?.headers });
    expect(end?.args).toMatchObject({ p_seq: 9, p_context: { close_reason: 'page_end' } });
    expect(heartbeat).toMatchObject({ rpc: 'update_watch_session', keepalive: false });
  });

  it('is one request for several sessions, with their whole news', async () => {
    const { clock, database, view, delivery } = setUp();
    for (const id of ['a', 'b']) {
      joinTo(delivery, id, { onLeave: () => snapshotOf(id, 9, { closeReason: 'page_end' }) });
    }
    await open(delivery, ['a', 'b'], clock);
    view.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: false }));
    expect(rpcs(database).slice(2)).toEqual(['update_watch_sessions']);
    expect(database.requests[2]?.snapshots).toHaveLength(2);
  });

  it('opens a session that was not acknowledged yet, from the token at hand', async () => {
    const { clock, database, delivery } = setUp();
    database.reply = () => 'down';
    joinTo(delivery, 's', { identity: () => ({ accessToken: tokenOf('anna') }) });
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 500);
    delivery.leave([snapshotOf('s', 2, { closeReason: 'page_end' })]);
    expect(database.requests[1]).toMatchObject({
      rpc: 'start_watch_session',
      keepalive: true,
      headers: { authorization: `Bearer ${tokenOf('anna')}` },
    });
  });

  it('is only a pause when the page is hidden or kept for the way back', async () => {
    const { clock, database, view, document, delivery } = setUp();
    const ends: boolean[] = [];
    joinTo(delivery, 's', { onLeave: (isEnd) => (ends.push(isEnd), snapshotOf('s', 1 + ends.length)) });
    await open(delivery, ['s'], clock);
    document.hidden = true;
    document.dispatchEvent(new Event('visibilitychange'));
    view.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }));
    expect(ends).toEqual([false, false]);
    await pass(clock, 2_000);
    expect(database.seqs.get('s')).toBe(3);
  });

  it('leaves a server in trouble alone when the page is only hidden', async () => {
    const { clock, database, delivery } = setUp();
    joinTo(delivery, 's');
    await open(delivery, ['s'], clock);
    database.reply = () => 503;
    delivery.post(snapshotOf('s', 2));
    await pass(clock, 500);
    delivery.leave([snapshotOf('s', 3)]);
    expect(database.requests).toHaveLength(2);
  });

  it('never carries more than 60 KiB, and what was cut follows in full when the page lives on', async () => {
    const { clock, database, delivery } = setUp();
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const id of ids) joinTo(delivery, id);
    await open(delivery, ids, clock);
    const ranges = manyRanges(512);
    const big = ids.map((id) => snapshotOf(id, 5, { watched: ranges, rewatched: ranges }));
    expect(bytesOf(big.map((snapshot) => ({ args: snapshot })))).toBeGreaterThan(100_000);
    delivery.leave(big);
    delivery.leave(big.map((one) => ({ ...one, seq: 6 })));
    const leaving = database.requests.filter(({ keepalive }) => keepalive);
    expect(leaving).toHaveLength(2);
    expect(leaving.every(({ snapshots }) => snapshots.length === ids.length)).toBe(true);
    expect(bytesOf(leaving)).toBeLessThanOrEqual(60 * 1024);

    await pass(clock, 5_000);
    const last = database.requests.at(-1);
    expect(last).toMatchObject({ rpc: 'update_watch_sessions', keepalive: false });
    expect(JSON.stringify(last?.args)).toContain('1533000');
    expect([...database.seqs.values()]).toEqual(ids.map(() => 6));
  });
});

describe('delivery: the next visit', () => {
  it('sends what was left behind, opened sessions in one batch, and clears the disk', async () => {
    const { page, clock, delivery, database } = setUp();
    for (const id of ['a', 'b', 'c']) joinTo(delivery, id);
    await open(delivery, ['a', 'b', 'c'], clock);
    database.reply = () => 'down';
    delivery.leave(['a', 'b', 'c'].map((id) => snapshotOf(id, 7, { closeReason: 'page_end' })));
    await pass(clock, 100);
    expect(Object.keys(page.localStorage)).toHaveLength(3);

    const next = setUp({ storage: page.localStorage });
    joinTo(next.delivery, 'd');
    await pass(next.clock, 1_000);
    expect(rpcs(next.database)).toEqual(['update_watch_sessions']);
    expect(next.database.requests[0]?.snapshots.map((one) => one['p_seq'])).toEqual([7, 7, 7]);
    expect(Object.keys(page.localStorage)).toEqual([]);
  });

  it.each([
    ['the same user', tokenOf('anna'), `Bearer ${tokenOf('anna')}`],
    ['another user', tokenOf('bert'), undefined],
    ['nobody', undefined, undefined],
  ])('opens what was not acknowledged, with a token only if the same user is back: %s', async (_, token, sent) => {
    const { page, clock, database, delivery } = setUp();
    database.reply = () => 'down';
    joinTo(delivery, 's', { identity: () => ({ accessToken: tokenOf('anna') }), anonymousId: 'a' });
    await pass(clock, 100);
    delivery.leave([snapshotOf('s', 4)]);
    await pass(clock, 100);
    expect(JSON.stringify(page.localStorage)).not.toContain(tokenOf('anna'));

    const next = setUp({ storage: page.localStorage });
    joinTo(next.delivery, 'new', { identity: () => (token ? { accessToken: token } : {}) });
    await pass(next.clock, 1_000);
    const p_anonymous_id = sent ? 'a' : null;
    expect(next.database.requests).toMatchObject([{ rpc: 'start_watch_session', args: { p_anonymous_id } }]);
    expect(next.database.requests[0]?.headers['authorization']).toBe(sent);
  });

  it('never gives a session that nobody was signed in for to whoever signs in later', async () => {
    const { page, clock, database, delivery } = setUp();
    database.reply = () => 'down';
    joinTo(delivery, 's');
    await pass(clock, 100);
    delivery.leave([snapshotOf('s', 4)]);
    const next = setUp({ storage: page.localStorage });
    joinTo(next.delivery, 'new', { identity: () => ({ accessToken: tokenOf('anna') }) });
    await pass(next.clock, 1_000);
    expect(next.database.requests[0]?.headers['authorization']).toBeUndefined();
  });

  it('sends each alone when one of them spoils the batch', async () => {
    const { page, clock, delivery, database } = setUp();
    const ids = ['a', 'bad', 'c'];
    for (const id of ids) joinTo(delivery, id);
    await open(delivery, ids, clock);
    database.reply = () => 'down';
    delivery.leave(ids.map((id) => snapshotOf(id, 7)));
    await pass(clock, 100);
    const next = setUp({ storage: page.localStorage });
    const { onError } = joinTo(next.delivery, 'd');
    next.database.reply = ({ snapshots }) => (snapshots.some((one) => one['p_session_id'] === 'bad') ? 400 : 'ok');
    await pass(next.clock, 30_000);
    expect([...next.database.seqs]).toEqual(
      expect.arrayContaining([
        ['a', 7],
        ['c', 7],
      ]),
    );
    expect(onError).toHaveBeenCalledOnce();
    expect(Object.keys(page.localStorage)).toEqual([]);
  });

  it('sends nothing to another database than it was meant for', async () => {
    const { page, clock, database, delivery } = setUp();
    database.reply = () => 'down';
    joinTo(delivery, 's');
    await pass(clock, 100);
    delivery.leave([snapshotOf('s', 4)]);
    const other = fakeDatabase();
    const next = fakePage({ storage: page.localStorage, clock });
    joinTo(deliveryFor({ ...other.endpoint, supabaseUrl: 'https://other.test' }, next.page), 'new');
    await pass(clock, 5_000);
    expect(other.requests).toEqual([]);
    expect(Object.keys(page.localStorage)).toHaveLength(1);
  });

  it('is left to another tab that is at it', async () => {
    const { page, clock, delivery, database } = setUp();
    database.reply = () => 'down';
    joinTo(delivery, 's');
    await pass(clock, 100);
    delivery.leave([snapshotOf('s', 4)]);
    const locks = {
      request: (_name: string, _options: unknown, callback: (lock: null) => unknown) => Promise.resolve(callback(null)),
    } as unknown as LockManager;
    const next = setUp({ storage: page.localStorage, locks });
    joinTo(next.delivery, 'new');
    await pass(next.clock, 5_000);
    expect(next.database.requests).toEqual([]);
  });

  it('lets go of the lock when a try fails and when the page leaves, for the back/forward cache', async () => {
    let isHeld = false;
    const locks = {
      request: async (_name: string, _options: unknown, callback: (lock: object) => Promise<void>) => {
        isHeld = true;
        await callback({});
        isHeld = false;
      },
    } as unknown as LockManager;
    const { clock, database, view, delivery } = setUp({ locks });
    joinTo(delivery, 's');
    database.reply = () => new Promise<Response>(() => {});
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 100);
    expect(isHeld).toBe(true);
    view.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }));
    await pass(clock, 100);
    expect(isHeld).toBe(false);
  });
});

describe('delivery without storage', () => {
  it('works from memory, and says so once', async () => {
    const { clock, database, delivery } = setUp({ storage: null });
    const { onError, onAnswer } = joinTo(delivery, 's');
    delivery.post(snapshotOf('s', 1));
    delivery.keep(snapshotOf('s', 2));
    await pass(clock, 2_000);
    delivery.leave([snapshotOf('s', 3)]);
    await pass(clock, 2_000);
    expect(onAnswer).toHaveBeenCalledTimes(2);
    expect(database.seqs.get('s')).toBe(3);
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['storage']);
  });
});
