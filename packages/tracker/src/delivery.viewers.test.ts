import { createFakeClock } from '@chronos-player/media/testing';
import { describe, expect, it } from 'vitest';
import { fakeDatabase, type FakeDatabase } from '../testing/fake-database.ts';
import { fakePage, fakeStorage, pass } from '../testing/fake-page.ts';
import { joinTo, setUp } from '../testing/set-up-delivery.ts';
import { snapshotOf, tokenOf } from '../testing/snapshots.ts';
import { deliveryFor } from './delivery-for.ts';
import type { Identity } from './transport.ts';

/** Like the real one: null joined with a viewer is that viewer, and a student after somebody anonymous is refused. */
function bindViewers(database: FakeDatabase): Map<unknown, string> {
  const viewers = new Map<unknown, string>();
  database.reply = ({ args, headers }) => {
    const { p_session_id: id, p_anonymous_id: anonymousId } = args as Record<string, string>;
    const viewer = headers['authorization'] ?? anonymousId;
    if (viewer && viewers.has(id) && viewers.get(id) !== viewer) return 403;
    if (viewer) viewers.set(id, viewer);
    return 'ok';
  };
  return viewers;
}

describe('delivery: who watched', () => {
  it('is left open by another tab that sends a session whose own tab still waits for its token', async () => {
    const clock = createFakeClock();
    const storage = fakeStorage();
    const database = fakeDatabase(clock.now);
    const viewers = bindViewers(database);
    const [tabA, tabB] = [fakePage({ clock, storage }), fakePage({ clock, storage })];
    const deliveryB = deliveryFor(database.endpoint, tabB.page);
    let signIn: (identity: Identity) => void = () => {};
    const identity = () => new Promise<Identity>((resolve) => (signIn = resolve));
    const { onError, onAnswer } = joinTo(deliveryB, 'b', { identity, anonymousId: 'browser' });
    deliveryB.post(snapshotOf('b', 1));
    await pass(clock, 100);

    joinTo(deliveryFor(database.endpoint, tabA.page), 'a', { anonymousId: 'browser' });
    await pass(clock, 2_000);
    expect(database.requests).toMatchObject([{ rpc: 'start_watch_session', args: { p_session_id: 'b' } }]);

    signIn({ accessToken: tokenOf('anna') });
    await pass(clock, 2_000);
    expect(viewers.get('b')).toBe(`Bearer ${tokenOf('anna')}`);
    expect(onError).not.toHaveBeenCalled();
    expect(onAnswer).toHaveBeenCalledOnce();
  });

  it('is not guessed after a reload that came before the token', async () => {
    const { page, clock, delivery } = setUp();
    joinTo(delivery, 's', { identity: () => new Promise<Identity>(() => {}), anonymousId: 'browser' });
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 100);

    const next = setUp({ storage: page.localStorage });
    joinTo(next.delivery, 'new', { identity: () => ({ accessToken: tokenOf('anna') }) });
    await pass(next.clock, 1_000);
    const [replayed] = next.database.requests;
    expect(replayed).toMatchObject({ rpc: 'start_watch_session', args: { p_session_id: 's', p_anonymous_id: null } });
    expect(replayed?.headers['authorization']).toBeUndefined();
  });

  it('stays the student of a session whose token is gone, rather than this browser', async () => {
    const { page, clock, database, delivery } = setUp();
    database.reply = () => 'down';
    joinTo(delivery, 's', { identity: () => ({ accessToken: tokenOf('anna') }), anonymousId: 'browser' });
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 100);

    const next = setUp({ storage: page.localStorage });
    joinTo(next.delivery, 'new');
    await pass(next.clock, 1_000);
    expect(next.database.requests[0]?.args).toMatchObject({ p_session_id: 's', p_anonymous_id: null });
  });

  it('is this browser where nobody was signed in', async () => {
    const { page, clock, database, delivery } = setUp();
    database.reply = () => 'down';
    joinTo(delivery, 's', { anonymousId: 'browser' });
    delivery.post(snapshotOf('s', 1));
    await pass(clock, 100);

    const next = setUp({ storage: page.localStorage });
    joinTo(next.delivery, 'new', { identity: () => ({ accessToken: tokenOf('anna') }) });
    await pass(next.clock, 1_000);
    expect(next.database.requests[0]?.args).toMatchObject({ p_session_id: 's', p_anonymous_id: 'browser' });
  });
});

describe('delivery: a consent taken back', () => {
  it('sends and keeps nothing more of this visit or an earlier one, and forgets who this browser is', async () => {
    const { page, clock, database, delivery } = setUp();
    database.reply = () => 'down';
    joinTo(delivery, 'earlier');
    delivery.post(snapshotOf('earlier', 1));
    await pass(clock, 100);
    page.localStorage.setItem('chronos-anonymous-id', 'browser');

    const next = setUp({ storage: page.localStorage });
    joinTo(next.delivery, 's', { onLeave: () => snapshotOf('s', 3) });
    next.delivery.post(snapshotOf('s', 1));
    next.delivery.forget('s');
    await pass(next.clock, 100);
    const sent = next.database.requests.length;
    next.delivery.post(snapshotOf('s', 2));
    next.view.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: false }));
    await pass(next.clock, 60_000);
    expect(next.database.requests).toHaveLength(sent);
    expect(Object.keys(page.localStorage)).toEqual([]);
    expect(next.clock.pending).toBe(0);
  });

  it('silences its own player: the others of the page go on, as somebody nobody recognises', async () => {
    const { page, clock, database, delivery } = setUp();
    const [mine, others] = [joinTo(delivery, 'mine'), joinTo(delivery, 'other', { anonymousId: 'browser' })];
    delivery.post(snapshotOf('mine', 1));
    await pass(clock, 100);
    delivery.post(snapshotOf('other', 1));
    delivery.forget('mine');
    delivery.post(snapshotOf('mine', 2));
    delivery.keep(snapshotOf('other', 2));
    await pass(clock, 3_000);
    expect(mine.onAnswer).toHaveBeenCalledOnce();
    expect(others.onAnswer).toHaveBeenCalledOnce();
    expect(database.requests.slice(1)).toMatchObject([
      { rpc: 'start_watch_session', args: { p_session_id: 'other', p_anonymous_id: null } },
    ]);

    database.reply = () => 'down';
    delivery.post(snapshotOf('other', 3));
    await pass(clock, 100);
    delivery.forget('mine');
    await pass(clock, 100);
    expect(Object.keys(page.localStorage)).toEqual(['chronos-outboxother']);
    expect(JSON.stringify(page.localStorage)).not.toContain('browser');
  });

  it('also stops what was just being read from the disk', async () => {
    const { page, clock, database, delivery } = setUp();
    database.reply = () => 'down';
    joinTo(delivery, 'earlier');
    delivery.post(snapshotOf('earlier', 1));
    await pass(clock, 100);
    const next = setUp({ storage: page.localStorage });
    joinTo(next.delivery, 's');
    joinTo(next.delivery, 't');
    next.delivery.forget('s');
    await pass(next.clock, 5_000);
    expect(next.database.requests).toEqual([]);
    expect(Object.keys(page.localStorage)).toEqual([]);
  });

  it('is no concern of another database', async () => {
    const { page, clock, database, delivery } = setUp();
    database.reply = () => 'down';
    joinTo(delivery, 'earlier');
    delivery.post(snapshotOf('earlier', 1));
    await pass(clock, 100);
    deliveryFor(
      { ...database.endpoint, supabaseUrl: 'https://other.test' },
      fakePage({ clock, storage: page.localStorage }).page,
    ).forget();
    await pass(clock, 100);
    expect(Object.keys(page.localStorage)).toEqual(['chronos-outboxearlier']);
  });

  it('can be given again', async () => {
    const { clock, database, delivery } = setUp();
    joinTo(delivery, 's');
    delivery.forget('s');
    await pass(clock, 100);
    joinTo(delivery, 't');
    delivery.post(snapshotOf('t', 1));
    await pass(clock, 2_000);
    expect([...database.seqs.keys()]).toEqual(['t']);
  });
});
