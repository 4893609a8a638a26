import { describe, expect, it, vi } from 'vitest';
import { settle } from '../testing/fake-page.ts';
import { snapshotOf } from '../testing/snapshots.ts';
import type { Delivery, DeliverySession } from './delivery.ts';
import { createLateDelivery } from './late-delivery.ts';

const session = (): DeliverySession => ({
  sessionId: 's',
  identity: () => ({}),
  onAnswer: () => {},
  onError: vi.fn<DeliverySession['onError']>(),
});

function createSpy() {
  const calls: string[] = [];
  const delivery: Delivery = {
    join: ({ sessionId }) => void calls.push(`join ${sessionId}`),
    keep: ({ seq }) => void calls.push(`keep ${seq}`),
    post: ({ seq }) => void calls.push(`post ${seq}`),
    leave: (snapshots) => void calls.push(`leave ${snapshots.length}`),
    flush: () => Promise.resolve(),
    close: () => void calls.push('close'),
    forget: (sessionId) => void calls.push(`forget ${sessionId}`),
  };
  return { calls, delivery };
}

describe('createLateDelivery', () => {
  it('hands over the newest word of every session when the delivery arrives', async () => {
    const { calls, delivery } = createSpy();
    const late = createLateDelivery(() => Promise.resolve(delivery));
    late.join(session());
    late.post(snapshotOf('s', 1));
    late.keep(snapshotOf('s', 2));
    await late.flush();
    expect(calls).toEqual(['join s', 'post 2']);
  });

  it('steps aside from then on', async () => {
    const { calls, delivery } = createSpy();
    const late = createLateDelivery(() => Promise.resolve(delivery));
    await late.flush();
    late.join(session());
    late.post(snapshotOf('s', 1));
    late.keep(snapshotOf('s', 2));
    late.leave([]);
    late.close();
    expect(calls).toEqual(['join s', 'post 1', 'keep 2', 'leave 0', 'close']);
  });

  it('tells every session once when it cannot be loaded', async () => {
    const late = createLateDelivery(() => Promise.reject(new Error('offline')));
    const joined = session();
    late.join(joined);
    late.post(snapshotOf('s', 1));
    await late.flush();
    expect(joined.onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'missing' }));
  });

  it('tries again with the next message, and then hands over all there is', async () => {
    const { calls, delivery } = createSpy();
    let isUp = false;
    const late = createLateDelivery(() => (isUp ? Promise.resolve(delivery) : Promise.reject(new Error('offline'))));
    const joined = session();
    late.join(joined);
    late.post(snapshotOf('s', 1));
    await settle();
    late.keep(snapshotOf('s', 2));
    await settle();
    late.post(snapshotOf('s', 3));
    await settle();
    expect(joined.onError).toHaveBeenCalledOnce();
    isUp = true;
    late.post(snapshotOf('s', 4));
    await settle();
    expect(calls).toEqual(['join s', 'post 4']);
  });

  it('tries again when the network is back', async () => {
    const { calls, delivery } = createSpy();
    let isUp = false;
    const view = new EventTarget();
    const load = () => (isUp ? Promise.resolve(delivery) : Promise.reject(new Error('offline')));
    const late = createLateDelivery(load, view);
    late.join(session());
    late.post(snapshotOf('s', 1));
    await settle();
    isUp = true;
    view.dispatchEvent(new Event('online'));
    await settle();
    expect(calls).toEqual(['join s', 'post 1']);
  });

  it('tells a session that opens later, too, and nobody twice', async () => {
    const late = createLateDelivery(() => Promise.reject(new Error('offline')));
    const [first, second] = [session(), session()];
    late.join(first);
    late.post(snapshotOf('s', 1));
    await settle();
    late.join(second);
    late.post(snapshotOf('s', 2));
    await settle();
    expect(first.onError).toHaveBeenCalledOnce();
    expect(second.onError).toHaveBeenCalledOnce();
  });

  it('forgets what it remembered, and has the delivery forget', async () => {
    const { calls, delivery } = createSpy();
    const late = createLateDelivery(() => Promise.resolve(delivery));
    late.join(session());
    late.post(snapshotOf('s', 1));
    late.forget('s');
    await settle();
    expect(calls).toEqual(['forget s']);
  });
});
