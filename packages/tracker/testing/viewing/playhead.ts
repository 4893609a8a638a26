import { createTruth, type Truth } from './truth.ts';
import type { Circumstances } from './viewing.ts';

/** Content that must have advanced before pauses and stalls belong to the viewing. */
const STARTED_MS = 250;

/** Where a simulated player truly stands, and why, and what the time so far was: the truth. */
export class Playhead {
  readonly truth: Truth = createTruth();
  readonly #pace: number;
  positionMs = 0;
  durationMs: number;
  rate = 1;
  wantsToPlay = false;
  isStalled = false;
  /** From `playing` until something moves. */
  isStarting = false;
  isSeeking = false;
  isAd = false;
  isHidden = false;
  isMuted = false;
  isCaptioned = false;

  constructor({ durationMs, pace }: Circumstances) {
    this.durationMs = durationMs;
    this.#pace = pace;
  }

  get isAtEnd(): boolean {
    return this.positionMs >= this.durationMs;
  }

  get isAdvancing(): boolean {
    return this.#isHeldUpBy === null && !this.isAtEnd;
  }

  /** How long until the end is reached, if nothing happens. */
  get leftMs(): number {
    return this.#isHeldUpBy === null ? (this.durationMs - this.positionMs) / (this.rate * this.#pace) : Infinity;
  }

  get hasStarted(): boolean {
    return this.truth.contentMs >= STARTED_MS;
  }

  moveTo(positionMs: number): void {
    this.positionMs = Math.max(0, Math.min(positionMs, this.durationMs));
    this.truth.played.push([this.positionMs, this.positionMs]);
  }

  /** Lets awake time pass, nothing else happening in it. */
  pass(ms: number): void {
    if (ms <= 0) return;
    const { truth } = this;
    if (this.isAdvancing) {
      const moved = Math.min(ms * this.rate * this.#pace, this.durationMs - this.positionMs);
      this.positionMs += moved;
      truth.watchMs += ms;
      truth.contentMs += moved;
      if (truth.played.length === 0) truth.played.push([this.positionMs - moved, 0]);
      truth.played[truth.played.length - 1]![1] = this.positionMs;
      if (this.isHidden) truth.hiddenMs += ms;
      if (this.isMuted) truth.mutedMs += ms;
      if (this.isCaptioned) truth.captionMs += ms;
    } else if (this.isAd) truth.adMs += ms;
    else if (this.hasStarted && this.#isHeldUpBy === 'pause') truth.pausedMs += ms;
    else if (this.hasStarted && this.#isHeldUpBy === 'stall') truth.bufferingMs += ms;
  }

  get #isHeldUpBy(): 'seek' | 'pause' | 'stall' | 'start' | 'advertisement' | null {
    if (this.isAd) return 'advertisement';
    if (this.isSeeking) return 'seek';
    if (!this.wantsToPlay) return this.isAtEnd ? 'seek' : 'pause';
    if (this.isStalled) return 'stall';
    return this.isStarting ? 'start' : null;
  }
}
