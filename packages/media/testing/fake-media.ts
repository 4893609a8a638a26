import type { Media, MediaEventName } from '../src/media.ts';
import { createMediaError, type MediaErrorName, type MediaFailure } from '../src/media-error.ts';
import { createTimeRanges } from '../src/time-ranges.ts';
import type { FakeClock } from './fake-clock.ts';
import { FakeTimeline } from './fake-timeline.ts';

/** How a {@link FakeMedia} begins. */
export interface FakeMediaOptions {
  readonly clock: FakeClock;
  /** NaN: unknown until `setDuration`. Infinity: live. */
  readonly durationSeconds: number;
  /** false: nothing is loaded until `becomeReady()`. Default true. */
  readonly ready?: boolean;
  /**
   * As an embed's adapter sees it: `currentTime` is what the last poll read (up to {@link POLL_MS} old) and seeks are
   * not announced. Default false.
   */
  readonly polled?: boolean;
  /** How long a seek takes. Default 0: it is over when `seek` returns. */
  readonly seekMs?: number;
}

/** How often a visible page's media element says `timeupdate` (the standard allows 15 to 250 ms). */
export const TICK_MS = 250;
/** How often an embed's adapter asks for the position. */
export const POLL_MS = 250;

const HAVE_NOTHING = 0;
const HAVE_CURRENT_DATA = 2;
const HAVE_ENOUGH_DATA = 4;

/**
 * A media played by a script: platform events in the platform's order, state before event, on a clock cranked by hand.
 * Events are dispatched within the verb or `clock.advance` that causes them (the platform queues them as tasks).
 * Its log for the contract's script equals the golden log of a native `<video>`: that is a test.
 */
export class FakeMedia extends EventTarget implements Media {
  readonly #clock: FakeClock;
  readonly #timeline: FakeTimeline;
  readonly #polled: boolean;
  readonly #seekMs: number;
  readonly #pendingPlays: { resolve: () => void; reject: (reason: DOMException) => void }[] = [];
  #paused = true;
  #stalled = false;
  #seeking = false;
  #readyState = HAVE_NOTHING;
  #error: MediaFailure | null = null;
  #volume = 1;
  #muted = false;
  #ticksWhileFrozen = false;
  #seekTimer: number | undefined;
  #refusal: string | null = null;
  loop = false;

  constructor({ clock, durationSeconds, ready = true, polled = false, seekMs = 0 }: FakeMediaOptions) {
    super();
    this.#clock = clock;
    this.#polled = polled;
    this.#seekMs = seekMs;
    this.#readyState = ready ? HAVE_ENOUGH_DATA : HAVE_NOTHING;
    this.#timeline = new FakeTimeline({
      clock,
      durationSeconds,
      polled,
      tickMs: polled ? POLL_MS : TICK_MS,
      onTick: () => this.#say('timeupdate'),
      onEnd: () => this.#reachEnd(),
    });
  }

  // The media's own face.

  get currentTime(): number {
    return this.#timeline.reading;
  }
  set currentTime(seconds: number) {
    this.seek(seconds);
  }
  get duration(): number {
    return this.#readyState === HAVE_NOTHING ? NaN : this.#timeline.duration;
  }
  get paused(): boolean {
    return this.#paused;
  }
  get ended(): boolean {
    return !this.loop && this.#readyState > HAVE_NOTHING && this.#timeline.atEnd;
  }
  get seeking(): boolean {
    return this.#seeking && !this.#polled;
  }
  get readyState(): number {
    return this.#readyState;
  }
  get error(): MediaFailure | null {
    return this.#error;
  }
  get buffered(): TimeRanges {
    return createTimeRanges(this.duration > 0 ? [[0, this.duration]] : []);
  }
  get seekable(): TimeRanges {
    return this.buffered;
  }
  get playbackRate(): number {
    return this.#timeline.rate;
  }
  set playbackRate(rate: number) {
    if (rate === this.#timeline.rate) return;
    this.#change(() => (this.#timeline.rate = rate), 'ratechange');
  }
  get volume(): number {
    return this.#volume;
  }
  set volume(volume: number) {
    if (volume === this.#volume) return;
    this.#volume = volume;
    this.#say('volumechange');
  }
  get muted(): boolean {
    return this.#muted;
  }
  set muted(muted: boolean) {
    if (muted === this.#muted) return;
    this.#muted = muted;
    this.#say('volumechange');
  }

  play(): Promise<void> {
    if (this.#refusal) return Promise.reject(new DOMException('The script refuses to play.', this.#refusal));
    const promise = new Promise<void>((resolve, reject) => this.#pendingPlays.push({ resolve, reject }));
    // A refused or interrupted play() that nobody awaits is not the test's failure.
    promise.catch(() => {});
    if (this.ended) this.seek(0);
    if (this.#paused) {
      this.#change(() => (this.#paused = false), 'play');
      if (this.#readyState <= HAVE_CURRENT_DATA) this.#say('waiting');
    }
    if (this.#readyState > HAVE_CURRENT_DATA) this.#announcePlaying();
    return promise;
  }

  pause(): void {
    if (this.#paused) return;
    this.#change(() => (this.#paused = true), 'timeupdate', 'pause');
    this.#rejectPlays();
  }

  load(): void {
    const hadSomething = this.#readyState > HAVE_NOTHING;
    const wasElsewhere = this.position > 0;
    this.#rejectPlays();
    this.#change(() => {
      this.#readyState = HAVE_NOTHING;
      this.#error = null;
      this.#paused = true;
      this.#stalled = false;
      this.#seeking = false;
      this.#timeline.moveTo(0);
      this.#timeline.rate = 1;
    });
    this.#clock.clearTimeout(this.#seekTimer);
    if (hadSomething) this.#say('emptied');
    if (hadSomething && wasElsewhere) this.#say('timeupdate');
    this.#say('loadstart');
    this.becomeReady();
  }

  // What the script tells it.

  /** Where the playhead truly is, seconds: the truth to compare with, never stale. */
  get position(): number {
    return this.#timeline.position;
  }

  /** Everything has loaded. */
  becomeReady(): void {
    this.#change(() => (this.#readyState = HAVE_ENOUGH_DATA), 'durationchange', 'loadedmetadata', 'loadeddata');
    this.#say('canplay', 'canplaythrough');
    if (!this.#paused) this.#announcePlaying();
  }

  /** The viewer (or a setter) moves the playhead, seconds. */
  seek(to: number): void {
    const end = this.#timeline.duration;
    const target = Math.max(0, Number.isNaN(end) ? to : Math.min(to, end));
    if (this.#polled || this.#readyState === HAVE_NOTHING) return this.#change(() => this.#timeline.moveTo(target));
    this.#change(() => {
      this.#seeking = true;
      this.#timeline.moveTo(target);
    }, 'seeking');
    this.#clock.clearTimeout(this.#seekTimer);
    if (this.#seekMs === 0) this.#finishSeek();
    else this.#seekTimer = this.#clock.setTimeout(() => this.#finishSeek(), this.#seekMs);
  }

  /** The same as setting `playbackRate`. */
  setRate(rate: number): void {
    this.playbackRate = rate;
  }

  /**
   * Data runs out: the playhead stands still although nobody paused. `reported: false`: without a `waiting`.
   *
   * @param options.ticks does `timeupdate` go on at the same place? Default: only where it is polled.
   */
  stall({
    reported = true,
    ticks = this.#polled,
  }: { readonly reported?: boolean; readonly ticks?: boolean } = {}): void {
    if (this.#stalled) return;
    this.#ticksWhileFrozen = ticks;
    this.#change(() => {
      this.#stalled = true;
      if (reported) this.#readyState = HAVE_CURRENT_DATA;
    });
    if (reported && !this.#paused) this.#say('timeupdate', 'waiting');
  }

  /** Data is back after `stall`. */
  resume(): void {
    if (!this.#stalled) return;
    const wasReported = this.#readyState === HAVE_CURRENT_DATA;
    this.#change(() => {
      this.#stalled = false;
      this.#readyState = HAVE_ENOUGH_DATA;
    });
    if (!wasReported) return;
    this.#say('canplay');
    if (!this.#paused) this.#announcePlaying();
    this.#say('canplaythrough');
  }

  /** The machine sleeps; the playhead goes on where it was. See {@link FakeClock.sleep}. */
  sleep(ms: number, options?: { readonly monotonic?: boolean }): void {
    this.#clock.sleep(ms, options);
  }

  /** From now on one `timeupdate` every so many ms: 250 visible, 1001 hidden, 60000 hidden for long. */
  tickEvery(ms: number): void {
    this.#timeline.tickEvery(ms);
  }

  /** The duration becomes known, changes, or becomes Infinity. */
  setDuration(seconds: number): void {
    this.#change(() => (this.#timeline.duration = seconds), 'durationchange');
  }

  /** Playback breaks: `error` is set and announced, the playhead stands. */
  fail(name: MediaErrorName, message = 'The script broke it.'): void {
    this.#change(() => (this.#error = createMediaError(name, { message })), 'error');
    this.#rejectPlays();
  }

  /** From now on `play()` rejects with this DOMException name; null: plays again. */
  refusePlay(name: 'NotAllowedError' | 'AbortError' | 'NotSupportedError' | null): void {
    this.#refusal = name;
  }

  /** Cancels its timers, for tests that count what is left. */
  destroy(): void {
    this.#timeline.destroy();
    this.#clock.clearTimeout(this.#seekTimer);
  }

  #say(...names: readonly MediaEventName[]): void {
    for (const name of names) this.dispatchEvent(new Event(name));
  }

  /** Every change of state goes through here: the line is closed, the state changed, the timers re-armed, then told. */
  #change(change: () => void, ...events: readonly MediaEventName[]): void {
    this.#timeline.hold();
    change();
    const wants = !this.#paused && !this.#error;
    const advancing = wants && !this.#stalled && !this.#seeking && this.#readyState > HAVE_CURRENT_DATA;
    this.#timeline.run({ advancing, ticking: wants && this.#stalled && this.#ticksWhileFrozen });
    this.#say(...events);
  }

  #finishSeek(): void {
    this.#change(() => (this.#seeking = false), 'timeupdate', 'seeked');
    if (!this.#paused && this.#readyState > HAVE_CURRENT_DATA) this.#announcePlaying();
  }

  #reachEnd(): void {
    this.#change(() => this.#timeline.moveTo(this.#timeline.duration));
    this.#timeline.readNow();
    if (this.loop) return this.seek(0);
    this.#change(() => (this.#paused = true), 'timeupdate', 'pause', 'ended');
  }

  #announcePlaying(): void {
    this.#say('playing');
    for (const { resolve } of this.#pendingPlays.splice(0)) resolve();
  }

  #rejectPlays(): void {
    for (const { reject } of this.#pendingPlays.splice(0)) {
      reject(new DOMException('play() was interrupted by pause() or load().', 'AbortError'));
    }
  }
}

/** @example const media = createFakeMedia({ clock, durationSeconds: 100 }); media.play(); clock.advance(30_000); */
export function createFakeMedia(options: FakeMediaOptions): FakeMedia {
  return new FakeMedia(options);
}
