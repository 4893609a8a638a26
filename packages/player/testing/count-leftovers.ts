/** What would outlive a player. */
export interface Leftovers {
  /** Types of the listeners on objects that outlive it. */
  readonly listeners: readonly string[];
  /** Timers that have neither run nor been cleared. */
  readonly timers: number;
}

type Call = (...args: never[]) => unknown;

/** Wraps listeners and timers of the page, and counts, until `stop()`, what is added and not taken away again. */
export function countLeftovers(): { readonly now: () => Leftovers; readonly stop: () => void } {
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const { setTimeout: delay, clearTimeout: clear, setInterval: repeat, clearInterval: cease } = window;
  const listeners: string[] = [];
  const timers = new Set<number>();
  const lasting = new Set<EventTarget>([window, document, document.documentElement, document.body]);
  const forget = (type: string): void => void listeners.splice(listeners.indexOf(type), 1);

  EventTarget.prototype.addEventListener = function add(type, listener, options) {
    const target = this ?? window;
    addEventListener.call(target, type, listener, options);
    if (!lasting.has(target)) return;
    listeners.push(type);
    const signal = typeof options === 'object' ? options?.signal : undefined;
    if (signal) addEventListener.call(signal, 'abort', () => forget(type));
  };
  EventTarget.prototype.removeEventListener = function remove(type, listener, options) {
    const target = this ?? window;
    removeEventListener.call(target, type, listener, options);
    if (lasting.has(target)) forget(type);
  };
  const startTimer = (callback: Call, ms?: number): number => {
    const id = delay(() => {
      timers.delete(id);
      callback();
    }, ms);
    timers.add(id);
    return id;
  };
  const startInterval = (callback: Call, ms: number): number => {
    const id = repeat(callback, ms);
    timers.add(id);
    return id;
  };
  const end = (id: number): void => {
    timers.delete(id);
    clear(id);
  };
  Object.assign(window, {
    setTimeout: startTimer,
    setInterval: startInterval,
    clearTimeout: end,
    clearInterval: end,
  });

  return {
    now: () => ({ listeners: [...listeners].toSorted(), timers: timers.size }),
    stop: () => {
      Object.assign(EventTarget.prototype, { addEventListener, removeEventListener });
      Object.assign(window, { setTimeout: delay, clearTimeout: clear, setInterval: repeat, clearInterval: cease });
    },
  };
}
