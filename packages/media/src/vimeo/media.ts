// oxlint-disable-next-line typescript/triple-slash-reference -- whoever compiles this source has to find the shim.
/// <reference path="./vimeo-player.d.ts" />
import VimeoPlayer from '@vimeo/player/dist/player.es.js';
import type { EmbedControls, EmbedListener } from '../embed.ts';
import { fieldsOf, readReport, type SaidReport } from '../embed-report.ts';
import { createMediaError, type MediaFailure } from '../media-error.ts';
import { createFrame, mountEmbed } from '../mount-embed.ts';
import type { MediaSettings, MediaSource, MountedMedia } from '../provider.ts';
import { vimeo } from './provider.ts';

/** Vimeo's name of a refusal that the viewer can lift, in the embed itself: by a press, or by the video's password. */
const REFUSALS: readonly unknown[] = ['NotAllowedError', 'PasswordError'];
/** Nearer to the end there is only the end. */
const END_SECONDS = 0.1;

/**
 * Plays a Vimeo video in the vendor's iframe, by the vendor's library and told not to track anybody. The iframe is ours:
 * it has a title, tells the page's origin and never its address, and stands where Trusted Types are enforced.
 *
 * @see https://github.com/vimeo/player.js
 */
export function mountVimeoMedia(source: MediaSource, settings: MediaSettings): MountedMedia {
  const { capabilities, evidence } = vimeo;
  const createVimeoFrame = (): HTMLIFrameElement => createFrame(formatEmbedUrl(source), 'Vimeo video');
  const vendor = { createFrame: createVimeoFrame, connect, rates: capabilities.rates };
  return mountEmbed(source, settings, { vendor, capabilities, evidence });
}

/** @see https://developer.vimeo.com/player/sdk/embed */
function formatEmbedUrl({ id, token }: MediaSource): string {
  // Which of several players may play is the page's to say.
  const parameters = new URLSearchParams({ dnt: '1', autopause: '0', playsinline: '1' });
  if (token !== undefined) parameters.set('h', token);
  return `https://player.vimeo.com/video/${id}?${parameters.toString()}`;
}

function connect(frame: HTMLIFrameElement, listener: EmbedListener, signal: AbortSignal): void {
  const player = new VimeoPlayer(frame);
  signal.addEventListener('abort', () => void player.destroy(), { once: true });
  player.ready().then(
    () => {
      if (signal.aborted) return;
      const controls = new VimeoControls(player, listener);
      // First, lest it play before it is known that somebody listens.
      hear(player, listener, controls);
      listener.ready(controls);
    },
    (error: unknown) => listener.fail(describeError(error)),
  );
}

/** What Vimeo tells by itself: the position four times a second while it plays, so nothing is asked again and again. */
function hear(player: VimeoPlayer, listener: EmbedListener, controls: VimeoControls): void {
  const report = (said: SaidReport): void => listener.report(readReport(said));
  const on = (name: string, read: (said: Readonly<Record<string, unknown>>) => SaidReport): void =>
    player.on(name, (said) => report(read(fieldsOf(said))));
  // With the rate, so that one which was set and not taken is known not to be.
  on('timeupdate', (said) => ({ ...readPlace(said), rate: controls.rate }));
  on('seeked', readPlace);
  on('play', () => {
    controls.isPaused = false;
    return {};
  });
  on('playing', (said) => {
    controls.isPaused = false;
    controls.hasPlayed = true;
    return { ...readPlace(said), state: 'playing' };
  });
  // It also loads ahead while it stands, and says so.
  on('bufferstart', () => (controls.isPaused ? {} : { state: 'buffering' }));
  on('bufferend', () => (controls.isPaused ? {} : { state: 'playing' }));
  on('pause', (said) => {
    controls.isPaused = true;
    // At its end it pauses first.
    const isOver = Number(said['duration']) - Number(said['seconds']) < END_SECONDS;
    return isOver ? {} : { ...readPlace(said), state: 'paused' };
  });
  on('ended', () => ({ state: 'ended' }));
  on('progress', ({ percent }) => ({ loaded: percent }));
  on('playbackratechange', ({ playbackRate }) => ({ rate: (controls.rate = playbackRate) }));
  on('volumechange', ({ volume, muted }) => {
    controls.isMuted = muted === true;
    return { volume, muted };
  });
  // Of what was called, whoever called hears.
  player.on('error', (said) => fieldsOf(said)['method'] === undefined && listener.fail(describeError(said)));
  // A video that asks for its password has a length only once it was given.
  for (const name of ['loaded', 'durationchange']) player.on(name, () => void measure());
  void measure();

  async function measure(): Promise<void> {
    try {
      const [duration, buffered] = await Promise.all([player.getDuration(), player.getBuffered()]);
      const end = Array.isArray(buffered) ? Number(Object(buffered.at(-1))[1]) : 0;
      report({ duration, loaded: Math.min(1, end / duration) });
    } catch {
      // Not yet, or no more.
    }
  }
}

function readPlace({ seconds, duration }: Readonly<Record<string, unknown>>): SaidReport {
  return { time: seconds, duration };
}

class VimeoControls implements EmbedControls {
  readonly #player: VimeoPlayer;
  readonly #listener: EmbedListener;
  /** A seek before the first play would begin to play, so it waits for `play()`; seconds. */
  #startAt: number | null = null;
  #isToPlay = false;
  /** Has it ever? */
  hasPlayed = false;
  isPaused = true;
  isMuted = false;
  /** As Vimeo says. */
  rate: unknown = 1;

  constructor(player: VimeoPlayer, listener: EmbedListener) {
    this.#player = player;
    this.#listener = listener;
  }

  play(): void {
    if (this.#startAt !== null) this.#player.setCurrentTime(this.#startAt).catch(ignore);
    this.#startAt = null;
    this.#isToPlay = true;
    this.#player.play().catch((error: unknown) => {
      const { name } = describe(error);
      if (REFUSALS.includes(name)) this.#listener.refuse();
      // Of a pause that came first the base knows.
      else if (name !== 'AbortError') this.#listener.fail(describeError(error));
    });
  }

  pause(): void {
    this.#isToPlay = false;
    this.#player.pause().catch(ignore);
  }

  seek(seconds: number): void {
    if (this.hasPlayed || this.#isToPlay) this.#player.setCurrentTime(seconds).catch(ignore);
    else {
      this.#startAt = seconds;
      queueMicrotask(() => this.#listener.report({ time: seconds }));
    }
  }

  /** Some owners do not allow it, and of some plans none is. */
  setRate(rate: number): void {
    this.#player.setPlaybackRate(rate).catch(() => {
      const capabilities = Object.freeze({ ...vimeo.capabilities, rate: 'no' as const, rates: Object.freeze([1]) });
      this.#listener.refine({ capabilities, evidence: vimeo.evidence });
    });
  }

  /** A volume ends being muted. */
  setVolume(volume: number): void {
    this.#player.setVolume(volume).catch(ignore);
    if (this.isMuted) this.setMuted(true);
  }

  setMuted(muted: boolean): void {
    this.isMuted = muted;
    this.#player.setMuted(muted).catch(ignore);
  }
}

/** What came of a command is told by events; of what is removed meanwhile nobody wants to know. */
function ignore(): void {}

/** An `Error`, whose fields are not its own, or what an event carries. */
function describe(error: unknown): { readonly name?: unknown; readonly message?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}

function describeError(error: unknown): MediaFailure {
  const { name, message } = describe(error);
  const words = typeof message === 'string' ? message : 'Vimeo gives no reason.';
  return createMediaError('SRC_NOT_SUPPORTED', { message: words, ...(typeof name === 'string' && { cause: name }) });
}
