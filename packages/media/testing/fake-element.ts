import type { Media, MediaEventName } from '../src/media.ts';
import type { MediaFailure } from '../src/media-error.ts';
import { createTimeRanges } from '../src/time-ranges.ts';
import type { FakeClock } from './fake-clock.ts';
import { FakeTimeline } from './fake-timeline.ts';

/** How a fake media begins. */
export interface FakeMediaOptions {
  readonly clock: FakeClock;
  /** NaN: unknown until `setDuration`. Infinity: live. */
  readonly durationSeconds: number;
  /** false: nothing is loaded until `load()` or `becomeReady()`. Default true. */
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

export const HAVE_NOTHING = 0;
export const HAVE_METADATA = 1;
export const HAVE_CURRENT_DATA = 2;
export const HAVE_ENOUGH_DATA = 4;

/** A fake media as its page sees it: the whole of {@link Media}. What a script does to it is added by `FakeMedia`. */
export class FakeElement extends EventTarget implements Media {
  protected readonly clock: FakeClock;
  protected readonly timeline: FakeTimeline;
  protected readonly state: {
    paused: boolean;
    seeking: boolean;
    readyState: number;
    error: MediaFailure | null;
    stalled: boolean;
    /** Does `timeupdate` go on while stalled? */
    ticksWhileStalled: boolean;
  };
  /** The name of the exception `play()` rejects with. */
  protected refusal: string | null = null;
  readonly #polled: boolean;
  readonly #seekMs: number;
  readonly #pendingPlays: { resolve: () => void; reject: (reason: DOMException) => void }[] = [];
  #volume = 1;
  #muted = false;
  #seekTimer: number | undefined;
  loop = false;

  constructor({ clock, durationSeconds, ready = true, polled = false, seekMs = 0 }: FakeMediaOptions) {
    super();
    this.clock = clock;
    this.#polled = polled;
    this.#seekMs = seekMs;
    const readyState = ready ? HAVE_ENOUGH_DATA : HAVE_NOTHING;
    this.state = { paused: true, seeking: false, readyState, error: null, stalled: false, ticksWhileStalled: polled };
    const tickMs = polled ? POLL_MS : TICK_MS;
    const tell = { onTick: () => this.say('timeupdate'), onEnd: () => this.#reachEnd() };
    this.timeline = new FakeTimeline({ clock, durationSeconds, polled, tickMs, ...tell });
  }

  get currentTime(): number {
    return this.timeline.reading;
  }
  set currentTime(seconds: number) {
    this.beginSeek(seconds);
    if (this.#seekMs === 0) this.#finishSeek();
  }
  get duration(): number {
    return this.state.readyState === HAVE_NOTHING ? NaN : this.timeline.duration;
  }
  get paused(): boolean {
    return this.state.paused;
  }
  get ended(): boolean {
    return !this.loop && this.state.readyState > HAVE_NOTHING && this.timeline.atEnd;
  }
  get seeking(): boolean {
    return this.state.seeking;
  }
  get readyState(): number {
    return this.state.readyState;
  }
  get error(): MediaFailure | null {
    return this.state.error;
  }
  get buffered(): TimeRanges {
    return createTimeRanges(this.duration > 0 ? [[0, this.duration]] : []);
  }
  get seekable(): TimeRanges {
    return this.buffered;
  }
  get playbackRate(): number {
    return this.timeline.rate;
  }
  set playbackRate(rate: number) {
    if (rate === this.timeline.rate) return;
    this.change(() => (this.timeline.rate = rate), 'ratechange');
  }
  get volume(): number {
    return this.#volume;
  }
  set volume(volume: number) {
    if (volume === this.#volume) return;
    this.#volume = volume;
    this.say('volumechange');
  }
  get muted(): boolean {
    return this.#muted;
  }
  set muted(muted: boolean) {
    if (muted === this.#muted) return;
    this.#muted = muted;
    this.say('volumechange');
  }

  play(): Promise<void> {
    if (this.refusal) return Promise.reject(new DOMException('The script refuses to play.', this.refusal));
    const promise = new Promise<void>((resolve, reject) => this.#pendingPlays.push({ resolve, reject }));
    // A refused or interrupted play() that nobody awaits is not the test's failure.
    promise.catch(() => {});
    const isReplay = this.ended;
    if (isReplay) this.beginSeek(0);
    const isReady = () => this.state.readyState > HAVE_CURRENT_DATA;
    if (this.state.paused) {
      this.change(() => (this.state.paused = false), 'play');
      if (!isReady()) this.say('waiting');
    }
    if (isReplay && this.#seekMs === 0) this.#finishSeek();
    else if (isReady()) this.#announcePlaying();
    return promise;
  }

  pause(): void {
    if (this.state.paused) return;
    this.change(() => (this.state.paused = true), 'timeupdate', 'pause');
    this.rejectPlays();
  }

  load(): void {
    const had = { something: this.state.readyState > HAVE_NOTHING, moved: this.timeline.position > 0 };
    const hadRate = this.timeline.rate !== 1;
    this.rejectPlays();
    this.clock.clearTimeout(this.#seekTimer);
    this.change(() => {
      const nothing = { paused: true, seeking: false, readyState: HAVE_NOTHING, error: null, stalled: false };
      Object.assign(this.state, nothing);
      this.timeline.moveTo(0);
      this.timeline.rate = 1;
    });
    if (had.something) this.say('abort', 'emptied');
    if (had.something && had.moved) this.say('timeupdate');
    if (hadRate) this.say('ratechange');
    this.say('loadstart');
    this.becomeReady();
  }

  /** Everything has loaded. */
  becomeReady(): void {
    this.change(() => (this.state.readyState = HAVE_ENOUGH_DATA), 'durationchange', 'loadedmetadata', 'loadeddata');
    this.#announceReady();
  }

  /** Cancels its timers, for tests that count what is left. */
  destroy(): void {
    this.timeline.destroy();
    this.clock.clearTimeout(this.#seekTimer);
  }

  protected say(...names: readonly MediaEventName[]): void {
    for (const name of names) this.dispatchEvent(new Event(name));
  }

  /** Every change of state goes through here: the line is closed, the state changed, the timers re-armed, then told. */
  protected change(change: () => void, ...events: readonly MediaEventName[]): void {
    this.timeline.hold();
    change();
    const { paused, error, stalled, readyState, ticksWhileStalled } = this.state;
    const wants = !paused && !error;
    const advancing = wants && !stalled && readyState > HAVE_CURRENT_DATA;
    this.timeline.run({ advancing, ticking: wants && stalled && ticksWhileStalled });
    this.say(...events);
  }

  protected rejectPlays(): void {
    for (const { reject } of this.#pendingPlays.splice(0)) {
      reject(new DOMException('play() was interrupted by pause(), load() or an error.', 'AbortError'));
    }
  }

  /** Ends a stall as much as a seek: data is there again. */
  protected becomePlayable(...events: readonly MediaEventName[]): void {
    this.change(() => Object.assign(this.state, { stalled: false, seeking: false, readyState: HAVE_ENOUGH_DATA }));
    this.say(...events);
    this.#announceReady();
  }

  /** Where the platform seeks, an embed only finds itself elsewhere at the next poll. */
  protected beginSeek(to: number): void {
    const end = this.timeline.duration;
    const target = Math.max(0, Number.isNaN(end) ? to : Math.min(to, end));
    if (this.#polled || this.state.readyState === HAVE_NOTHING) return this.change(() => this.timeline.moveTo(target));
    this.change(() => {
      Object.assign(this.state, { seeking: true, readyState: HAVE_METADATA });
      this.timeline.moveTo(target);
    }, 'seeking');
    if (!this.state.paused) this.say('waiting');
    this.clock.clearTimeout(this.#seekTimer);
    this.#seekTimer = undefined;
    if (this.#seekMs > 0) this.#seekTimer = this.clock.setTimeout(() => this.#finishSeek(), this.#seekMs);
  }

  #finishSeek(): void {
    if (this.state.seeking) this.becomePlayable('timeupdate', 'seeked');
  }

  #announceReady(): void {
    this.say('canplay');
    if (!this.state.paused) this.#announcePlaying();
    this.say('canplaythrough');
  }

  #announcePlaying(): void {
    this.say('playing');
    for (const { resolve } of this.#pendingPlays.splice(0)) resolve();
  }

  #reachEnd(): void {
    this.change(() => this.timeline.moveTo(this.timeline.duration));
    this.timeline.readNow();
    if (this.loop) this.currentTime = 0;
    else this.change(() => (this.state.paused = true), 'timeupdate', 'pause', 'ended');
  }
}
