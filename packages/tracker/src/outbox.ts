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
  /** What is kept, newest first; drops what is beyond the bounds, and what is no record. */
  load(): Promise<readonly OutboxRecord[]>;
  /** Removes what is meant for that database, but for these sessions. */
  clear(url: string, but: Pick<ReadonlyMap<string, unknown>, 'has'>): Promise<void>;
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
export function createOutbox(page: OutboxPage, onUnavailable?: (reason: unknown) => void): Outbox {
  const disk = openDisk(page);
  const mirror = openMirror(page);
  let clears = 0;

  const mirrorInstead = (record: OutboxRecord) => {
    try {
      mirror.put(record);
    } catch (error) {
      onUnavailable?.(error);
      onUnavailable = undefined;
    }
  };
  const remove = (sessionId: string, seq: number) => {
    mirror.remove(sessionId, seq);
    disk.remove(sessionId, seq);
  };
  const load = async () => {
    const clearsBefore = clears;
    const stored = await disk.all();
    // The viewer's word counts for what was being read when he gave it.
    if (clears !== clearsBefore) return [];
    const broken = stored.filter((record) => !isRecord(record));
    for (const { snapshot } of broken) disk.remove(snapshot.sessionId, snapshot.seq);
    let bytes = 0;
    const isKept = (record: OutboxRecord, index: number) => {
      bytes += JSON.stringify(record).length;
      const fits = record.savedAt > page.Date.now() - MAX_AGE_MS && index < MAX_SESSIONS && bytes <= MAX_BYTES;
      if (!fits) remove(record.snapshot.sessionId, Infinity);
      return fits;
    };
    return newestOf([...mirror.all(), ...stored.filter(isRecord)]).filter(isKept);
  };
  return {
    put: (record, isUrgent) => {
      disk.put(record, () => mirrorInstead(record));
      // The mirror alone may fail: the disk is the better half.
      if (isUrgent) attempt(() => mirror.put(record));
    },
    remove,
    load,
    clear: async (url, but) => {
      clears += 1;
      for (const record of await load()) {
        const { sessionId } = record.snapshot;
        if (record.url === url && !but.has(sessionId)) remove(sessionId, Infinity);
      }
    },
  };
}

/** The newest of every session, the youngest session first. */
function newestOf(records: readonly OutboxRecord[]): readonly OutboxRecord[] {
  const bySeq = records.toSorted((a, b) => a.snapshot.seq - b.snapshot.seq);
  const newest = new Map(bySeq.map((record) => [record.snapshot.sessionId, record]));
  return [...newest.values()].toSorted((a, b) => b.savedAt - a.savedAt);
}

/** What is on disk may be another version's, or anybody's: every script of this origin can write there. */
function isRecord(record: OutboxRecord | undefined): record is OutboxRecord {
  const { sessionId, seq = -1, context } = record?.snapshot ?? {};
  return seq >= 0 && typeof sessionId === 'string' && Boolean(context);
}

/** Records in localStorage, small ones. */
function openMirror(page: OutboxPage) {
  /** None where storage is blocked. What is no record is cleared away. */
  const read = (key: string): OutboxRecord | undefined =>
    attempt(() => {
      const { localStorage } = page;
      const record = attempt(() => JSON.parse(localStorage.getItem(key) as string));
      if (isRecord(record)) return record;
      localStorage.removeItem(key);
    });
  return {
    /** Throws where there is no room. */
    put: (record: OutboxRecord) => {
      const [fitted] = fitSnapshots([record], MAX_MIRRORED_BYTES);
      page.localStorage.setItem(NAME + record.snapshot.sessionId, JSON.stringify(fitted));
    },
    remove: (sessionId: string, seq: number) => {
      const record = read(NAME + sessionId);
      if (record && record.snapshot.seq <= seq) page.localStorage.removeItem(NAME + sessionId);
    },
    all: () => {
      const keys = attempt(() => Object.keys(page.localStorage)) ?? [];
      return keys.flatMap((key) => (key.startsWith(NAME) && read(key)) || []);
    },
  };
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
      // Never in the way of a later version, or of a viewer who clears his data. Writing throws from then on.
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
    put: (record: OutboxRecord, orElse: () => void) => {
      try {
        const { sessionId, seq } = record.snapshot;
        replace(sessionId, seq, record).addEventListener('abort', orElse);
      } catch {
        orElse();
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
