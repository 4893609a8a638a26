import type { MediaEventName } from './media.ts';
import type { MediaFailure } from './media-error.ts';

const HAVE_NOTHING = 0;
const HAVE_METADATA = 1;
const HAVE_CURRENT_DATA = 2;
const HAVE_ENOUGH_DATA = 4;
/** Nearer than this a position has arrived, and a standing playhead has not moved. */
const NEAR_SECONDS = 0.75;

/**
 * Where a media element would stand, and what it would say on the way: pure state, changed before the events that tell
 * of it. It knows no vendor, no clock and no page.
 */
export class EmbedState {
  readonly #tell: (...events: readonly MediaEventName[]) => void;
  paused = true;
  ended = false;
  readyState: number = HAVE_NOTHING;
  error: MediaFailure | null = null;
  /** Seconds; NaN while unknown. */
  duration: number = Number.NaN;
  /** The last known playhead, seconds. */
  time = 0;
  /** How much is loaded, from the beginning on: 0 to 1. */
  loaded = 0;
  /** Where a seek goes that has not arrived, seconds; while there is nothing yet, where to begin. */
  target: number | null;
  /** Where another seek went before that one replaced it, seconds: the vendor may pass by there yet. */
  abandoned: number | null = null;
  /** Does content advance? From `playing` to whatever interrupts it. */
  isAdvancing = false;

  /** @param tell dispatches events, in this order. */
  constructor(tell: (...events: readonly MediaEventName[]) => void, startTime: number) {
    this.#tell = tell;
    this.target = startTime || null;
    tell('loadstart');
  }

  get isReady(): boolean {
    return this.readyState > HAVE_NOTHING;
  }

  /** As `load()` has it, from the beginning. */
  restart(startTime: number): void {
    const events: MediaEventName[] = this.isReady || this.error ? ['abort', 'emptied'] : [];
    if (this.time > 0) events.push('timeupdate');
    this.reset();
    this.target = startTime || null;
    this.#tell(...events);
  }

  reset(): void {
    this.paused = true;
    this.ended = this.isAdvancing = false;
    this.error = this.target = this.abandoned = null;
    this.duration = Number.NaN;
    this.readyState = this.time = this.loaded = 0;
  }

  learnDuration(seconds: number): void {
    if (seconds === this.duration) return;
    this.duration = seconds;
    this.#tell('durationchange');
    if (!this.isReady) this.becomeReady();
  }

  /** Some vendors say how long it is only once it plays, and of a live stream never. */
  becomeReady(): void {
    this.readyState = HAVE_ENOUGH_DATA;
    this.#tell('loadedmetadata', 'loadeddata', 'canplay', 'canplaythrough');
  }

  /** Playing is wanted: by us, or by the viewer's press in the embed. */
  want(): void {
    if (!this.paused) return;
    this.paused = this.ended = false;
    this.#tell('play', ...(this.readyState === HAVE_METADATA ? (['waiting'] as const) : []));
  }

  advance(): void {
    if (this.isAdvancing || this.target !== null) return;
    const hadStalled = this.readyState < HAVE_ENOUGH_DATA;
    this.isAdvancing = true;
    this.readyState = HAVE_ENOUGH_DATA;
    this.#tell(...(hadStalled ? (['canplay', 'playing', 'canplaythrough'] as const) : (['playing'] as const)));
  }

  stall(): void {
    if (!this.isAdvancing) return;
    this.isAdvancing = false;
    this.readyState = HAVE_CURRENT_DATA;
    this.#tell('waiting');
  }

  halt(): void {
    if (this.paused) return;
    this.paused = true;
    this.isAdvancing = false;
    this.#tell('timeupdate', 'pause');
  }

  finish(): void {
    if (Number.isFinite(this.duration)) this.time = this.duration;
    this.ended = true;
    this.halt();
    this.#tell('ended');
  }

  leaveFor(target: number): void {
    // A seek bar that is dragged is one seek.
    if (this.target !== null && Math.abs(this.target - target) > 2 * NEAR_SECONDS) this.abandoned = this.target;
    this.target = target;
    if (!this.isReady) return;
    this.ended = this.isAdvancing = false;
    this.readyState = HAVE_METADATA;
    this.#tell('seeking', ...(this.paused ? [] : (['waiting'] as const)));
  }

  /** @param isPlaying does it play there already? */
  arrive(isPlaying: boolean): void {
    this.target = null;
    this.readyState = HAVE_ENOUGH_DATA;
    this.isAdvancing = isPlaying && !this.paused;
    const playing = this.isAdvancing ? (['playing'] as const) : [];
    this.#tell('timeupdate', 'seeked', 'canplay', ...playing, 'canplaythrough');
  }

  moveTo(seconds: number): void {
    // A vendor's last position is a frame short of the end.
    if (this.ended || this.isAstray(seconds)) return;
    const hasMoved = Math.abs(seconds - this.time) > (this.isAdvancing ? 0 : NEAR_SECONDS);
    this.time = seconds;
    if (hasMoved && this.target === null) this.#tell('timeupdate');
  }

  /** Is it a place where it only was because it was sent there and called back? */
  isAstray(seconds: number): boolean {
    return this.abandoned !== null && Math.abs(seconds - this.abandoned) < NEAR_SECONDS;
  }

  /** Whoever was given up has come after all. */
  recover(): void {
    this.error = null;
    this.#tell('emptied', 'loadstart');
  }

  /** Is the playhead where a seek went, or as far on as it may have played since? */
  isNear(target: number, playedSeconds: number): boolean {
    const beyond = this.paused ? 0 : playedSeconds;
    return this.time > target - NEAR_SECONDS && this.time < target + NEAR_SECONDS + beyond;
  }

  /** The first failure stays: what is found out later of a vendor that has failed is the same trouble. */
  fail(failure: MediaFailure): void {
    if (this.error) return;
    this.error = failure;
    this.isAdvancing = false;
    this.#tell('error');
  }
}
