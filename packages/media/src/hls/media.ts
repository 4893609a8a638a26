import type { MediaCapabilities } from '../media.ts';
import { createMediaError, type MediaFailure } from '../media-error.ts';
import { chooseTimes, createVideo, releaseVideo } from '../native-video.ts';
import { pauseOnceAt } from '../pause-once-at.ts';
import type { MediaSettings, MediaSource, MountedMedia } from '../provider.ts';
import { formatFragment } from '../source-url.ts';
import { VideoRenditions } from '../video-renditions.ts';
import { HlsJs, importHlsJs } from './hls-js.ts';
import { type ManifestNeeds, readManifestNeeds } from './manifest.ts';
import { hls } from './provider.ts';

/** Nobody but the browser can choose a rendition of its own HLS. */
const NATIVE_CAPABILITIES: MediaCapabilities = Object.freeze({ ...hls.capabilities, quality: 'no' });
const MIME_TYPE = 'application/vnd.apple.mpegurl';

/**
 * Plays HLS with a native `<video>`, which is itself the media: by the browser's own HLS where it has one that can play
 * this playlist, otherwise by hls.js, loaded then. `settings.engine` decides for one of them.
 *
 * Two properties of the `<video>` are laid over, for what the platform cannot know while hls.js feeds it: `load()` starts
 * over with the playlist, and `error` says what hls.js says. One is added: `videoRenditions`, empty while the browser plays.
 */
export function mountHlsMedia(source: MediaSource, settings: MediaSettings): MountedMedia {
  const video = createVideo(settings);
  const stream = new HlsStream(video, source, settings);
  return {
    media: video,
    element: video,
    nativeVideo: video,
    get capabilities() {
      return stream.capabilities;
    },
    evidence: hls.evidence,
    destroy() {
      stream.destroy();
      releaseVideo(video);
    },
  };
}

class HlsStream {
  readonly #video: HTMLVideoElement;
  readonly #source: MediaSource;
  readonly #settings: MediaSettings;
  readonly #ending = new AbortController();
  /** One per beginning. */
  #life = new AbortController();
  #engine: HlsJs | null = null;
  #failure: MediaFailure | null = null;
  #needs: ManifestNeeds | null = null;
  #isNative = false;
  readonly #renditions = new VideoRenditions();
  capabilities: MediaCapabilities = hls.capabilities;

  constructor(video: HTMLVideoElement, source: MediaSource, settings: MediaSettings) {
    this.#video = video;
    this.#source = source;
    this.#settings = settings;
    const native = (): unknown => Reflect.get(HTMLMediaElement.prototype, 'error', video);
    Object.defineProperties(video, {
      load: { configurable: true, value: () => this.#restart() },
      error: { configurable: true, get: () => (native() && this.#failure) ?? native() },
      videoRenditions: { configurable: true, value: this.#renditions },
    });
    // First of all listeners, so that it can keep an error from the others.
    video.addEventListener('error', (event) => this.#fallBack(event), { signal: this.#ending.signal });
    if (settings.preload !== 'none' || settings.autoplay) void this.#begin();
    else video.addEventListener('play', () => void this.#begin(), { signal: this.#life.signal, once: true });
  }

  destroy(): void {
    this.#ending.abort();
    this.#life.abort();
    Reflect.deleteProperty(this.#video, 'load');
    this.#engine?.destroy();
    this.#engine = null;
  }

  /** As `load()` says: the same source from its beginning. */
  #restart(): void {
    const engine = this.#engine;
    if (engine && !engine.isRecovering) {
      this.#life.abort();
      engine.destroy();
      this.#engine = null;
      this.#video.removeAttribute('src');
    }
    HTMLMediaElement.prototype.load.call(this.#video);
    this.#failure = null;
    if (this.#engine || this.#video.src) return;
    this.#life = new AbortController();
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const { signal } = this.#life;
    const { engine } = this.#settings;
    const needs = engine === 'native' ? null : await this.#readNeeds(signal);
    if (signal.aborted) return;
    const canPlay = this.#video.canPlayType(MIME_TYPE) !== '';
    const isExposed = !needs?.hasRenditions || 'audioTracks' in this.#video;
    if (engine === 'native' || !hasMediaSource() || (engine === 'auto' && canPlay && isExposed))
      this.#playNatively(needs);
    else {
      const { paused } = this.#video;
      await this.#playByHlsJs(needs);
      this.#carryOn(paused);
    }
  }

  /** null: it cannot be read, and whoever plays it will say why. */
  async #readNeeds(signal: AbortSignal): Promise<ManifestNeeds | null> {
    const credentials = this.#settings.crossOrigin === 'use-credentials' ? 'include' : 'same-origin';
    try {
      const response = await fetch(this.#source.id, { credentials, signal });
      return response.ok ? readManifestNeeds(await response.text()) : null;
    } catch {
      return null;
    }
  }

  #playNatively(needs: ManifestNeeds | null): void {
    this.#needs = needs;
    this.#isNative = true;
    this.#refine(NATIVE_CAPABILITIES);
    this.#video.src = this.#source.id + formatFragment(this.#times);
    this.#carryOn(this.#video.paused);
  }

  /** What the browser's own HLS cannot play, hls.js may; then nobody hears of the error. */
  #fallBack(event: Event): void {
    const { currentTime, paused, error } = this.#video;
    const canHelp =
      this.#settings.engine === 'auto' && hasMediaSource() && error?.code !== MediaError.MEDIA_ERR_NETWORK;
    if (!this.#isNative || !canHelp) return;
    event.stopImmediatePropagation();
    void this.#playByHlsJs(this.#needs, currentTime || undefined).then(() => this.#carryOn(paused));
  }

  /** A source that comes after `play()` waits for another one where `preload` is `none`; in Chromium, and on purpose. */
  #carryOn(wasPaused: boolean): void {
    if (!wasPaused && !this.#life.signal.aborted) this.#video.play().catch(() => {});
  }

  async #playByHlsJs(needs: ManifestNeeds | null, position?: number): Promise<void> {
    const { signal } = this.#life;
    this.#isNative = false;
    const isFull = needs !== null && (needs.hasRenditions || needs.isProtected);
    const Kind = await importHlsJs({ isFull }).catch((error: unknown) => this.#lack(error));
    if (!Kind || signal.aborted) return;
    const { startTime, endTime } = this.#times;
    const wanted = position ?? (this.#video.currentTime || startTime);
    this.#refine(hls.capabilities);
    if (endTime !== undefined) pauseOnceAt(this.#video, endTime, signal);
    this.#engine = new HlsJs(Kind, this.#video, {
      url: this.#source.id,
      startTime: wanted,
      settings: this.#settings,
      renditions: this.#renditions,
      onFailure: (failure) => (this.#failure = failure),
    });
  }

  /** An empty address is how a `<video>` is told that there is nothing to play: it says so, and refuses those who wait. */
  #lack(error: unknown): undefined {
    if (this.#life.signal.aborted) return;
    this.#failure = createMediaError('SRC_NOT_SUPPORTED', { message: `hls.js could not be loaded (${String(error)})` });
    this.#video.src = '';
  }

  get #times(): Pick<MediaSource, 'startTime' | 'endTime'> {
    return chooseTimes(this.#source, this.#settings.startTime);
  }

  #refine(capabilities: MediaCapabilities): void {
    if (this.capabilities === capabilities) return;
    this.capabilities = capabilities;
    this.#settings.onRefined?.();
  }
}

function hasMediaSource(): boolean {
  return 'MediaSource' in globalThis || 'ManagedMediaSource' in globalThis;
}
