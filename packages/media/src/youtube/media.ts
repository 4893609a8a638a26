// oxlint-disable-next-line typescript/triple-slash-reference -- whoever compiles this source has to find the shim.
/// <reference path="./youtube-player.d.ts" />
import createPlayer from 'youtube-player';
import type { EmbedControls, EmbedListener, EmbedReport, EmbedWord } from '../embed.ts';
import { readReport } from '../embed-report.ts';
import { createMediaError, type MediaErrorName, type MediaFailure } from '../media-error.ts';
import { createFrame, mountEmbed } from '../mount-embed.ts';
import type { MediaSettings, MediaSource, MountedMedia } from '../provider.ts';
import { loadIframeApi, type YouTubePlayer } from './iframe-api.ts';
import { youtube } from './provider.ts';

/** @see https://developers.google.com/youtube/iframe_api_reference#Playback_status */
const STATES: Readonly<Record<number, EmbedWord>> = {
  [-1]: 'cued',
  0: 'ended',
  1: 'playing',
  2: 'paused',
  3: 'buffering',
  5: 'cued',
};

/** @see https://developers.google.com/youtube/iframe_api_reference#onError */
const ERRORS: Readonly<Record<number, readonly [MediaErrorName, string]>> = {
  2: ['SRC_NOT_SUPPORTED', 'YouTube says that the video id is invalid.'],
  5: ['DECODE', "YouTube's player cannot play this video here."],
  100: ['SRC_NOT_SUPPORTED', 'The video was removed from YouTube, or is private.'],
  101: ['SRC_NOT_SUPPORTED', 'The owner does not allow this video to be embedded.'],
  150: ['SRC_NOT_SUPPORTED', 'The owner does not allow this video to be embedded.'],
  151: ['SRC_NOT_SUPPORTED', 'YouTube does not let this video be played on this site.'],
  152: ['SRC_NOT_SUPPORTED', 'YouTube does not let this video be played here.'],
  153: ['SRC_NOT_SUPPORTED', 'YouTube was not told which page it is on: the page hides its Referer.'],
};

/**
 * Plays a YouTube video in the vendor's iframe, cookieless until played, always an iframe of ours: given a `<div>`,
 * YouTube's script would make one that tells the page's full address.
 *
 * @see https://developers.google.com/youtube/iframe_api_reference
 */
export function mountYouTubeMedia(source: MediaSource, settings: MediaSettings): MountedMedia {
  const { capabilities, evidence } = youtube;
  const createYouTubeFrame = (): HTMLIFrameElement => createFrame(formatEmbedUrl(source), 'YouTube video');
  const vendor = { createFrame: createYouTubeFrame, connect, rates: capabilities.rates };
  return mountEmbed(source, settings, { vendor, capabilities, evidence });
}

/** With the wrong `origin` the embed never says a word. */
function formatEmbedUrl({ id }: MediaSource): string {
  const parameters = new URLSearchParams({ enablejsapi: '1', origin: location.origin, playsinline: '1', rel: '0' });
  return `https://www.youtube-nocookie.com/embed/${id}?${parameters.toString()}`;
}

async function connect(frame: HTMLIFrameElement, listener: EmbedListener, signal: AbortSignal): Promise<void> {
  try {
    const api = await loadIframeApi();
    if (signal.aborted) return;
    const player = createPlayer(frame);
    signal.addEventListener('abort', () => api.get(frame.id)?.destroy(), { once: true });
    player.on('ready', ({ target }) => {
      if (signal.aborted) return;
      target.addEventListener('onAutoplayBlocked', () => listener.refuse());
      const controls = new YouTubeControls(target, listener);
      player.on('stateChange', ({ data }) => listener.report({ ...controls.read(), ...withState(data) }));
      player.on('playbackRateChange', ({ data }) => {
        controls.toldRate = Number(data);
        listener.report(controls.read());
      });
      listener.ready(controls);
    });
    player.on('error', ({ data }) => listener.fail(describeError(Number(data))));
  } catch (error) {
    // A policy that the page's Trusted Types do not allow is refused as a programmer's mistake.
    const cause = error instanceof TypeError ? 'csp-unsupported' : 'script-blocked';
    listener.fail(createMediaError('NETWORK', { message: String(error), cause }));
  }
}

class YouTubeControls implements EmbedControls {
  readonly #player: YouTubePlayer;
  readonly #listener: EmbedListener;
  /** A seek before the first play or after the end would begin to play, so it waits for `play()`; seconds. */
  #startAt: number | null = null;
  /** As the event has it, which comes before whoever asks is told; null: not since we set it. */
  toldRate: number | null = null;

  constructor(player: YouTubePlayer, listener: EmbedListener) {
    this.#player = player;
    this.#listener = listener;
  }

  play(): void {
    if (this.#startAt !== null) this.#player.seekTo(this.#startAt, true);
    this.#startAt = null;
    this.#player.playVideo();
  }

  pause(): void {
    this.#player.pauseVideo();
  }

  seek(seconds: number): void {
    const { state } = withState(this.#player.getPlayerState());
    if (state === 'cued' || state === 'ended') this.#startAt = seconds;
    else this.#player.seekTo(seconds, true);
    queueMicrotask(() => this.#listener.report(this.read()));
  }

  setRate(rate: number): void {
    this.toldRate = null;
    this.#player.setPlaybackRate(rate);
  }

  setVolume(volume: number): void {
    this.#player.setVolume(Math.round(volume * 100));
  }

  setMuted(muted: boolean): void {
    if (muted) this.#player.mute();
    else this.#player.unMute();
  }

  read(): EmbedReport {
    const player = this.#player;
    const volume = player.getVolume();
    return readReport({
      ...withState(player.getPlayerState()),
      time: this.#startAt ?? player.getCurrentTime(),
      duration: player.getDuration(),
      loaded: player.getVideoLoadedFraction(),
      rate: this.toldRate ?? player.getPlaybackRate(),
      volume: Number(volume) / 100,
      muted: player.isMuted(),
    });
  }
}

function withState(state: number | string | undefined): Pick<EmbedReport, 'state'> {
  const known = STATES[Number(state)];
  return known ? { state: known } : {};
}

function describeError(code: number): MediaFailure {
  const [name, message] = ERRORS[code] ?? ['SRC_NOT_SUPPORTED', `YouTube says error ${code}.`];
  return createMediaError(name, { message, cause: code });
}
