import type { Media } from '@chronos-player/media';

/** A `play()` that waits for something to play. */
interface PlayRequest {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** What a {@link CurrentMedia} asks and tells. */
export interface CurrentMediaOptions {
  /** Does playback begin muted if nobody says otherwise? */
  readonly isDefaultMuted: () => boolean;
  /** `play()` was called, and there is nothing yet. */
  readonly onWanted: () => void;
}

/** Carried from whatever stood here before to the next media, as a `<video>` keeps them when its `src` changes. */
const KEPT = ['volume', 'muted', 'defaultPlaybackRate', 'preservesPitch'] as const;

/**
 * Whatever stands behind the element at the moment, under HTMLMediaElement's names.
 *
 * Until there is a media, and for what a media does not have, a `<video>` with nothing in it answers: it has every
 * member with its right value, remembers what is set, and throws what the platform throws.
 */
export class CurrentMedia {
  readonly #options: CurrentMediaOptions;
  #media: Media | null = null;
  #standIn: HTMLVideoElement | undefined;
  readonly #requests: PlayRequest[] = [];
  /** Why there is nothing to play; null while there may still be. */
  #refusal: DOMException | null = null;
  /** Where to begin, as long as there is no media: WebKit's empty `<video>` forgets a position. */
  #startAt = 0;
  /** Did anyone choose a position? Then nothing may choose another one for him. */
  isTouched = false;

  constructor(options: CurrentMediaOptions) {
    this.#options = options;
  }

  get(name: string): unknown {
    if (name === 'paused' && !this.#media) return this.#requests.length === 0;
    if (name === 'currentTime' && !this.#media) return this.#startAt;
    return Reflect.get(this.#owner(name), name);
  }

  /** Before there is a media: remembered for it. */
  set(name: string, value: unknown): void {
    if (name === 'currentTime') this.isTouched = true;
    (this.#owner(name) as unknown as Record<string, unknown>)[name] = value;
    if (name === 'currentTime' && !this.#media) this.#startAt = Number(value);
  }

  /** `play()` waits for a media; everything else happens at once. */
  call(name: string, args: readonly unknown[]): unknown {
    if (!this.#media && name === 'play') return this.#waitForMedia();
    if (!this.#media && name === 'pause') return this.refusePlay('AbortError', 'play() was interrupted by pause().');
    if (name === 'fastSeek') this.isTouched = true;
    const owner = this.#owner(name);
    return (Reflect.get(owner, name) as (...args: readonly unknown[]) => unknown).call(owner, ...args);
  }

  /** From now on this media is it; what was remembered is its own now, and a `play()` that waited begins. */
  attach(media: Media): void {
    const before = this.#standIn;
    this.#media = media;
    this.#refusal = null;
    for (const name of before ? [...KEPT, 'playbackRate'] : []) {
      if (name in media) this.set(name, Reflect.get(before as object, name));
    }
    const waiting = this.#requests.splice(0);
    if (waiting.length > 0) {
      const started = media.play();
      for (const { resolve, reject } of waiting) started.then(resolve, reject);
    }
  }

  /** The media is gone. Sound and default rate stay, position and rate begin anew: as on a `<video>`. */
  detach(): void {
    this.refusePlay('AbortError', 'play() was interrupted by another video.');
    const media = this.#media;
    const muted = this.get('muted') === true;
    this.#media = null;
    this.#refusal = null;
    this.isTouched = false;
    this.#startAt = 0;
    if (!media && !this.#standIn) return;
    const standIn = this.#makeStandIn();
    standIn.muted = muted;
    for (const name of KEPT) if (media && name in media) Object.assign(standIn, { [name]: Reflect.get(media, name) });
    standIn.playbackRate = standIn.defaultPlaybackRate;
  }

  /** Rejects every `play()` that still waits, and where nothing can be played, each that comes until there is another source. */
  refusePlay(name: 'AbortError' | 'NotSupportedError', message: string): void {
    const refusal = new DOMException(message, name);
    if (name === 'NotSupportedError') this.#refusal = refusal;
    for (const { reject } of this.#requests.splice(0)) reject(refusal);
  }

  #owner(name: string): object {
    return this.#media && name in this.#media ? this.#media : this.#makeStandIn();
  }

  #makeStandIn(): HTMLVideoElement {
    if (!this.#standIn) {
      this.#standIn = document.createElement('video');
      this.#standIn.muted = this.#options.isDefaultMuted();
    }
    return this.#standIn;
  }

  #waitForMedia(): Promise<unknown> {
    if (this.#refusal) return Promise.reject(this.#refusal);
    const playing = new Promise((resolve, reject) => this.#requests.push({ resolve, reject }));
    this.#options.onWanted();
    return playing;
  }
}
