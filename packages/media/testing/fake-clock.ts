/** Time that moves only when told. Three clocks, because the faults worth testing are those where they disagree. */
export interface FakeClock {
  /** Monotonic ms, as `performance.now()`. */
  now(): number;
  /** Wall ms, as `Date.now()`. */
  wall(): number;
  /** Ms during which the machine was awake: what timers and media run on. */
  awake(): number;
  /** Lets time pass: timers fire in order, each at its own moment. */
  advance(ms: number): void;
  /**
   * The machine sleeps: nothing fires, nothing plays, the wall clock goes on. `performance.now()` stands still on
   * Linux and macOS and runs on Windows: `monotonic: true` for the latter.
   */
  sleep(ms: number, options?: { readonly monotonic?: boolean }): void;
  /** Someone sets the clock: only `wall()` jumps; negative is back. */
  setWallBy(ms: number): void;
  /** Like the platform's; a due time already past fires with the next `advance`, `advance(0)` included. */
  setTimeout(callback: () => void, ms?: number): number;
  clearTimeout(id: number | undefined): void;
  /** Timers still waiting: 0 after a clean teardown. */
  readonly pending: number;
}

/** More timers than this in one `advance` is a timer that re-arms itself without letting time pass. */
const MAX_TIMERS_PER_ADVANCE = 10_000_000;

/**
 * A clock cranked by hand.
 *
 * @param options.wallMs where the wall clock starts; a date in 2026 unless said.
 * @example const clock = createFakeClock(); clock.setTimeout(beat, 10_000); clock.advance(10_000);
 */
export function createFakeClock({ wallMs = Date.UTC(2026, 0, 5, 9) }: { readonly wallMs?: number } = {}): FakeClock {
  const timers = new Map<number, { readonly due: number; readonly callback: () => void }>();
  let awakeMs = 0;
  let sleptMonotonicMs = 0;
  let wallOffsetMs = wallMs;
  let lastId = 0;

  const nextDue = (until: number): number | undefined => {
    let found: number | undefined;
    let soonest = until;
    // Equal moments fire in the order they were set: a Map keeps it, and only a strictly earlier one takes over.
    for (const [id, { due }] of timers) {
      if (due < soonest || (found === undefined && due <= until)) {
        found = id;
        soonest = due;
      }
    }
    return found;
  };

  return {
    now: () => awakeMs + sleptMonotonicMs,
    wall: () => awakeMs + wallOffsetMs,
    awake: () => awakeMs,
    advance(ms) {
      const until = awakeMs + ms;
      for (let fired = 0; fired < MAX_TIMERS_PER_ADVANCE; fired++) {
        const id = nextDue(until);
        if (id === undefined) {
          awakeMs = until;
          return;
        }
        const timer = timers.get(id);
        timers.delete(id);
        awakeMs = Math.max(awakeMs, timer?.due ?? awakeMs);
        timer?.callback();
      }
      throw new Error(`More than ${MAX_TIMERS_PER_ADVANCE} timers in one advance(${ms}).`);
    },
    sleep(ms, { monotonic = false } = {}) {
      wallOffsetMs += ms;
      if (monotonic) sleptMonotonicMs += ms;
    },
    setWallBy(ms) {
      wallOffsetMs += ms;
    },
    setTimeout(callback, ms = 0) {
      lastId += 1;
      timers.set(lastId, { due: awakeMs + Math.max(0, ms), callback });
      return lastId;
    },
    clearTimeout(id) {
      if (id !== undefined) timers.delete(id);
    },
    get pending() {
      return timers.size;
    },
  };
}
