import type { EmbedOptions, EmbedReport, EmbedState } from './embed.ts';
import { EmbedConnection } from './embed-connection.ts';
import { EmbedSettings, type Sound } from './embed-settings.ts';
import type { MediaEventName } from './media.ts';
import type { MediaFailure } from './media-error.ts';
import { PendingPlays } from './pending-plays.ts';

/** A vendor that says nothing for so long after `play()` is silent. */
const SILENCE_MS = 8000;
/** So long a state from before our command may still arrive after it. */
const STALE_MS = 1000;
/** So long a vendor may take to say that it has arrived where it was sent. */
const SEEK_MS = 4000;
/** A reported position this near to where it was sent has arrived, seconds. */
const NEAR_SECONDS = 0.75;

const HAVE_NOTHING = 0;
const HAVE_METADATA = 1;
const HAVE_CURRENT_DATA = 2;
const HAVE_ENOUGH_DATA = 4;

/**
 * The life of an embed: commands go in, a vendor's reports come in, and what a media element would have said comes out.
 *
 * Reports may be late, doubled, missing or older than our last command. What was commanded is true at once, as on a
 * media element; a report that contradicts it counts only once it can no longer be an old one.
 */
export class EmbedPlayer {
  readonly #options: EmbedOptions;
  readonly #tell: (...events: readonly MediaEventName[]) => void;
  readonly #timers: { silence?: Timer; stale?: Timer; seek?: Timer; end?: Timer } = {};
  #connection: EmbedConnection | null = null;
  readonly plays: PendingPlays = new PendingPlays();
  readonly settings: EmbedSettings;

  loop: boolean;
  paused = true;
  ended = false;
  readyState: number = HAVE_NOTHING;
  error: MediaFailure | null = null;
  duration: number = Number.NaN;
  /** Seconds from the beginning that are loaded. */
  buffered = 0;
  /** Where a seek goes that has not arrived, seconds; before it is ready, where to begin. */
  target: number | null = null;
  /** Does content advance? From `playing` to whatever interrupts it. */
  isAdvancing = false;
  /** The vendor's last word. */
  #state: EmbedState = 'cued';
  #time = 0;
  #endTime: number;
  #commandedAt = Number.NEGATIVE_INFINITY;
  #soughtAt = 0;

  /** @param tell dispatches events, in this order, after the state they tell of. */
  constructor(options: EmbedOptions, tell: (...events: readonly MediaEventName[]) => void) {
    this.#options = options;
    this.#tell = tell;
    this.#endTime = options.endTime;
    this.settings = new EmbedSettings(options.vendor.rates, options.settings.muted);
    this.loop = options.settings.loop;
    this.target = options.startTime || null;
    this.#connect();
    tell('loadstart');
  }

  get controls(): EmbedConnection['controls'] {
    return this.#connection?.controls ?? null;
  }

  /** Playhead, seconds. */
  get time(): number {
    const now = this.isAdvancing ? this.controls?.read?.().time : undefined;
    return this.target ?? now ?? this.#time;
  }

  play(): void {
    if (this.ended) this.seek(0);
    if (this.paused) {
      this.paused = false;
      this.#tell('play', ...(this.readyState === HAVE_METADATA ? (['waiting'] as const) : []));
    }
    this.#commandedAt = performance.now();
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(
      () => this.halt('AbortError', 'The embed does not answer.', 'embed-silent'),
      SILENCE_MS,
    );
    this.controls?.play();
    this.#connection?.watch(true);
  }

  pause(): void {
    if (this.paused) return;
    this.#commandedAt = performance.now();
    if (this.target === null) this.#time = this.time;
    this.controls?.pause();
    this.halt('AbortError', 'pause() was called before it played.');
  }

  setRate(rate: number): void {
    if (!this.settings.setRate(rate, this.controls)) return;
    this.#tell('ratechange');
    this.awaitEnd();
  }

  setSound(sound: Sound): void {
    if (this.settings.setSound(sound, this.controls)) this.#tell('volumechange');
  }

  seek(seconds: number): void {
    this.target = Math.max(0, Math.min(seconds, this.duration || Number.POSITIVE_INFINITY));
    if (this.readyState === HAVE_NOTHING) return;
    this.ended = false;
    this.#soughtAt = performance.now();
    this.controls?.seek(this.target);
    this.#leaveFor();
    clearTimeout(this.#timers.seek);
    this.#timers.seek = setTimeout(() => this.#arrive(), SEEK_MS);
  }

  load(): void {
    const events: MediaEventName[] = this.readyState > HAVE_NOTHING || this.error ? ['abort', 'emptied'] : [];
    if (this.#time > 0) events.push('timeupdate');
    if (this.settings.setRate(1, null)) events.push('ratechange');
    this.drop('load() was called.');
    this.target = this.#options.startTime || null;
    this.#connect();
    this.#tell(...events, 'loadstart');
  }

  /** Back to nothing. */
  drop(reason: string): void {
    this.#connection?.close();
    this.#connection = null;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.plays.reject('AbortError', reason);
    this.paused = true;
    this.ended = this.isAdvancing = false;
    this.error = this.target = null;
    this.duration = Number.NaN;
    this.readyState = this.#time = this.buffered = 0;
    this.#state = 'cued';
  }

  /** It stands still, by our command or the vendor's word. */
  halt(name: 'AbortError' | 'NotAllowedError', reason: string, cause?: string): void {
    clearTimeout(this.#timers.silence);
    this.plays.reject(name, reason, cause);
    if (this.paused) return;
    this.paused = true;
    this.isAdvancing = false;
    this.#connection?.watch(this.target !== null);
    this.#tell('timeupdate', 'pause');
  }

  /** Pauses once where the source says. Armed anew whenever the way there changes. */
  awaitEnd(): void {
    clearTimeout(this.#timers.end);
    if (!this.isAdvancing || this.#endTime === Number.POSITIVE_INFINITY) return;
    const left = this.#endTime - this.time;
    if (left > 0) {
      this.#timers.end = setTimeout(() => this.awaitEnd(), (left * 1000) / this.settings.rate);
      return;
    }
    this.#endTime = Number.POSITIVE_INFINITY;
    this.pause();
  }

  #connect(): void {
    const { vendor, box } = this.#options;
    this.#connection = new EmbedConnection(vendor, box, {
      ready: () => this.#welcome(),
      report: (report) => this.#take(report),
      refuse: () => this.halt('NotAllowedError', 'Playing has to begin with a press in the embed itself.'),
      fail: (failure) => this.#fail(failure),
      reload: () => this.#reconnect(),
    });
  }

  /** The vendor's player has come: it is told what was set before. */
  #welcome(): void {
    const { controls } = this;
    if (!controls) return;
    this.settings.apply(controls);
    if (this.target !== null && this.readyState > HAVE_NOTHING) this.seek(this.target);
    this.#take(controls.read?.() ?? {});
    if (!this.paused || this.#options.settings.autoplay) this.play();
  }

  /** The iframe was put elsewhere and began anew: to where it was, which is a seek to whoever listens. */
  #reconnect(): void {
    this.target = this.time;
    this.#connection?.close();
    this.#state = 'cued';
    if (this.readyState > HAVE_NOTHING) this.#leaveFor();
    this.#connect();
  }

  #leaveFor(): void {
    this.readyState = HAVE_METADATA;
    this.isAdvancing = false;
    this.#tell('seeking', ...(this.paused ? [] : (['waiting'] as const)));
    this.#connection?.watch(true);
  }

  #fail(failure: MediaFailure): void {
    this.error = failure;
    this.isAdvancing = false;
    this.plays.reject('NotSupportedError', failure.message);
    this.#connection?.watch(false);
    this.#tell('error');
  }

  #take(report: EmbedReport): void {
    const { duration, buffered, time, state } = report;
    const before = this.#time;
    this.buffered = buffered ?? this.buffered;
    // A vendor's last position is a frame short of the end.
    if (!this.ended) this.#time = time ?? before;
    this.#state = state ?? this.#state;
    if (duration && duration !== this.duration) this.#takeDuration(duration);
    if (state) this.#takeState();
    this.#tell(...this.settings.take(report));
    if (this.target !== null && this.readyState > HAVE_NOTHING) this.#approach();
    // Standing still, it moves only when the viewer drags the embed's own bar; less is the end of our own pause.
    else if (Math.abs(this.#time - before) > (this.isAdvancing ? 0 : NEAR_SECONDS)) this.#tell('timeupdate');
  }

  #takeDuration(duration: number): void {
    this.duration = duration;
    this.#tell('durationchange');
    if (this.readyState === HAVE_NOTHING) this.#becomeReady();
  }

  #becomeReady(): void {
    this.readyState = HAVE_ENOUGH_DATA;
    this.#tell('loadedmetadata', 'loadeddata', 'canplay', 'canplaythrough');
    if (this.target !== null) this.seek(this.target);
  }

  #takeState(): void {
    const isMoving = this.#state === 'playing' || this.#state === 'buffering';
    const staleForMs = this.#commandedAt + STALE_MS - performance.now();
    if (this.#state !== 'cued') clearTimeout(this.#timers.silence);
    if (isMoving === this.paused && this.#state !== 'ended' && staleForMs > 0) {
      clearTimeout(this.#timers.stale);
      this.#timers.stale = setTimeout(() => this.#takeState(), staleForMs);
    } else if (this.#state === 'playing') this.#advance();
    else if (this.#state === 'buffering') this.#stall();
    else if (this.#state === 'paused') this.halt('AbortError', 'It was paused in the embed.');
    else if (this.#state === 'ended' && this.target === null) this.#finish();
  }

  #advance(): void {
    // The viewer pressed play in the embed itself.
    if (this.paused) this.#tell('play');
    this.paused = this.ended = false;
    if (this.readyState === HAVE_NOTHING) this.#becomeReady();
    if (this.isAdvancing || this.target !== null) return;
    this.isAdvancing = true;
    const hadStalled = this.readyState < HAVE_ENOUGH_DATA;
    this.readyState = HAVE_ENOUGH_DATA;
    this.#tell(...(hadStalled ? (['canplay', 'playing', 'canplaythrough'] as const) : (['playing'] as const)));
    this.plays.resolve();
    this.#connection?.watch(true);
    this.awaitEnd();
  }

  #stall(): void {
    if (!this.isAdvancing) return;
    this.isAdvancing = false;
    this.readyState = HAVE_CURRENT_DATA;
    this.#tell('waiting');
  }

  #finish(): void {
    if (this.ended) return;
    if (this.loop) {
      this.seek(0);
      this.controls?.play();
      return;
    }
    if (Number.isFinite(this.duration)) this.#time = this.duration;
    this.ended = true;
    this.halt('AbortError', 'It ended.');
    this.#tell('ended');
  }

  /** Has a seek arrived? Positions from before it are still under way, and meanwhile it may have played on. */
  #approach(): void {
    const target = this.target ?? 0;
    const elapsed = this.paused ? 0 : ((performance.now() - this.#soughtAt) / 1000) * this.settings.rate;
    const isNear = this.#time > target - NEAR_SECONDS && this.#time < target + NEAR_SECONDS + elapsed;
    const isThere = this.paused ? this.#state !== 'buffering' : this.#state === 'playing';
    if (isNear && isThere) this.#arrive();
  }

  #arrive(): void {
    clearTimeout(this.#timers.seek);
    this.target = null;
    this.readyState = HAVE_ENOUGH_DATA;
    this.isAdvancing = !this.paused && this.#state === 'playing';
    const playing = this.isAdvancing ? (['playing'] as const) : [];
    this.#tell('timeupdate', 'seeked', 'canplay', ...playing, 'canplaythrough');
    if (this.isAdvancing) this.plays.resolve();
    this.#connection?.watch(!this.paused);
    this.awaitEnd();
  }
}

type Timer = ReturnType<typeof setTimeout>;
