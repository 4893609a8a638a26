import { describe, expect, it, vi } from 'vitest';
import { fakeDatabase } from '../testing/fake-database.ts';
import { fakePage, pass, settle } from '../testing/fake-page.ts';
import { joinTo, rpcs, setUp } from '../testing/set-up-delivery.ts';
import { snapshotOf, tokenOf } from '../testing/snapshots.ts';
import { deliveryFor } from './delivery-for.ts';
import type { Identity } from './transport.ts';

describe('delivery: a session', () => {
  it('is opened with the identity until it is acknowledged, then goes by its write key alone', async () => {
    const { clock, database, delivery } = setUp();
    const accessToken = tokenOf('anna');
    const { onAnswer } = joinTo(delivery, 's', { identity: () => ({ accessToken }), anonymousId: 'a' });
    database.reply = () => (database.requests.length === 1 ? 503 : 'ok');
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 10_000);
    delivery.post(snapshotOf('s', 2));
    await pass(clock, 2_000);
    delivery.post(snapshotOf('s', 3, { closeReason: 'removed' }));
    await pass(clock, 2_000);

    expect(rpcs(database)).toEqual([
      'start_watch_session',
      'start_watch_session',
      'update_watch_session',
      'end_watch_session',
    ]);
    expect(database.requests.map(({ headers }) => headers['authorization'])).toEqual([
      `Bearer ${accessToken}`,
      `Bearer ${accessToken}`,
      undefined,
      undefined,
    ]);
    expect(database.requests.map(({ args }) => args['p_anonymous_id'])).toEqual(['a', 'a', undefined, undefined]);
    expect(onAnswer).toHaveBeenCalledTimes(3);
  });

  it('is not opened before it is known who watches', async () => {
    const { clock, database, delivery } = setUp();
    let resolve: (identity: Identity) => void = () => {};
    joinTo(delivery, 's', { identity: () => new Promise<Identity>((done) => (resolve = done)) });
    delivery.post(snapshotOf('s', 1));
    delivery.leave([snapshotOf('s', 2)]);
    await pass(clock, 5_000);
    expect(database.requests).toEqual([]);
    resolve({ viewerToken: 'a.b.c' });
    await pass(clock, 1_000);
    expect(database.requests.map(({ args }) => [args['p_seq'], args['p_viewer_token']])).toEqual([[2, 'a.b.c']]);
  });

  it('asks an identity that failed again, and says so once', async () => {
    const { clock, database, delivery } = setUp();
    let isUp = false;
    const identity = vi.fn<() => { accessToken: string }>(() => {
      if (!isUp) throw new Error('no token');
      return { accessToken: tokenOf('anna') };
    });
    const { onError } = joinTo(delivery, 's', { identity });
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 25_000);
    expect(database.requests).toEqual([]);
    isUp = true;
    await pass(clock, 10_000);
    expect(database.requests[0]?.headers['authorization']).toBe(`Bearer ${tokenOf('anna')}`);
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['identity']);
  });

  it('keeps its first viewer when somebody else signs in before it is acknowledged', async () => {
    const { clock, database, delivery } = setUp();
    let accessToken = tokenOf('anna');
    joinTo(delivery, 's', { identity: () => ({ accessToken }) });
    database.reply = () => (database.requests.length === 1 ? 'down' : 'ok');
    delivery.post(snapshotOf('s', 1));
    await settle();
    accessToken = tokenOf('bert');
    await pass(clock, 10_000);
    expect(database.requests.map(({ headers }) => headers['authorization'])).toEqual([
      `Bearer ${tokenOf('anna')}`,
      undefined,
    ]);
  });
});

describe('delivery: the pace', () => {
  it('never sends two requests within a second, and the newest snapshot replaces a waiting one', async () => {
    const { clock, database, delivery } = setUp();
    joinTo(delivery, 's');
    for (let seq = 1; seq <= 30; seq += 1) {
      delivery.post(snapshotOf('s', seq));
      await pass(clock, 100);
    }
    await pass(clock, 2_000);
    const times = database.requests.map(({ atMs }) => atMs);
    expect(times.slice(1).every((atMs, index) => atMs - (times[index] ?? 0) >= 1_000)).toBe(true);
    expect(database.requests.map(({ args }) => args['p_seq'])).toEqual([1, 10, 20, 30]);
  });

  it('has one request under way at most', async () => {
    const { clock, database, delivery } = setUp();
    let answer: (response: Response) => void = () => {};
    joinTo(delivery, 's');
    database.reply = () => new Promise<Response>((resolve) => (answer = resolve));
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 3_000);
    delivery.post(snapshotOf('s', 2));
    await pass(clock, 7_000);
    expect(database.requests).toHaveLength(1);
    database.reply = () => 'ok';
    answer(Response.json({ session_id: 's', seq: 1 }));
    await pass(clock, 100);
    expect(rpcs(database)).toEqual(['start_watch_session', 'update_watch_session']);
  });

  it('sends several acknowledged sessions of a page in one request', async () => {
    const { clock, database, delivery } = setUp();
    joinTo(delivery, 'a');
    joinTo(delivery, 'b');
    delivery.post(snapshotOf('a', 1));
    delivery.post(snapshotOf('b', 1));
    await pass(clock, 3_000);
    const slow = delivery.flush();
    delivery.post(snapshotOf('a', 2));
    delivery.post(snapshotOf('b', 2));
    delivery.post(snapshotOf('a', 3));
    delivery.post(snapshotOf('b', 3));
    await pass(clock, 3_000);
    await slow;
    expect(rpcs(database)).toEqual([
      'start_watch_session',
      'start_watch_session',
      'update_watch_session',
      'update_watch_sessions',
    ]);
    expect(database.requests[3]?.snapshots.map((one) => one['p_session_id'])).toEqual(['b', 'a']);
  });

  it('after being offline needs no more than three requests in five seconds', async () => {
    const { clock, database, view, delivery } = setUp();
    joinTo(delivery, 's');
    for (let second = 0; second <= 100; second += 1) {
      database.reply = () => (second >= 20 && second < 80 ? 'down' : 'ok');
      if (second === 80) view.dispatchEvent(new Event('online'));
      if (second % 10 === 0) delivery.post(snapshotOf('s', second + 1));
      else delivery.keep(snapshotOf('s', second + 1));
      await pass(clock, 1_000);
    }
    const since = database.requests.filter(({ atMs }) => atMs >= 80_000 && atMs < 85_000);
    expect(since.length).toBeGreaterThan(0);
    expect(since.length).toBeLessThanOrEqual(3);
    expect(database.seqs.get('s')).toBe(101);
  });
});

describe('delivery: a page that comes to the front again', () => {
  it('sends at once what failed for want of a network', async () => {
    const { clock, database, document, delivery } = setUp({ random: () => 1 });
    joinTo(delivery, 's');
    database.reply = () => (database.requests.length <= 3 ? 'down' : 'ok');
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 20_000);
    const before = database.requests.length;
    document.dispatchEvent(new Event('visibilitychange'));
    await pass(clock, 1_000);
    expect(database.requests).toHaveLength(before + 1);
  });
});

describe('deliveryFor', () => {
  it('gives all players of a page the same delivery, and every endpoint its own', () => {
    const { page } = fakePage();
    const { endpoint } = fakeDatabase();
    expect(deliveryFor(endpoint, page)).toBe(deliveryFor({ ...endpoint }, page));
    expect(deliveryFor(endpoint, page)).not.toBe(deliveryFor({ ...endpoint, supabaseUrl: 'https://other.test' }, page));
    expect(deliveryFor(endpoint, page)).not.toBe(deliveryFor(endpoint, fakePage().page));
  });

  it('leaves no timer behind when everything is acknowledged', async () => {
    const { clock, delivery } = setUp();
    joinTo(delivery, 's');
    delivery.post(snapshotOf('s', 1, { closeReason: 'removed' }));
    await pass(clock, 2_000);
    await delivery.flush();
    expect(clock.pending).toBe(0);
  });
});
