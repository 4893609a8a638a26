import { requireNumber } from './embed-settings.ts';
import { MEDIA_EVENTS, type Media, type MediaEventName } from './media.ts';
import type { MediaFailure } from './media-error.ts';
import { PendingPlays } from './pending-plays.ts';
import type { MediaSettings } from './provider.ts';
import { createTimeRanges } from './time-ranges.ts';

/** Whose `<video>` it will be, and what only they can do. */
export interface LateMediaOptions {
  readonly settings: Pick<MediaSettings, 'muted' | 'loop'>;
  /** Starts over with the same source. */
  readonly load: () => void;
  /** It is to play: what was not to be loaded ahead is loaded now. */
  readonly wake: () => void;
  /** The vendor's words for an `error` of which the `<video>` itself knows nothing. */
  readonly describeError: () => MediaFailure;
  /** Aborted when it is over. */
  readonly signal: AbortSignal;
}

/** What is asked for before there is anything to ask. */
interface Asked {
  currentTime?: number;
  playbackRate?: number;
  volume?: number;
  muted?: boolean;
  loop?: boolean;
}

const NO_RANGES = createTimeRanges([]);

/**
 * A `<video>` that a vendor's player makes later, and to which it brings the source later still, as a media.
 *
 * Asked directly, the `<video>` would forget: a new source begins at 0, at the default rate, and aborts every `play()`
 * before it. So what is asked before `loadedmetadata` is kept here until then. Apart from that everything is the
 * platform's own.
 */
export class LateMedia extends EventTarget implements Media {
  readonly #options: LateMediaOptions;
  readonly #plays = new PendingPlays();
  /** null: the `<video>` has its source and is asked itself. */
  #asked: Asked | null = {};
  #failure: MediaFailure | null = null;
  /** Volume and mute as they were last told: one `<video>` takes them from the one before it without a word. */
  #sound: string;
  #listening = new AbortController();
  /** null until the vendor's player has made it. */
  video: HTMLVideoElement | null = null;

  constructor(options: LateMediaOptions) {
    super();
    this.#options = options;
    this.#sound = `${this.volume} ${this.muted}`;
    options.signal.addEventListener('abort', () => this.#end('The player was removed.'), { once: true });
  }

  /** The `<video>` is there; its source may be, too. */
  take(video: HTMLVideoElement): void {
    const { signal } = (this.#listening = new AbortController());
    const { volume, muted } = this.#asked ?? {};
    if (volume !== undefined) video.volume = volume;
    if (muted !== undefined) video.muted = muted;
    video.loop = this.loop;
    this.video = video;
    for (const type of MEDIA_EVENTS) video.addEventListener(type, () => this.#hear(type), { signal });
    if (this.#failure) {
      // Whoever was given up has come after all.
      this.#failure = null;
      this.#tell('emptied', 'loadstart');
    }
    if (video.readyState > 0) this.#release();
    else if (!this.#plays.isEmpty) this.#options.wake();
  }

  /** Where to begin, seconds, unless somebody has said otherwise. */
  startAt(seconds: number): void {
    if (this.#asked) this.#asked.currentTime ??= seconds;
  }

  /** The `<video>` goes, and what was said of it no longer holds, as at the beginning of `load()`. */
  leave(): void {
    const { video } = this;
    if (!video) return;
    const { volume, muted, loop, currentTime, playbackRate, readyState, error } = video;
    this.#listening.abort();
    this.video = null;
    this.#asked = { ...this.#asked, volume, muted, loop };
    this.#tell(...(readyState > 0 || error ? (['abort', 'emptied'] as const) : []));
    this.#tell(...(currentTime > 0 ? (['timeupdate'] as const) : []));
    this.#tell(...(playbackRate === 1 ? [] : (['ratechange'] as const)));
  }

  /** There will be nothing to play. The first failure stays: what is found out later is the same trouble. */
  fail(failure: MediaFailure, name: 'NotSupportedError' | 'AbortError' = 'NotSupportedError'): void {
    if (this.#failure) return;
    this.#failure = failure;
    this.#plays.reject(name, failure.message, failure.cause);
    this.dispatchEvent(new Event('error'));
  }

  get paused(): boolean {
    return this.#asked ? this.#plays.isEmpty : (this.video?.paused ?? true);
  }

  get ended(): boolean {
    return this.video?.ended ?? false;
  }

  get seeking(): boolean {
    return this.video?.seeking ?? false;
  }

  get readyState(): number {
    return this.video?.readyState ?? 0;
  }

  get error(): MediaFailure | MediaError | null {
    return this.#failure ?? this.video?.error ?? null;
  }

  get duration(): number {
    return this.video?.duration ?? Number.NaN;
  }

  get buffered(): TimeRanges {
    return this.video?.buffered ?? NO_RANGES;
  }

  get seekable(): TimeRanges {
    return this.video?.seekable ?? NO_RANGES;
  }

  get currentTime(): number {
    return this.#asked?.currentTime ?? this.video?.currentTime ?? 0;
  }

  set currentTime(seconds: number) {
    if (this.#asked) this.#asked.currentTime = requireNumber(seconds);
    else if (this.video) this.video.currentTime = seconds;
  }

  get playbackRate(): number {
    return this.#asked?.playbackRate ?? this.video?.playbackRate ?? 1;
  }

  set playbackRate(rate: number) {
    if (this.#asked) this.#asked.playbackRate = requireNumber(rate);
    else if (this.video) this.video.playbackRate = rate;
  }

  get volume(): number {
    return this.video?.volume ?? this.#asked?.volume ?? 1;
  }

  set volume(volume: number) {
    this.#set({ volume });
  }

  get muted(): boolean {
    return this.video?.muted ?? this.#asked?.muted ?? this.#options.settings.muted;
  }

  set muted(muted: boolean) {
    this.#set({ muted });
  }

  get loop(): boolean {
    return this.video?.loop ?? this.#asked?.loop ?? this.#options.settings.loop;
  }

  set loop(loop: boolean) {
    this.#set({ loop });
  }

  play(): Promise<void> {
    const promise = this.#plays.add();
    if (this.#failure) this.#plays.reject('NotSupportedError', this.#failure.message);
    else if (!this.#asked) this.#play();
    else if (this.video) this.#options.wake();
    return promise;
  }

  pause(): void {
    if (this.#asked) this.#plays.reject('AbortError', 'pause() was called before it played.');
    this.video?.pause();
  }

  load(): void {
    this.#plays.reject('AbortError', 'load() was called.');
    this.#failure = null;
    this.#asked = {};
    this.#options.load();
  }

  #set(asked: Pick<Asked, 'volume' | 'muted' | 'loop'>): void {
    if (this.video) Object.assign(this.video, asked);
    else Object.assign((this.#asked ??= {}), asked);
  }

  #hear(type: MediaEventName): void {
    if (type === 'volumechange' && !this.#hasNewSound()) return;
    if (type === 'loadedmetadata') this.#release();
    if (type === 'error') {
      this.#failure = this.video?.error ? null : this.#options.describeError();
      this.#plays.reject('NotSupportedError', this.error?.message ?? '');
    }
    this.dispatchEvent(new Event(type));
  }

  #hasNewSound(): boolean {
    const told = this.#sound;
    this.#sound = `${this.volume} ${this.muted}`;
    return this.#sound !== told;
  }

  #release(): void {
    const { currentTime, playbackRate } = this.#asked ?? {};
    this.#asked = null;
    if (!this.video) return;
    if (currentTime !== undefined) this.video.currentTime = currentTime;
    if (playbackRate !== undefined) this.video.playbackRate = playbackRate;
    if (!this.#plays.isEmpty) this.#play();
  }

  #play(): void {
    this.video?.play().then(
      () => this.#plays.resolve(),
      ({ name, message }: DOMException) => this.#plays.reject(name as 'AbortError', message),
    );
  }

  /** Whoever called sees his call return first. */
  #tell(...types: readonly MediaEventName[]): void {
    for (const type of types) queueMicrotask(() => this.dispatchEvent(new Event(type)));
  }

  #end(reason: string): void {
    this.#listening.abort();
    this.#plays.reject('AbortError', reason);
  }
}
