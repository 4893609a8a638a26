import { attempt } from './attempt.ts';
import { fitSnapshots } from './fit-snapshots.ts';
import type { Snapshot } from './snapshot.ts';

/** All that is needed to send a session again on another visit. Tokens are never stored. */
export interface OutboxRecord {
  /** The database it is meant for. */
  readonly url: string;
  /** Wall clock, ms. */
  readonly savedAt: number;
  /** Some message of the session was acknowledged. */
  readonly opened: boolean;
  readonly anonymousId: string | null;
  /** Who watched: `sub` of the token that the identity answered first; `null`: nobody; absent: it has not answered yet. */
  readonly sub?: string | null;
  /** Answers in a row that a repetition is unlikely to change. */
  readonly strikes: number;
  readonly snapshot: Snapshot;
}

/** The latest unacknowledged snapshot of every session of this origin, on disk. Nothing here throws or rejects. */
export interface Outbox {
  /** Replaces the session's record; `now`: before this returns, for a page that ends. */
  put(record: OutboxRecord, now: boolean): void;
  /** Removes the session's record unless it is newer than `seq`. */
  remove(sessionId: string, seq: number): void;
  /** What is kept, oldest first; drops what is beyond the bounds. */
  load(): Promise<readonly OutboxRecord[]>;
}

/** The part of the global object it needs. */
export type OutboxPage = Pick<typeof globalThis, 'indexedDB' | 'localStorage'> & {
  readonly Date: Pick<typeof Date, 'now'>;
};

const NAME = 'chronos-outbox';
const MAX_AGE_MS = 7 * 24 * 3_600_000;
const MAX_SESSIONS = 50;
const MAX_BYTES = 1_000_000;
const MAX_MIRRORED_BYTES = 7_500;

/**
 * IndexedDB; localStorage mirrors the end of a page, and stands in where IndexedDB is missing, broken or not open yet.
 * `onUnavailable` is called once, when neither works.
 */
export function createOutbox(page: OutboxPage, onUnavailable: (reason: unknown) => void): Outbox {
  const disk = openDisk(page);
  let isReported = false;

  const mirror = (record: OutboxRecord) => {
    try {
      const [fitted] = fitSnapshots([record], MAX_MIRRORED_BYTES);
      page.localStorage.setItem(NAME + record.snapshot.sessionId, JSON.stringify(fitted));
    } catch (error) {
      // The mirror alone may fail: the disk is the better half.
      if (!disk.isOpen() && !isReported) {
        isReported = true;
        onUnavailable(error);
      }
    }
  };
  const remove = (sessionId: string, seq: number) => {
    const [record] = readMirror(page, NAME + sessionId);
    if (record && record.snapshot.seq <= seq) page.localStorage.removeItem(NAME + sessionId);
    disk.remove(sessionId, seq);
  };
  return {
    put: (record, isUrgent) => {
      disk.put(record, mirror);
      if (isUrgent) mirror(record);
    },
    remove,
    load: async () => {
      const newest = new Map<string, OutboxRecord>();
      for (const record of [...readMirror(page), ...(await disk.all())]) {
        const { sessionId, seq } = record.snapshot;
        if (seq >= (newest.get(sessionId)?.snapshot.seq ?? 0)) newest.set(sessionId, record);
      }
      let bytes = 0;
      const isKept = (record: OutboxRecord, index: number) => {
        bytes += JSON.stringify(record).length;
        const isYoung = record.savedAt > page.Date.now() - MAX_AGE_MS;
        const fits = isYoung && index < MAX_SESSIONS && bytes <= MAX_BYTES;
        if (!fits) remove(record.snapshot.sessionId, Infinity);
        return fits;
      };
      return [...newest.values()].toSorted((a, b) => b.savedAt - a.savedAt).filter(isKept);
    },
  };
}

/** The mirrored records whose key begins so; none where storage is blocked. */
function readMirror(page: OutboxPage, prefix = NAME): readonly OutboxRecord[] {
  const items = attempt(() => Object.entries<string>(page.localStorage)) ?? [];
  const records = items.map(([key, value]) => key.startsWith(prefix) && attempt(() => JSON.parse(value)));
  return records.filter((record) => record?.snapshot);
}

/** Records in IndexedDB. The handle is opened at once: a page that ends has no time for it. */
function openDisk({ indexedDB }: OutboxPage) {
  let database: IDBDatabase | undefined;
  const opening = new Promise<void>((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(NAME, { keyPath: ['snapshot.sessionId', 'snapshot.seq'] });
    request.onsuccess = () => {
      database = request.result;
      // Never in the way of a later version, or of a viewer who clears his data.
      database.onversionchange = () => request.result.close();
      resolve();
    };
    request.addEventListener('error', reject);
  }).catch(() => {});
  const openStore = () => (database as IDBDatabase).transaction(NAME, 'readwrite').objectStore(NAME);
  /** Replaces what is stored of a session up to `seq`. Throws where there is no database. */
  const replace = (sessionId: string, seq: number, record?: OutboxRecord) => {
    const store = openStore();
    store.delete(IDBKeyRange.bound([sessionId], [sessionId, seq]));
    if (record) store.put(record);
    // Nothing waits for a callback, and the last write of a page that ends would be lost without this.
    store.transaction.commit();
    return store.transaction;
  };
  return {
    isOpen: () => database !== undefined,
    put: (record: OutboxRecord, orElse: (record: OutboxRecord) => void) => {
      try {
        const { sessionId, seq } = record.snapshot;
        replace(sessionId, seq, record).addEventListener('abort', () => orElse(record));
      } catch {
        orElse(record);
      }
    },
    remove: (sessionId: string, seq: number) => attempt(() => replace(sessionId, seq)),
    all: async () => {
      await opening;
      return new Promise<readonly OutboxRecord[]>((resolve, reject) => {
        const request: IDBRequest<OutboxRecord[]> = openStore().getAll();
        request.onsuccess = () => resolve(request.result);
        request.addEventListener('error', reject);
      }).catch(() => []);
    },
  };
}
