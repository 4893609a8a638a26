import { expect } from '@esm-bundle/chai';
import { manyRanges, snapshotOf } from '../testing/snapshots.ts';
import { createOutbox, type Outbox, type OutboxPage, type OutboxRecord } from './outbox.ts';

const recordOf = (id: string, seq: number, given: Partial<OutboxRecord> = {}): OutboxRecord => ({
  url: 'https://db.test',
  savedAt: Date.now(),
  opened: true,
  anonymousId: null,
  sub: null,
  strikes: 0,
  snapshot: snapshotOf(id, seq),
  ...given,
});
const seqsOf = async (outbox: Outbox) =>
  (await outbox.load()).map(({ snapshot }) => `${snapshot.sessionId}${snapshot.seq}`).toSorted();
const mirrored = () => Object.keys(localStorage).filter((key) => key.startsWith('chronos-outbox'));

function fail(reason: unknown): never {
  throw reason;
}

describe('createOutbox in a browser', () => {
  let outbox: Outbox;
  beforeEach(async () => {
    localStorage.clear();
    outbox = createOutbox(globalThis, fail);
    for (const { snapshot } of await outbox.load()) outbox.remove(snapshot.sessionId, Infinity);
  });

  it('keeps the newest snapshot of a session in IndexedDB, where another page finds it', async () => {
    outbox.put(recordOf('a', 1), false);
    outbox.put(recordOf('a', 2), false);
    outbox.put(recordOf('b', 1), false);
    expect(mirrored()).to.deep.equal([]);
    expect(await seqsOf(createOutbox(globalThis, fail))).to.deep.equal(['a2', 'b1']);
  });

  it('removes a record only when it is acknowledged', async () => {
    outbox.put(recordOf('a', 5), true);
    outbox.remove('a', 4);
    expect(await seqsOf(outbox)).to.deep.equal(['a5']);
    outbox.remove('a', 5);
    expect(await seqsOf(outbox)).to.deep.equal([]);
    expect(mirrored()).to.deep.equal([]);
  });

  it('mirrors an urgent record before it returns, small, and reads the whole one back', async () => {
    const ranges = manyRanges(512);
    outbox.put(recordOf('a', 5, { snapshot: snapshotOf('a', 5, { watched: ranges, rewatched: ranges }) }), true);
    expect(localStorage.getItem('chronos-outboxa')?.length).to.be.lessThan(8_000);
    const [record] = await outbox.load();
    expect(record?.snapshot.watched).to.deep.equal(ranges);
  });

  it('stores at once in localStorage what comes before the database is open', async () => {
    const fresh = createOutbox(globalThis, fail);
    fresh.put(recordOf('a', 1), false);
    expect(mirrored()).to.deep.equal(['chronos-outboxa']);
    expect(await seqsOf(fresh)).to.deep.equal(['a1']);
  });

  it('keeps a million characters, the youngest, however large the sessions are', async () => {
    const ranges = manyRanges(2_500);
    const records = Array.from({ length: 40 }, (_, index) =>
      recordOf(`${index}`, 1, {
        savedAt: Date.now() + index,
        snapshot: snapshotOf(`${index}`, 1, { watched: ranges }),
      }),
    );
    for (const record of records) outbox.put(record, false);
    const kept = await outbox.load();
    expect(JSON.stringify(kept).length).to.be.within(900_000, 1_000_100);
    expect(kept[0]?.snapshot.sessionId).to.equal('39');
    expect(await outbox.load()).to.have.length(kept.length);
  });

  it('lets a viewer clear his data, and stores again in what is left', async () => {
    await outbox.load();
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase('chronos-outbox');
      request.addEventListener('success', resolve);
      request.addEventListener('blocked', reject);
    });
    outbox.put(recordOf('a', 1), false);
    expect(mirrored()).to.deep.equal(['chronos-outboxa']);
  });

  it('says so once when the disk was taken away and nothing else is left', async () => {
    const reasons: unknown[] = [];
    const page = { indexedDB, Date } as unknown as OutboxPage;
    const blocked = createOutbox(page, (reason) => reasons.push(reason));
    await blocked.load();
    blocked.put(recordOf('a', 1), true);
    expect(reasons).to.deep.equal([]);
    await new Promise((resolve) => (indexedDB.deleteDatabase('chronos-outbox').onsuccess = resolve));
    blocked.put(recordOf('a', 2), false);
    blocked.put(recordOf('a', 3), true);
    expect(reasons).to.have.length(1);
  });

  it('clears away a record that is none', async () => {
    outbox.put(recordOf('a', 1, { snapshot: { sessionId: 'a', seq: 1 } as never }), false);
    outbox.put(recordOf('b', 1), false);
    expect(await seqsOf(outbox)).to.deep.equal(['b1']);
    expect(await seqsOf(createOutbox(globalThis, fail))).to.deep.equal(['b1']);
  });
});
