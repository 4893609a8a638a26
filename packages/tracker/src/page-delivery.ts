import { forgetAnonymousId, readAnonymousId } from './anonymous-id.ts';
import { attempt } from './attempt.ts';
import { createBackoff, type Backoff } from './backoff.ts';
import { lastBatches, MAX_BATCH, nextBatch } from './batches.ts';
import type { Delivery, DeliverySession, DeliveryState } from './delivery.ts';
import type { DeliveryPage } from './delivery-for.ts';
import { identify, isLast, isWatched, leastMissed, mayRepeat, toRecord, type Entry, type Outgoing } from './entry.ts';
import { inOneTab } from './in-one-tab.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { watchPageLifecycle } from './page-lifecycle.ts';
import type { Answer, Snapshot } from './snapshot.ts';
import { toTrackingError, type TrackingError } from './tracking-error.ts';
import { createTransport, type Endpoint, type Send, type SendFailure, type SendResult } from './transport.ts';

/** Beyond it, somebody is given up. */
const MAX_SESSIONS = 50;
const ASK_AGAIN_MS = 10_000;

/** The rules of delivery; `delivery.ts` says what they promise. */
export class PageDelivery implements Delivery {
  readonly #url: string;
  readonly #page: DeliveryPage;
  readonly #send: Send;
  readonly #backoff: Backoff;
  readonly #outbox: Outbox;
  readonly #entries = new Map<string, Entry>();
  /** Who has something to send; first come, first served. */
  readonly #queue = new Set<Outgoing>();
  #latest: DeliverySession | undefined;
  #isSending = false;
  #batchSize = MAX_BATCH;
  #timer: unknown;
  #attached: AbortController | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor(endpoint: Endpoint, page: DeliveryPage) {
    this.#url = endpoint.supabaseUrl;
    this.#page = page;
    this.#send = createTransport(endpoint);
    this.#backoff = createBackoff(page);
    this.#outbox = createOutbox(page, (reason) => this.#report({ code: 'storage', message: String(reason) }));
  }

  get state(): DeliveryState {
    return { waiting: this.#queue.size, isSending: this.#isSending, waitMs: Math.max(0, this.#backoff.wait()) };
  }

  join(session: DeliverySession): void {
    const { sessionId, anonymousId = readAnonymousId(this.#page) } = session;
    this.#latest = session;
    const surplus = this.#entries.size >= MAX_SESSIONS && leastMissed(this.#entries.values());
    if (surplus) this.#giveUp(surplus, { code: 'failing', message: `More than ${MAX_SESSIONS} sessions wait.` });
    this.#add({ url: this.#url, sessionId, session, anonymousId, opened: false, strikes: 0, savedAt: 0 });
    if (!this.#attached) this.#attach();
  }

  keep(snapshot: Snapshot): void {
    this.#save(snapshot);
  }

  post(snapshot: Snapshot): void {
    const entry = this.#save(snapshot);
    if (entry) this.#queue.add(entry);
    this.#pump();
  }

  leave(snapshots: readonly Snapshot[]): void {
    const leaving = snapshots.flatMap((snapshot) => this.#save(snapshot, true) ?? []);
    for (const entry of leaving) this.#queue.add(entry);
    // A page that is only hidden may live on: then a server in trouble is not asked more often than agreed.
    if (this.#backoff.isPausing() && !snapshots.some(isLast)) return;
    for (const batch of lastBatches(leaving)) void this.#dispatch(batch, true);
  }

  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#pump();
    });
  }

  close(): void {
    this.#attached?.abort();
    this.#attached = undefined;
    this.#page.clearTimeout(this.#timer as never);
    this.#relax();
  }

  forget(sessionId?: string): void {
    forgetAnonymousId(this.#page);
    for (const entry of this.#entries.values()) {
      entry.anonymousId = null;
      if (!isWatched(entry) || entry.sessionId === sessionId) this.#giveUp(entry);
      else if (entry.snapshot) this.#save(entry.snapshot);
    }
    void this.#outbox.clear(this.#url, this.#entries);
    if (this.#entries.size === 0) this.close();
  }

  #attach(): void {
    const [view, { signal }] = [this.#page, (this.#attached = new AbortController())];
    const leave = (isEnd = false) => {
      const entries = [...this.#entries.values()];
      this.leave(entries.flatMap(({ session }) => attempt(() => session?.onLeave?.(isEnd)) ?? []));
      // A page that holds a lock cannot enter the back/forward cache.
      this.#relax();
    };
    const wake = () => {
      for (const { session } of this.#entries.values()) attempt(() => session?.onReturn?.());
      this.#backoff.wake();
      this.#replay();
    };
    const onPageEnd = ({ persisted }: { readonly persisted: boolean }) => {
      leave(!persisted);
      if (!persisted) this.close(); // Some browsers hide a page after they ended it: that is no news.
    };
    watchPageLifecycle({ view, signal, onHidden: leave, onPageEnd, onVisible: wake, onResume: wake, onOnline: wake });
    this.#replay();
  }

  /** Sends what waits, and what earlier visits left behind; of several tabs, one does. */
  #replay(): void {
    inOneTab(this.#page.navigator.locks, `chronos-outbox ${this.#url}`, async () => {
      // One of this page that is done with while the disk is being read is no leftover.
      const own = new Set(this.#entries.keys());
      for (const record of await this.#outbox.load()) {
        const { sessionId } = record.snapshot;
        const isNew = record.url === this.#url && !own.has(sessionId) && !this.#entries.has(sessionId);
        if (isNew && this.#entries.size < MAX_SESSIONS) this.#queue.add(this.#add({ ...record, sessionId }));
      }
      await this.flush();
    });
    this.#pump();
  }

  #add<Added extends Entry>(entry: Added): Added {
    this.#entries.set(entry.sessionId, entry);
    void this.#identify(entry);
    return entry;
  }

  #save(snapshot: Snapshot, isLeaving = false): Outgoing | undefined {
    const entry = this.#entries.get(snapshot.sessionId);
    if (!entry) return undefined;
    const saved = Object.assign(entry, { snapshot, savedAt: this.#page.Date.now() });
    this.#outbox.put(toRecord(saved), isLeaving);
    return saved;
  }

  #giveUp(entry: Entry, error?: TrackingError): void {
    this.#queue.delete(entry as Outgoing);
    this.#entries.delete(entry.sessionId);
    this.#outbox.remove(entry.sessionId, (!entry.session && entry.snapshot?.seq) || Infinity); // Its own tab may go on.
    if (error) this.#report(error, entry);
  }

  /** Asks who watches, ahead of every try to open, and lets the disk know. */
  async #identify(entry: Entry, isAgain = false): Promise<void> {
    if (entry.opened || !this.#entries.has(entry.sessionId)) return;
    entry.isStale = false;
    try {
      identify(entry, (await (entry.session ?? this.#latest)?.identity()) ?? {});
      if (entry.session && entry.snapshot && !entry.opened) this.#save(entry.snapshot);
      this.#pump();
    } catch (error) {
      if (!isAgain) this.#report({ code: 'identity', message: String(error) }, entry);
      this.#page.setTimeout(() => void this.#identify(entry, true), ASK_AGAIN_MS);
    }
  }

  #pump(): void {
    this.#page.clearTimeout(this.#timer as never);
    if (this.#isSending) return;
    if (this.#queue.size === 0) this.#relax();
    // Nothing is owed and nothing can come: nothing of ours stays behind.
    if (this.#entries.size === 0) this.close();
    const batch = nextBatch(this.#queue, this.#batchSize);
    const [first] = batch;
    if (!first) return;
    const wait = this.#backoff.wait();
    if (wait > 0) this.#timer = this.#page.setTimeout(() => this.#pump(), wait);
    else if (first.isStale) void this.#identify(first);
    else void this.#dispatch(batch);
  }

  async #dispatch(batch: readonly Outgoing[], keepalive = false): Promise<void> {
    this.#isSending ||= !keepalive;
    this.#backoff.started();
    const sent = batch.map((entry) => ({ ...entry }));
    // What was cut to fit is a copy: the whole goes on waiting.
    for (const entry of batch) this.#queue.delete(entry);
    let failure: SendFailure | undefined;
    try {
      failure = this.#settle(sent, await this.#send(sent, keepalive));
    } finally {
      // Whatever happens here, the next message is not held up.
      this.#isSending &&= keepalive;
      this.#backoff.settled(failure);
      if (failure) this.#relax();
      this.#pump();
    }
  }

  /** Takes note of what became of each. Returns why some have to be sent again. */
  #settle(sent: readonly Outgoing[], results: readonly SendResult[]): SendFailure | undefined {
    // One of a batch may spoil it for all: from now on each alone.
    const isSpoilt = sent.length > 1 && results.every((result) => !result.ok && !result.retry);
    if (isSpoilt) this.#batchSize = 1;
    let failure: SendFailure | undefined;
    for (const [index, { sessionId, snapshot }] of sent.entries()) {
      const entry = this.#entries.get(sessionId) as Outgoing | undefined;
      const result = results[index];
      if (!entry || !result) continue;
      if (result.ok) this.#acknowledge(entry, snapshot, result.answer);
      else if (isSpoilt || mayRepeat(entry, result)) {
        failure = result;
        this.#queue.add(entry);
        entry.isStale = !entry.opened;
      } else this.#drop(entry, snapshot, result);
    }
    return failure;
  }

  #acknowledge(entry: Outgoing, { seq, context }: Snapshot, answer: Answer): void {
    Object.assign(entry, { opened: true, strikes: 0 });
    if (entry.snapshot.seq <= seq) {
      this.#queue.delete(entry);
      if (!entry.session || context.close_reason) this.#entries.delete(entry.sessionId);
    }
    this.#outbox.remove(entry.sessionId, seq);
    attempt(() => entry.session?.onAnswer(answer));
  }

  #drop(entry: Outgoing, snapshot: Snapshot, failure: SendFailure): void {
    entry.strikes = 0;
    // A server that fails may do better with the next message of a living session; one that refuses will not.
    if (failure.status === 500 && isWatched(entry)) this.#outbox.remove(entry.sessionId, snapshot.seq);
    else this.#giveUp(entry);
    this.#report(toTrackingError(failure), entry);
  }

  #report(error: TrackingError, { session = this.#latest }: Partial<Entry> = {}): void {
    attempt(() => session?.onError(error));
  }

  /** Lets go of the lock, and of who waits for `flush`. */
  #relax(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
