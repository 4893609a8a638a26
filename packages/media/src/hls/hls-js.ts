// oxlint-disable-next-line typescript/triple-slash-reference -- whoever compiles this source has to find the shim.
/// <reference path="./hls-light.d.ts" />
import type Hls from 'hls.js';
import type { ErrorData } from 'hls.js';
import { createMediaError, type MediaErrorName, type MediaFailure } from '../media-error.ts';
import type { MediaSettings } from '../provider.ts';
import type { VideoRenditions } from '../video-renditions.ts';

/** What hls.js is to play, and how. */
export interface HlsJsOptions {
  /** Address of the playlist. */
  readonly url: string;
  /** Seconds; absent: from the beginning, or where a live stream stands. */
  readonly startTime: number | undefined;
  readonly settings: Pick<MediaSettings, 'preload' | 'crossOrigin'>;
  /** Filled with what the playlist has. */
  readonly renditions: VideoRenditions;
  readonly onFailure: (failure: MediaFailure) => void;
}

/** Before the first play no more than a first picture is fetched, unless `preload` says `auto`. */
const SPARING = { maxBufferLength: 1, maxBufferSize: 1 };
const GENEROUS = { maxBufferLength: 30, maxBufferSize: 60_000_000 };
const MOST_PARSE_FAILURES = 2;
/** A longer hole is no beginning of a segment. */
const MOST_HOLE_SECONDS = 0.5;

/** The renditions of the light build are all there is in most playlists; the full one knows subtitles, sound and DRM. */
export async function importHlsJs({ isFull }: { isFull: boolean }): Promise<typeof Hls> {
  return (await (isFull ? import('hls.js') : import('hls.js/light'))).default;
}

/**
 * hls.js feeding one `<video>`, from its being attached to its failure or end.
 *
 * What fails is told to the browser through the MediaSource, in the standard's own way: the `<video>` then has its
 * MediaError, dispatches `error` and rejects pending `play()` promises itself.
 *
 * @see https://www.w3.org/TR/media-source-2/#end-of-stream-algorithm
 */
export class HlsJs {
  readonly #hls: Hls;
  readonly #kind: typeof Hls;
  readonly #options: HlsJsOptions;
  readonly #ending = new AbortController();
  #source: MediaSource | undefined;
  #parseFailures = 0;
  #hasRecovered = false;
  /** hls.js itself empties the `<video>`, to fill it again. */
  isRecovering = false;

  constructor(kind: typeof Hls, video: HTMLVideoElement, options: HlsJsOptions) {
    const { startTime, settings } = options;
    const isSparing = settings.preload !== 'auto' && video.paused && !video.autoplay;
    this.#kind = kind;
    this.#options = options;
    this.#hls = new kind({
      ...(isSparing ? SPARING : GENEROUS),
      // A worker made of a blob needs `worker-src blob:` of every page that has a policy.
      enableWorker: false,
      capLevelToPlayerSize: true,
      liveDurationInfinity: true,
      startPosition: startTime ?? -1,
      xhrSetup: (xhr) => void (xhr.withCredentials = settings.crossOrigin === 'use-credentials'),
    });
    this.#hls.on(kind.Events.MEDIA_ATTACHED, (_, { mediaSource }) => this.#attached(mediaSource));
    for (const type of [kind.Events.MANIFEST_PARSED, kind.Events.LEVELS_UPDATED] as const)
      this.#hls.on(type, () => this.#offerRenditions());
    this.#hls.on(kind.Events.ERROR, (_, data) => this.#hear(data));
    this.#hls.on(kind.Events.FRAG_BUFFERED, (_, { frag }) => frag.type.startsWith('main') && stepOverHole(video, frag));
    const { signal } = this.#ending;
    video.addEventListener('play', () => Object.assign(this.#hls.config, GENEROUS), { signal, once: true });
    const { playbackRate } = video;
    this.#hls.attachMedia(video);
    // A new source begins at the default rate; what was set before is meant for this one.
    if (video.playbackRate !== playbackRate) video.playbackRate = playbackRate;
  }

  /** Another one begins with the next segment: what is buffered of the old one is not thrown away under the viewer. */
  #offerRenditions(): void {
    const hls = this.#hls;
    const renditions = hls.levels.map(({ width, height, bitrate }, index) => ({
      id: `${index}`,
      width,
      height,
      bitrate,
    }));
    this.#options.renditions.offer(renditions, (index) => (hls.nextLevel = index));
  }

  /** Lets go of the `<video>` as it is; emptying it is its owner's. */
  destroy(): void {
    this.#ending.abort();
    this.#options.renditions.offer([], () => {});
    this.#hls.transferMedia();
    this.#hls.destroy();
  }

  #attached(source: MediaSource | undefined): void {
    const isFirst = this.#source === undefined;
    this.#source = source;
    if (isFirst) this.#hls.loadSource(this.#options.url);
  }

  #hear(data: ErrorData): void {
    const { ErrorDetails, ErrorTypes } = this.#kind;
    const hasBegun = (this.#hls.media?.readyState ?? 0) > 0;
    // What is no video at all stays none, however often it is fetched.
    if (data.details === ErrorDetails.FRAG_PARSING_ERROR && !hasBegun) this.#parseFailures += 1;
    if (!data.fatal && this.#parseFailures < MOST_PARSE_FAILURES) return;
    if (data.type === ErrorTypes.MEDIA_ERROR && hasBegun && !this.#hasRecovered) this.#recover();
    else this.#fail(data, hasBegun);
  }

  #recover(): void {
    this.#hasRecovered = this.isRecovering = true;
    this.#hls.recoverMediaError();
    this.isRecovering = false;
  }

  #fail(data: ErrorData, hasBegun: boolean): void {
    const isNetwork = data.type === this.#kind.ErrorTypes.NETWORK_ERROR;
    const name: MediaErrorName = !hasBegun ? 'SRC_NOT_SUPPORTED' : isNetwork ? 'NETWORK' : 'DECODE';
    this.#options.onFailure(createMediaError(name, { message: describe(data), cause: data.details }));
    this.destroy();
    if (this.#source?.readyState === 'open') endInError(this.#source, isNetwork ? 'network' : 'decode');
  }
}

/**
 * A segment may begin with nothing: its first picture comes some frames after its own start. Who is sent there arrives at that
 * picture; Firefox would wait for ever, and hls.js with it.
 */
function stepOverHole(video: HTMLVideoElement, { start, end }: { readonly start: number; readonly end: number }): void {
  const { currentTime, buffered, seeking } = video;
  if (!seeking || currentTime < start || currentTime >= end) return;
  for (let index = 0; index < buffered.length; index += 1) {
    const ahead = buffered.start(index) - currentTime;
    if (ahead <= 0 && buffered.end(index) > currentTime) return;
    if (ahead > 0 && ahead <= MOST_HOLE_SECONDS) {
      video.currentTime = buffered.start(index);
      return;
    }
  }
}

function describe({ details, response, error }: ErrorData): string {
  const status = response?.code ? ` with status ${response.code}` : '';
  return `hls.js gave up: ${details}${status} (${error.message})`;
}

/** The stream can only be ended between two appends. */
function endInError(source: MediaSource, reason: 'network' | 'decode'): void {
  const busy = [...source.sourceBuffers].find(({ updating }) => updating);
  if (!busy) source.endOfStream(reason);
  else busy.addEventListener('updateend', () => endInError(source, reason), { once: true });
}
