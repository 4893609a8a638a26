import { withSteadyTime } from '../../src/steady-clock.ts';
import { Playhead } from './playhead.ts';
import type { Circumstances } from './viewing.ts';

/** What can come due, as places in one list. */
export const TICK = 0;
export const BEAT = 1;
export const MESSAGE = 2;
export const ARRIVE = 3;
export const START = 4;
export const END = 5;
export const NEWS = 6;
const CALL = 7;
const TIMERS = 8;
const BEAT_MS = 1_000;

/** Something that the page will be told. */
interface News {
  readonly atMs: number;
  readonly show: () => void;
  readonly events: readonly string[];
}

/** A timer that somebody on the page has set. */
interface Call {
  readonly run: () => void;
  readonly everyMs: number | null;
  atMs: number;
}

/**
 * A page with a player in it, on a hand-cranked clock, made for speed: an hour in milliseconds. What is true (the playhead)
 * and what the page is told are apart: the page of an embed hears of everything a little later.
 */
export abstract class SimulatedPage {
  readonly playhead: Playhead;
  readonly facts: Circumstances;
  /** Awake time: what the script's hour is made of. */
  awakeMs = 0;
  /** The tracker's look; answers whether it wants to be woken every second. */
  look: (event?: string) => boolean = () => false;
  /** When each timer is due. */
  protected readonly due: Float64Array = new Float64Array(TIMERS).fill(Infinity);
  /** The page's clocks, as a sleep and whoever sets them leave them. */
  readonly clock: { readonly now: () => number; readonly wall: () => number };
  readonly #news: News[] = [];
  readonly #calls = new Map<number, Call>();
  #lastCall = 0;
  readonly #steadyTime: () => number;
  #sleptMs = 0;
  #wallMs = 1e12;
  #random: number;
  #blockedUntilMs = 0;
  #hiddenEveryMs = 0;

  constructor(facts: Circumstances) {
    this.facts = facts;
    this.#random = facts.seed;
    this.playhead = new Playhead(facts);
    this.clock = { now: () => this.awakeMs + this.#sleptMs, wall: () => this.awakeMs + this.#wallMs };
    this.#steadyTime = withSteadyTime({ ...this.clock, every: () => () => {} }).now;
  }

  /** The tracker's time. */
  now(): number {
    return this.#steadyTime();
  }

  /** Lets awake time pass. */
  pass(ms: number): void {
    const { due } = this;
    const untilMs = this.awakeMs + ms;
    for (;;) {
      let next = untilMs;
      let timer = -1;
      for (let index = 0; index < TIMERS; index++) {
        const dueMs = due[index] ?? Infinity;
        if (dueMs >= next) continue;
        next = dueMs;
        timer = index;
      }
      this.playhead.pass(next - this.awakeMs);
      this.awakeMs = Math.max(this.awakeMs, next);
      if (timer < 0) return;
      due[timer] = Infinity;
      this.#fire(timer);
    }
  }

  sleep(ms: number, isMonotonic: boolean): void {
    if (isMonotonic) this.#sleptMs += ms;
    this.#wallMs += ms;
  }

  setWallBy(ms: number): void {
    this.#wallMs += ms;
  }

  /** The page's thread is busy for so long; what comes meanwhile is heard afterwards. */
  block(ms: number): void {
    this.#blockedUntilMs = this.awakeMs + ms;
    this.pass(ms);
  }

  /** `everyMs`: how often timers fire while the page is hidden. */
  hide(everyMs: number): void {
    this.#hiddenEveryMs = everyMs;
    this.playhead.isHidden = true;
    this.look();
  }

  /** The page is visible again; what was put off is due soon. */
  show(): void {
    this.#hiddenEveryMs = 0;
    this.playhead.isHidden = false;
    this.look();
    for (const timer of [TICK, BEAT, MESSAGE]) {
      const dueMs = this.due[timer] ?? Infinity;
      if (dueMs < Infinity) this.due[timer] = Math.min(dueMs, this.soon(BEAT_MS / 4));
    }
    for (const call of this.#calls.values()) {
      if (call.everyMs !== null) call.atMs = Math.min(call.atMs, this.soon(BEAT_MS / 4));
    }
    if (this.#calls.size > 0) this.#armCalls();
  }

  /** `setTimeout`, or `setInterval` where it is repeated. */
  setTimer(run: () => void, ms: number, { isRepeated = false }: { isRepeated?: boolean } = {}): number {
    this.#calls.set((this.#lastCall += 1), { run, everyMs: isRepeated ? ms : null, atMs: this.soon(ms) });
    this.#armCalls();
    return this.#lastCall;
  }

  clearTimer(id: number | undefined): void {
    if (id !== undefined && this.#calls.delete(id)) this.#armCalls();
  }

  /** Something that belongs to the player came due. */
  protected abstract happen(timer: number): void;

  /** The page is told: at once by a media element, by a message that takes its time otherwise. */
  protected tell(show: () => void, ...events: readonly string[]): void {
    const { kind, latencyMs } = this.facts;
    const atMs = Math.max(this.awakeMs + (kind === 'native' ? 0 : latencyMs), this.#blockedUntilMs);
    if (atMs > this.awakeMs || this.#news.length > 0) {
      // A media element's properties are true at once, even if nobody hears of it yet.
      if (kind === 'native') show();
      this.#news.push({ atMs, show: kind === 'native' ? () => {} : show, events });
      this.due[NEWS] = this.#news[0]?.atMs ?? Infinity;
      return;
    }
    show();
    for (const event of events) this.wake(event);
  }

  /** The tracker looks. */
  protected wake(event?: string): void {
    if (!this.look(event)) this.due[BEAT] = Infinity;
    else if (this.due[BEAT] === Infinity) this.due[BEAT] = this.soon(BEAT_MS);
  }

  /** When a timer that is set for `ms` fires. */
  protected soon(ms: number): number {
    const { lateMs } = this.facts;
    // Now and then very late, mostly hardly.
    return this.awakeMs + Math.max(ms, this.#hiddenEveryMs) + (lateMs > 0 ? lateMs * this.chance() ** 3 : 0);
  }

  /** 0 to 1, the same in every run. A linear congruential generator. */
  protected chance(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random / 2 ** 32;
  }

  #fire(timer: number): void {
    const isOfPage = timer === TICK || timer === BEAT || timer === CALL;
    if (isOfPage && this.awakeMs < this.#blockedUntilMs) this.due[timer] = this.#blockedUntilMs;
    else if (timer === BEAT) this.wake();
    else if (timer === NEWS) this.#announce();
    else if (timer === CALL) this.#call();
    else this.happen(timer);
  }

  #announce(): void {
    const news = this.#news.shift();
    this.due[NEWS] = this.#news[0]?.atMs ?? Infinity;
    news?.show();
    for (const event of news?.events ?? []) this.wake(event);
  }
  #call(): void {
    for (const [id, call] of this.#calls) {
      if (call.atMs > this.awakeMs) continue;
      if (call.everyMs === null) this.#calls.delete(id);
      else call.atMs = this.soon(call.everyMs);
      call.run();
    }
    this.#armCalls();
  }

  #armCalls(): void {
    this.due[CALL] = Math.min(Infinity, ...[...this.#calls.values()].map(({ atMs }) => atMs));
  }
}
