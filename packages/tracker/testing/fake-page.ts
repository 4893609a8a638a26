import { createFakeClock, type FakeClock } from '@chronos-player/media/testing';
import type { DeliveryPage } from '../src/delivery-for.ts';

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets time pass in small steps, and promises settle between them. */
export async function pass(clock: FakeClock, ms: number, stepMs = 50): Promise<void> {
  await settle();
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(Math.min(stepMs, ms - passed));
    await settle();
  }
}

/** What a page is made of. */
export interface FakePageOptions {
  readonly clock?: FakeClock;
  /** `null`: blocked. */
  readonly storage?: Storage | null;
  readonly random?: () => number;
  readonly locks?: Pick<LockManager, 'request'>;
  /** null: the viewer may be recognised by an anonymous id. Default `1`: not. */
  readonly doNotTrack?: '1' | null;
}

/** The page, and where to dispatch its events. */
export interface FakePage {
  readonly page: DeliveryPage;
  readonly view: EventTarget;
  readonly document: EventTarget & { hidden: boolean };
}

/** A page of one's own: its storage, its life, its dice. Without IndexedDB, which needs a browser. */
export function fakePage({
  clock = createFakeClock(),
  storage = fakeStorage(),
  random = () => 0.5,
  locks,
  doNotTrack = '1',
}: FakePageOptions = {}): FakePage {
  const view = new EventTarget();
  const document = Object.assign(new EventTarget(), { hidden: false });
  const page = {
    document,
    addEventListener: view.addEventListener.bind(view),
    navigator: { locks, doNotTrack },
    performance: { now: clock.now },
    Date: { now: clock.wall },
    Math: { random },
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    indexedDB: undefined,
    get localStorage() {
      if (!storage) throw new DOMException('Blocked', 'SecurityError');
      return storage;
    },
  };
  return { page: page as unknown as DeliveryPage, view, document };
}

/** Like the browser's: its items are its own enumerable properties. */
export function fakeStorage(maxChars: number = Infinity): Storage {
  const methods = {
    getItem(this: Record<string, string>, key: string) {
      return Object.hasOwn(this, key) ? this[key] : null;
    },
    setItem(this: Record<string, string>, key: string, value: string) {
      if (value.length > maxChars) throw new DOMException('Full', 'QuotaExceededError');
      this[key] = value;
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key];
    },
  };
  return Object.create(methods) as Storage;
}
