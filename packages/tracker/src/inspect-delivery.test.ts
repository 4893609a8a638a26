import { describe, expect, it } from 'vitest';
import { fakePage, fakeStorage, pass } from '../testing/fake-page.ts';
import { joinTo, setUp } from '../testing/set-up-delivery.ts';
import { snapshotOf } from '../testing/snapshots.ts';
import { inspectDelivery } from './inspect-delivery.ts';

describe('inspectDelivery', () => {
  it('says what waits, what is on its way, when the next try comes and what is on disk', async () => {
    const { clock, database, delivery, page } = setUp();
    let answer: ((response: Response) => void) | undefined;
    database.reply = () => new Promise((resolve) => (answer = resolve));
    joinTo(delivery, 'one');
    delivery.post(snapshotOf('one', 1));
    await pass(clock, 100);
    expect(await inspectDelivery(database.endpoint, page)).toMatchObject({ waiting: 0, isSending: true, onDisk: 1 });
    delivery.post(snapshotOf('one', 2));
    expect(await inspectDelivery(database.endpoint, page)).toMatchObject({ waiting: 1, isSending: true });
    answer!(Response.json({ message: 'busy' }, { status: 503 }));
    await pass(clock, 100);
    const failed = await inspectDelivery(database.endpoint, page);
    expect(failed).toMatchObject({ waiting: 1, isSending: false, onDisk: 1 });
    expect(failed?.waitMs).toBeGreaterThan(1_000);
    database.reply = () => 'ok';
    await pass(clock, 10_000);
    expect(await inspectDelivery(database.endpoint, page)).toEqual({
      waiting: 0,
      isSending: false,
      waitMs: 0,
      onDisk: 0,
    });
  });

  it('touches nothing where nothing was ever delivered', async () => {
    const storage = fakeStorage();
    const { page } = fakePage({ storage });
    expect(await inspectDelivery({ supabaseUrl: 'https://x.example', supabaseKey: 'k' }, page)).toBeNull();
    expect(Object.keys(storage)).toEqual([]);
  });
});
