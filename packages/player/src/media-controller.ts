import {
  parseSource,
  PROVIDERS,
  type MediaFailure,
  type MediaProvider,
  type MediaSource,
  type MountMedia,
} from '@chronos-player/media';
import type { CloseReason } from '@chronos-player/tracker';
import type { ReactiveController } from '@lit/reactive-element';
import { chooseBackend } from './configure.ts';
import type { CurrentMedia } from './current-media.ts';
import type * as OnDemand from './on-demand.ts';
import type { Playback, PlaybackOptions } from './playback.ts';
import { isPlayerError, PlayerError } from './player-errors.ts';
import type { PlayerHost } from './player-host.ts';
import type { PlayerVideo } from './read-player-video.ts';
import { reportFailure } from './report-failure.ts';

/** How the element is, in one word: its CSS `:state()`. */
export type PlayerState = 'facade' | 'loading' | 'playing' | 'paused' | 'ended' | 'error';

/** What a {@link MediaController} is given. */
export interface MediaControllerOptions {
  readonly current: CurrentMedia;
  /** Something that can be seen or asked has changed. Called before the event that announces it. */
  readonly onChange: () => void;
  /** Called while the media that is about to go can still be read. */
  readonly onUnmount: (reason: CloseReason) => void;
}

const HAVE_CURRENT_DATA = 2;
const NETWORK_LOADING = 2;

/**
 * Decides what is open: brings in what the attributes name, takes it out again. One attempt at a time, each abortable.
 * How it plays is {@link Playback}'s, which is loaded when there is something to play.
 */
export class MediaController implements ReactiveController {
  readonly #host: PlayerHost;
  readonly #options: MediaControllerOptions;
  /** What the attributes named when the present attempt began; null: nothing is open. */
  #opened: string | null = null;
  #abort = new AbortController();
  /** Somebody wants it to play: it is brought in at once. */
  #isWanted = false;
  #bringIn: (() => void) | null = null;
  playback: Playback | null = null;
  provider: MediaProvider | null = null;
  /** What the database said, where it was asked. */
  video: PlayerVideo | null = null;
  failure: PlayerError | null = null;

  constructor(host: PlayerHost, options: MediaControllerOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  get state(): PlayerState {
    if (this.failure) return 'error';
    if (this.#bringIn) return 'facade';
    if (!this.playback) return this.#opened === null ? 'paused' : 'loading';
    const { media } = this.playback.mounted;
    if (media.ended) return 'ended';
    if (!media.paused) return media.readyState > HAVE_CURRENT_DATA ? 'playing' : 'loading';
    const isLoading = media.readyState < HAVE_CURRENT_DATA && Reflect.get(media, 'networkState') === NETWORK_LOADING;
    return isLoading ? 'loading' : 'paused';
  }

  /** The media's own error where there is one, otherwise one of the same shape. */
  get error(): MediaError | MediaFailure | null {
    if (!this.failure) return null;
    const { code, mediaCode, message } = this.failure;
    const error = this.playback?.mounted.media.error as MediaError | MediaFailure | null | undefined;
    return error ?? { code: mediaCode, message, cause: code };
  }

  hostUpdate(): void {
    if (!this.#host.isConnected) return;
    this.reconsider();
    if (this.#opened === null) void this.#open();
    else if (this.#bringIn && !this.#waitsForViewer()) this.want();
    else this.playback?.followAttributes();
  }

  /** Closes at once what the attributes no longer name, so that what is set next is meant for the next. */
  reconsider(): void {
    if (this.#opened !== null && this.#opened !== this.#wanted()) this.close('source_change');
  }

  /** As on HTMLMediaElement: the same source from its beginning. */
  load(): void {
    if (this.playback) this.playback.load();
    else if (this.#bringIn) this.want();
    else this.close('source_change');
  }

  /** What waits behind a facade waits no longer. */
  want(): void {
    this.#isWanted = true;
    this.#bringIn?.();
  }

  /** The viewer asks again: from where it broke. */
  retry(): void {
    if (this.playback) this.playback.retry();
    else this.load();
  }

  /** The viewer is about to play. What takes time is begun; answers whom to greet, unless he asked not to be told of. */
  warm(): readonly string[] {
    Promise.all([this.#demand(), this.provider?.load?.()]).catch(() => {});
    const isPrivate = Reflect.get(navigator, 'globalPrivacyControl') || navigator.doNotTrack === '1';
    return isPrivate ? [] : (this.provider?.origins ?? []);
  }

  /** Ends the attempt: nothing of it is left, and what comes late from it is ignored. */
  close(reason: CloseReason): void {
    const { playback } = this;
    if (this.#opened === null) return;
    if (playback) this.#options.onUnmount(reason);
    this.#opened = this.#bringIn = null;
    this.#isWanted = false;
    this.#abort.abort();
    this.#options.current.detach();
    this.playback = this.provider = this.video = this.failure = null;
    playback?.mounted.destroy();
    this.#options.onChange();
    if (playback) this.#host.dispatchEvent(new Event('emptied'));
  }

  #wanted(): string {
    const { src, videoId } = this.#host;
    return src || (videoId && JSON.stringify([videoId, chooseBackend(this.#host)]));
  }

  async #open(): Promise<void> {
    this.#opened = this.#wanted();
    const { signal } = (this.#abort = new AbortController());
    try {
      const { src, videoId } = this.#host;
      if (!src && !videoId) throw new PlayerError('source-missing', 'Neither src nor video-id is set');
      const named = src ? this.#recognise(src) : null;
      const video = named ? null : await (await this.#demand()).findPlayerVideo(this.#host, signal);
      if (signal.aborted) return;
      this.video = video;
      const source = named ?? this.#recognise(video?.src ?? '');
      if (this.#waitsForViewer()) await this.#untilWanted(signal);
      if (signal.aborted) return;
      const [{ Playback }, mount] = await Promise.all([this.#demand(), this.#load(source)]);
      if (!signal.aborted) this.#begin(Playback, { source, video, mount, renew: video && this.#renew, signal });
    } catch (error) {
      if (signal.aborted) return;
      this.#setFailure(isPlayerError(error) ? error : new PlayerError('player-incomplete', String(error)));
      this.#host.dispatchEvent(new Event('error'));
    }
  }

  async #demand(): Promise<typeof OnDemand> {
    const demanded = await import('./on-demand.ts');
    demanded.showWaiting(this.#host);
    return demanded;
  }

  /** What the database says now of where the video is. */
  readonly #renew = async (): Promise<string> => {
    const { signal } = this.#abort;
    return (await (await this.#demand()).findPlayerVideo(this.#host, signal)).src;
  };

  /** Nobody but the page's own servers is asked before the viewer acts, unless the page says otherwise. */
  #waitsForViewer(): boolean {
    const { loading, autoplay } = this.#host;
    const isForeign = (this.provider?.origins.length ?? 0) > 0;
    return !this.#isWanted && !autoplay && (loading ? loading !== 'eager' : isForeign);
  }

  async #untilWanted(signal: AbortSignal): Promise<void> {
    const look: IntersectionObserverCallback = ([entry]) => entry?.isIntersecting && this.want();
    const nearby = new IntersectionObserver(look, { rootMargin: '50%' });
    if (this.#host.loading === 'lazy') nearby.observe(this.#host);
    await new Promise<void>((resolve) => {
      this.#bringIn = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.#options.onChange();
    });
    nearby.disconnect();
    if (signal.aborted) return;
    this.#bringIn = null;
    this.#options.onChange();
  }

  #recognise(src: string): MediaSource {
    const source = parseSource(src);
    this.provider = PROVIDERS.find(({ name }) => name === source?.provider) ?? null;
    if (source) return source;
    throw new PlayerError('source-unknown', `"${src}" is no video we know`);
  }

  async #load({ url }: MediaSource): Promise<MountMedia> {
    const mount = await this.provider?.load?.();
    if (mount) return mount;
    throw new PlayerError('source-unsupported', `This version does not play ${url}`);
  }

  #begin(Kind: typeof Playback, what: Pick<PlaybackOptions, 'source' | 'video' | 'mount' | 'renew' | 'signal'>): void {
    const { current, onChange } = this.#options;
    const onFailure = (failure: PlayerError | null): void => this.#setFailure(failure);
    this.playback = new Kind(this.#host, { ...what, current, onChange, onFailure });
    this.playback.begin();
  }

  #setFailure(failure: PlayerError | null): void {
    this.failure = failure;
    if (failure) this.#options.current.refusePlay('NotSupportedError', failure.message);
    this.#options.onChange();
    if (failure) void reportFailure(this.#host, failure);
  }
}
