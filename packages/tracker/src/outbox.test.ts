import { describe, expect, it, vi } from 'vitest';
import { fakeStorage } from '../testing/fake-page.ts';
import { manyRanges, snapshotOf } from '../testing/snapshots.ts';
import { createOutbox, type OutboxPage, type OutboxRecord } from './outbox.ts';

const DAY_MS = 24 * 3_600_000;
const recordOf = (id: string, seq: number, given: Partial<OutboxRecord> = {}): OutboxRecord => ({
  url: 'https://db.test',
  savedAt: 100 * DAY_MS,
  opened: true,
  anonymousId: null,
  sub: null,
  strikes: 0,
  snapshot: snapshotOf(id, seq),
  ...given,
});
const pageOf = (localStorage = fakeStorage()) =>
  ({ localStorage, indexedDB: undefined, Date: { now: () => 100 * DAY_MS } }) as unknown as OutboxPage;
const idsOf = (records: readonly OutboxRecord[]) => records.map(({ snapshot }) => snapshot.sessionId);

/** Without IndexedDB; with it: outbox.browser.test.ts. */
describe('createOutbox on localStorage alone', () => {
  it('keeps the newest record of every session until that one is acknowledged', async () => {
    const outbox = createOutbox(pageOf(), vi.fn());
    outbox.put(recordOf('a', 1), false);
    outbox.put(recordOf('a', 2), false);
    outbox.remove('a', 1);
    expect(await outbox.load()).toEqual([recordOf('a', 2)]);
    outbox.remove('a', 2);
    expect(await outbox.load()).toEqual([]);
  });

  it('gives no session more than 8 kB', () => {
    const page = pageOf();
    const ranges = manyRanges(512);
    createOutbox(page, vi.fn()).put(recordOf('a', 1, { snapshot: snapshotOf('a', 1, { watched: ranges }) }), true);
    expect(JSON.stringify(page.localStorage).length).toBeLessThan(9_500);
    expect(Object.values<string>(page.localStorage)[0]?.length).toBeLessThanOrEqual(8_000);
  });

  it('keeps 50 sessions, for 7 days, the youngest', async () => {
    const outbox = createOutbox(pageOf(), vi.fn());
    outbox.put(recordOf('old', 1, { savedAt: 92 * DAY_MS }), false);
    for (let index = 0; index < 60; index += 1) {
      outbox.put(recordOf(`${index}`, 1, { savedAt: 99 * DAY_MS + index }), false);
    }
    const kept = idsOf(await outbox.load());
    expect(kept).toHaveLength(50);
    expect(kept).not.toContain('old');
    expect(kept).not.toContain('9');
    expect(idsOf(await outbox.load())).toEqual(kept);
  });

  it('says once that nothing can be stored', () => {
    const onUnavailable = vi.fn<(reason: unknown) => void>();
    const outbox = createOutbox(pageOf(fakeStorage(0)), onUnavailable);
    outbox.put(recordOf('a', 1), true);
    outbox.put(recordOf('a', 2), true);
    outbox.remove('a', 2);
    expect(onUnavailable).toHaveBeenCalledOnce();
  });

  it('survives foreign and broken items', async () => {
    const localStorage = fakeStorage();
    localStorage.setItem('chronos-outboxa', '{');
    localStorage.setItem('chronos-outboxb', '{}');
    localStorage.setItem('chronos-outboxd', JSON.stringify(recordOf('d', 1, { snapshot: { seq: 1 } as never })));
    localStorage.setItem('theme', 'dark');
    const outbox = createOutbox(pageOf(localStorage), vi.fn());
    outbox.put(recordOf('c', 1), false);
    expect(idsOf(await outbox.load())).toEqual(['c']);
    expect(Object.keys(localStorage).toSorted()).toEqual(['chronos-outboxc', 'theme']);
  });

  it('reads the one item it is asked to remove, whatever else this origin stores', () => {
    const localStorage = fakeStorage();
    const outbox = createOutbox(pageOf(localStorage), vi.fn());
    outbox.put(recordOf('a', 1), true);
    const read = vi.fn<() => string>();
    Object.defineProperty(localStorage, 'of the page', { get: read, enumerable: true });
    outbox.remove('a', 1);
    expect(Object.keys(localStorage)).toEqual(['of the page']);
    expect(read).not.toHaveBeenCalled();
  });
});
