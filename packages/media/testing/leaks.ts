/** What code under test left running: counted by standing in for the platform's own functions. */
export interface LeakCount {
  /** Listeners still attached anywhere, timers still armed: one readable line each. Puts the platform back. */
  stop(options?: LeakOptions): string[];
}

/** What counts. */
export interface LeakOptions {
  /** Only what this workspace's own code left, not a vendor's library that it called. */
  readonly isOursOnly?: boolean;
}

type Listener = Parameters<EventTarget['addEventListener']>[1];

interface Attached {
  readonly target: EventTarget;
  readonly type: string;
  readonly listener: Listener;
  readonly signal: AbortSignal | undefined;
  /** Who asked for it. */
  readonly stack: string;
}

/** Begins to count; to be stopped in the same test, since every caller in the page is counted. */
export function countLeaks(): LeakCount {
  const listeners = countListeners();
  const intervals = countTimers('setInterval', 'clearInterval');
  return { stop: (options) => [...listeners.stop(options), ...intervals.stop(options)] };
}

function countListeners(): LeakCount {
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  let attached: Attached[] = [];
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const { once = false, signal } = typeof options === 'object' ? options : {};
    const one = { target: this, type, listener, signal, stack: readStack() };
    attached.push(one);
    addEventListener.call(this, type, listener, options);
    const forget = () => (attached = attached.filter((other) => other !== one));
    if (once) addEventListener.call(this, type, forget, { once });
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    attached = attached.filter((one) => one.target !== this || one.type !== type || one.listener !== listener);
    removeEventListener.call(this, type, listener, options);
  };
  return {
    stop({ isOursOnly = false } = {}) {
      Object.assign(EventTarget.prototype, { addEventListener, removeEventListener });
      const left = attached.filter(({ signal, stack }) => !signal?.aborted && (!isOursOnly || isOurs(stack)));
      return left.map(({ target, type }) => `a listener for ${type} on ${target.constructor.name}`);
    },
  };
}

function countTimers(set: 'setInterval', clear: 'clearInterval'): LeakCount {
  const original = { [set]: globalThis[set], [clear]: globalThis[clear] };
  const setOriginal: (...args: Parameters<typeof setInterval>) => unknown = globalThis[set].bind(globalThis);
  const clearOriginal: (id: never) => void = globalThis[clear].bind(globalThis);
  const armed = new Map<unknown, string>();
  const counting = {
    [set]: (...args: Parameters<typeof setInterval>) => {
      const id = setOriginal(...args);
      armed.set(id, readStack());
      return id;
    },
    [clear]: (id: never) => {
      armed.delete(id);
      clearOriginal(id);
    },
  };
  Object.assign(globalThis, counting);
  return {
    stop({ isOursOnly = false } = {}) {
      Object.assign(globalThis, original);
      const left = [...armed.values()].filter((stack) => !isOursOnly || isOurs(stack));
      return left.length === 0 ? [] : [`${left.length} from ${set}`];
    },
  };
}

function readStack(): string {
  return new Error('who asks').stack ?? '';
}

/** Is the nearest caller, this file left out, one of ours? */
function isOurs(stack: string): boolean {
  const callers = stack.split('\n').filter((line) => /https?:/.test(line) && !line.includes('/testing/leaks.ts'));
  return callers[0]?.includes('/packages/') ?? false;
}
