import type { FakeClock } from './fake-clock.ts';

/** What a {@link FakeTimeline} tells. */
export interface FakeTimelineOptions {
  readonly clock: FakeClock;
  readonly durationSeconds: number;
  readonly polled: boolean;
  readonly tickMs: number;
  /** Time to say `timeupdate`. */
  readonly onTick: () => void;
  /** The playhead has reached the duration. */
  readonly onEnd: () => void;
}

/** Where a fake media's playhead is: a line through (awake ms, seconds) while it advances, and the timers along it. */
export class FakeTimeline {
  readonly #clock: FakeClock;
  readonly #polled: boolean;
  readonly #onTick: () => void;
  readonly #onEnd: () => void;
  #anchor = 0;
  #anchorMs = 0;
  #advancing = false;
  #ticking = false;
  #tickMs: number;
  #reading = 0;
  #tickTimer: number | undefined;
  #endTimer: number | undefined;
  /** Seconds; NaN unknown, Infinity live. */
  duration: number;
  /** Only to be changed while held. */
  rate = 1;

  constructor({ clock, durationSeconds, polled, tickMs, onTick, onEnd }: FakeTimelineOptions) {
    this.#clock = clock;
    this.#polled = polled;
    this.#tickMs = tickMs;
    this.#onTick = onTick;
    this.#onEnd = onEnd;
    this.duration = durationSeconds;
    if (polled) this.#poll();
  }

  /** Seconds, exact. */
  get position(): number {
    const moved = this.#advancing ? (this.rate * (this.#clock.awake() - this.#anchorMs)) / 1000 : 0;
    const position = this.#anchor + moved;
    return Number.isFinite(this.duration) ? Math.min(this.duration, position) : position;
  }

  /** Seconds, as an outsider sees it: the last poll's reading where it is polled. */
  get reading(): number {
    return this.#polled ? this.#reading : this.position;
  }

  get atEnd(): boolean {
    return this.position >= this.duration;
  }

  /** Ends the line where it is, so that rate, duration and place may change. */
  hold(): void {
    this.#anchor = this.position;
    this.#anchorMs = this.#clock.awake();
    this.#advancing = false;
  }

  /** Moves the playhead; only while held. */
  moveTo(seconds: number): void {
    this.#anchor = seconds;
  }

  /** Begins the next line. `ticking` alone: `timeupdate` although it stands still. */
  run({ advancing, ticking }: { readonly advancing: boolean; readonly ticking: boolean }): void {
    this.#advancing = advancing && !this.atEnd;
    this.#ticking = this.#advancing || ticking;
    this.#armEnd();
    if (!this.#polled) this.#armTick();
  }

  /** The poll that an ending brings with it. */
  readNow(): void {
    this.#reading = this.position;
  }

  tickEvery(ms: number): void {
    this.#tickMs = ms;
    this.#clearTick();
    if (this.#polled) this.#poll();
    else this.#armTick();
  }

  destroy(): void {
    this.#clearTick();
    this.#clock.clearTimeout(this.#endTimer);
  }

  #armEnd(): void {
    this.#clock.clearTimeout(this.#endTimer);
    this.#endTimer = undefined;
    if (!this.#advancing || !Number.isFinite(this.duration) || this.rate <= 0) return;
    const leftMs = ((this.duration - this.#anchor) / this.rate) * 1000;
    this.#endTimer = this.#clock.setTimeout(this.#onEnd, leftMs);
  }

  /** The rhythm survives changes of rate and place; it begins anew with playing. */
  #armTick(): void {
    if (!this.#ticking) return this.#clearTick();
    this.#tickTimer ??= this.#clock.setTimeout(() => {
      this.#tickTimer = undefined;
      this.#armTick();
      this.#onTick();
    }, this.#tickMs);
  }

  /** Asks for ever, as adapters do, and speaks when the place has changed. */
  #poll(): void {
    const changed = this.#reading !== this.position;
    this.#reading = this.position;
    this.#tickTimer = this.#clock.setTimeout(() => this.#poll(), this.#tickMs);
    if (changed || this.#ticking) this.#onTick();
  }

  #clearTick(): void {
    this.#clock.clearTimeout(this.#tickTimer);
    this.#tickTimer = undefined;
  }
}
