// Imports nothing: end-to-end tests hand this file to a page as it is, before anything of ours is loaded.

/** What somebody asked of the platform and has not given back. */
export interface Leftovers {
  /** `click on Window`: attached, and neither removed, nor aborted, nor said once. */
  readonly listeners: readonly string[];
  /** Timers of either kind that have neither run nor been cleared. */
  readonly timers: number;
  /** Observers that still observe something. */
  readonly observers: number;
  /** Workers that have not been ended. */
  readonly workers: number;
}

/** What counts. */
export interface LeftoverOptions {
  /** Only what this workspace's own code asked for, not a vendor's library that it called. */
  readonly isOursOnly?: boolean;
  /** Of listeners only those on what outlives every player: what is on an element goes with the element. */
  readonly isLastingOnly?: boolean;
}

/** Counts from its making on, until it is stopped. */
export interface LeftoverCount {
  now(): Leftovers;
  /** Puts the platform back. */
  stop(): void;
}

/** Where this file was loaded from. */
const OWN_ADDRESS = import.meta.url;

export const NOTHING_LEFT: Leftovers = { listeners: [], timers: 0, observers: 0, workers: 0 };

/**
 * Counts what is left behind by standing in for the platform's own functions; to be stopped in the same test, since every
 * caller in the page is counted.
 */
export function countLeftovers({ isOursOnly = false, isLastingOnly = false }: LeftoverOptions = {}): LeftoverCount {
  const lasting = new Set<EventTarget>([window, document, document.documentElement, document.body]);
  const count = (): Tally => new Tally(isOursOnly);
  const [listeners, timers, observers, workers] = [count(), count(), count(), count()];
  const restore = [
    standInForListeners(listeners, (target) => !isLastingOnly || lasting.has(target)),
    standInForTimers(timers),
    standInForObservers(observers),
    standInForWorkers(workers),
  ];
  return {
    now: () => ({
      listeners: listeners.labels,
      timers: timers.labels.length,
      observers: observers.labels.length,
      workers: workers.labels.length,
    }),
    stop: () => restore.forEach((putBack) => putBack()),
  };
}

/** Things that are there, each by what it is known by. */
class Tally {
  readonly #isOursOnly: boolean;
  readonly #there = new Map<unknown, string>();

  constructor(isOursOnly: boolean) {
    this.#isOursOnly = isOursOnly;
  }

  get labels(): string[] {
    return [...this.#there.values()].toSorted();
  }

  add(key: unknown, label = ''): void {
    const [caller] = findCallers(new Error('Who asks?').stack ?? '');
    // What a browser's driver runs in the page has no address.
    if (caller && (!this.#isOursOnly || caller.includes('/packages/'))) this.#there.set(key, label);
  }

  delete(key: unknown): void {
    this.#there.delete(key);
  }
}

/** Who asks, the nearest first; this file left out, and what has no address. */
function findCallers(stack: string): string[] {
  return stack.split('\n').filter((line) => /https?:/.test(line) && !line.includes(OWN_ADDRESS));
}

type PutBack = () => void;
type Listener = Parameters<EventTarget['addEventListener']>[1];

function standInForListeners(tally: Tally, isCounted: (target: EventTarget) => boolean): PutBack {
  const { prototype } = EventTarget;
  const { addEventListener, removeEventListener } = prototype;
  /** What forgets a listener, by target and type. Not kept longer than the listener is: it would keep the listener. */
  const attached = new WeakMap<EventTarget, Map<string, Map<Listener, PutBack>>>();
  const forget = (target: EventTarget, type: string, listener: Listener): void =>
    attached.get(target)?.get(type)?.get(listener)?.();
  prototype.addEventListener = function add(type, listener, options) {
    // Called by its bare name it is the window's.
    const target = this ?? window;
    addEventListener.call(target, type, listener, options);
    const { once = false, signal } = typeof options === 'object' ? options : {};
    if (!isCounted(target) || signal?.aborted) return;
    // Attached twice it is attached once.
    forget(target, type, listener);
    const types = attached.get(target) ?? new Map<string, Map<Listener, PutBack>>();
    const listeners = types.get(type) ?? new Map<Listener, PutBack>();
    attached.set(target, types.set(type, listeners));
    const key = {};
    const forgetThis = (): void => {
      tally.delete(key);
      listeners.delete(listener);
    };
    listeners.set(listener, forgetThis);
    tally.add(key, `${type} on ${target.constructor.name}`);
    if (once) addEventListener.call(target, type, forgetThis, { once });
    if (signal) addEventListener.call(signal, 'abort', forgetThis, { once: true });
  };
  prototype.removeEventListener = function remove(type, listener, options) {
    const target = this ?? window;
    removeEventListener.call(target, type, listener, options);
    forget(target, type, listener);
  };
  return () => void Object.assign(prototype, { addEventListener, removeEventListener });
}

function standInForTimers(tally: Tally): PutBack {
  const { setTimeout: delay, setInterval: repeat, clearTimeout: clear } = window;
  const clearCounted = (id?: number): void => {
    tally.delete(id);
    clear(id);
  };
  const counting = {
    setTimeout(callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): number {
      const id = delay(() => {
        tally.delete(id);
        callback(...args);
      }, ms);
      tally.add(id);
      return id;
    },
    setInterval(callback: () => void, ms?: number, ...args: unknown[]): number {
      const id = repeat(callback, ms, ...args);
      tally.add(id);
      return id;
    },
    clearTimeout: clearCounted,
    clearInterval: clearCounted,
  };
  Object.assign(window, counting);
  return () =>
    void Object.assign(window, { setTimeout: delay, setInterval: repeat, clearTimeout: clear, clearInterval: clear });
}

interface ObserverPrototype {
  observe(...args: unknown[]): void;
  disconnect(): void;
}

function standInForObservers(tally: Tally): PutBack {
  const originals = [IntersectionObserver, ResizeObserver, MutationObserver].map(({ prototype }) => {
    const { observe, disconnect } = prototype as ObserverPrototype;
    const counting: ObserverPrototype & ThisType<ObserverPrototype> = {
      observe(...args) {
        tally.add(this);
        observe.apply(this, args);
      },
      disconnect() {
        tally.delete(this);
        disconnect.call(this);
      },
    };
    Object.assign(prototype, counting);
    return { prototype, functions: { observe, disconnect } };
  });
  return () => originals.forEach(({ prototype, functions }) => Object.assign(prototype, functions));
}

function standInForWorkers(tally: Tally): PutBack {
  const Original = Worker;
  window.Worker = class extends Original {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      tally.add(this);
    }

    override terminate(): void {
      tally.delete(this);
      super.terminate();
    }
  };
  return () => void (window.Worker = Original);
}
