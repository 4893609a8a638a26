import { requireNumber } from './embed-settings.ts';
import { MEDIA_EVENTS, type Media } from './media.ts';
import type { MediaFailure } from './media-error.ts';
import { PendingPlays } from './pending-plays.ts';

/** Whose `<video>` it is, and what only they can do. */
export interface LateMediaOptions {
  readonly video: HTMLVideoElement;
  /** Starts over with the same source. */
  readonly load: () => void;
  /** The vendor's words for an `error` of which the `<video>` itself knows nothing. */
  readonly describeError: () => MediaFailure;
  /** Aborted when it is over. */
  readonly signal: AbortSignal;
}

/**
 * A `<video>` to which a vendor's player brings the source later, as a media.
 *
 * Asked directly, the `<video>` would forget: a new source begins at 0, at the default rate, and aborts every `play()`
 * before it. So what is asked before `loadedmetadata` is kept here until then. Apart from that everything is the
 * platform's own.
 */
export class LateMedia extends EventTarget implements Media {
  readonly #options: LateMediaOptions;
  readonly #plays = new PendingPlays();
  #held: { currentTime?: number; playbackRate?: number } | null = {};
  #failure: MediaFailure | null = null;

  constructor(options: LateMediaOptions) {
    super();
    this.#options = options;
    const { video, signal } = options;
    for (const type of MEDIA_EVENTS) video.addEventListener(type, () => this.#hear(type), { signal });
    signal.addEventListener('abort', () => this.#plays.reject('AbortError', 'The player was removed.'), { once: true });
  }

  get paused(): boolean {
    return this.#held ? this.#plays.isEmpty : this.#options.video.paused;
  }

  get ended(): boolean {
    return this.#options.video.ended;
  }

  get seeking(): boolean {
    return this.#options.video.seeking;
  }

  get readyState(): number {
    return this.#options.video.readyState;
  }

  get error(): MediaFailure | MediaError | null {
    return this.#failure ?? this.#options.video.error;
  }

  get duration(): number {
    return this.#options.video.duration;
  }

  get buffered(): TimeRanges {
    return this.#options.video.buffered;
  }

  get seekable(): TimeRanges {
    return this.#options.video.seekable;
  }

  get currentTime(): number {
    return this.#held?.currentTime ?? this.#options.video.currentTime;
  }

  set currentTime(seconds: number) {
    if (this.#held) this.#held.currentTime = requireNumber(seconds);
    else this.#options.video.currentTime = seconds;
  }

  get playbackRate(): number {
    return this.#held?.playbackRate ?? this.#options.video.playbackRate;
  }

  set playbackRate(rate: number) {
    if (this.#held) this.#held.playbackRate = requireNumber(rate);
    else this.#options.video.playbackRate = rate;
  }

  get volume(): number {
    return this.#options.video.volume;
  }

  set volume(volume: number) {
    this.#options.video.volume = volume;
  }

  get muted(): boolean {
    return this.#options.video.muted;
  }

  set muted(muted: boolean) {
    this.#options.video.muted = muted;
  }

  get loop(): boolean {
    return this.#options.video.loop;
  }

  set loop(loop: boolean) {
    this.#options.video.loop = loop;
  }

  play(): Promise<void> {
    const promise = this.#plays.add();
    if (this.#failure) this.#plays.reject('NotSupportedError', this.#failure.message);
    else if (!this.#held) this.#play();
    return promise;
  }

  pause(): void {
    if (this.#held) this.#plays.reject('AbortError', 'pause() was called before it played.');
    this.#options.video.pause();
  }

  load(): void {
    this.#plays.reject('AbortError', 'load() was called.');
    this.#failure = null;
    this.#held = {};
    this.#options.load();
  }

  #hear(type: string): void {
    if (type === 'loadedmetadata') this.#release();
    if (type === 'error') {
      this.#failure = this.#options.video.error ? null : this.#options.describeError();
      this.#plays.reject('NotSupportedError', this.error?.message ?? '');
    }
    this.dispatchEvent(new Event(type));
  }

  #release(): void {
    const held = this.#held;
    this.#held = null;
    Object.assign(this.#options.video, held);
    if (!this.#plays.isEmpty) this.#play();
  }

  #play(): void {
    this.#options.video.play().then(
      () => this.#plays.resolve(),
      ({ name, message }: DOMException) => this.#plays.reject(name as 'AbortError', message),
    );
  }
}
