import type { EmbedControls, EmbedListener, EmbedReport } from '../embed.ts';
import { fieldsOf, readReport } from '../embed-report.ts';
import { createMediaError } from '../media-error.ts';
import { createFrame, mountEmbed } from '../mount-embed.ts';
import type { MediaSettings, MediaSource, MountedMedia, Refinement } from '../provider.ts';
import { estimateWatching } from './estimate-watching.ts';
import { connectPlayerJs, type PlayerJsClient } from './player-js.ts';
import { loom } from './provider.ts';
import { RateGuess } from './rate-guess.ts';

/** What is listened for. */
const EVENTS = ['play', 'pause', 'ended', 'timeupdate', 'progress', 'seeked', 'error'] as const;

/** What is left when the embed stays silent: that somebody presumably watched. */
const ESTIMATED: Refinement = {
  evidence: 'estimated',
  capabilities: Object.freeze({
    ...loom.capabilities,
    seek: 'no',
    volume: 'no',
    position: 'no',
    ended: 'no',
  }),
};

/**
 * Plays a Loom video in the vendor's iframe, which speaks player.js without promising it. One that stays silent is
 * watched from outside: see {@link estimateWatching}.
 */
export function mountLoomMedia(source: MediaSource, settings: MediaSettings): MountedMedia {
  const { capabilities, evidence } = loom;
  const address = formatEmbedUrl(source);
  const vendor = {
    createFrame: () => createFrame(address, 'Loom video'),
    connect: (frame: HTMLIFrameElement, listener: EmbedListener, signal: AbortSignal) =>
      connect(frame, { listener, signal, source }),
    rates: capabilities.rates,
  };
  return mountEmbed(source, settings, { vendor, capabilities, evidence });
}

function formatEmbedUrl({ id }: MediaSource): string {
  const hidden = ['hide_owner', 'hide_share', 'hide_title', 'hideEmbedTopBar'];
  const parameters = new URLSearchParams(hidden.map((name) => [name, 'true']));
  return `https://www.loom.com/embed/${id}?${parameters.toString()}`;
}

function connect(
  frame: HTMLIFrameElement,
  { listener, signal, source }: { listener: EmbedListener; signal: AbortSignal; source: MediaSource },
): void {
  const estimate = new AbortController();
  const rate = new RateGuess();
  const client = connectPlayerJs(frame, EVENTS, {
    signal,
    onReady() {
      estimate.abort();
      listener.refine(loom);
      listener.ready(createControls(client, rate));
      client.call('getDuration');
    },
    onEvent: (event, value) => {
      if (event === 'error')
        listener.fail(
          createMediaError('SRC_NOT_SUPPORTED', { message: 'Loom cannot play this video.', cause: 'loom' }),
        );
      else listener.report(guessRate(rate, event, readEvent(event, value)));
    },
    onSilence() {
      listener.refine(ESTIMATED);
      estimateWatching(frame, { listener, source, signal: AbortSignal.any([signal, estimate.signal]) });
    },
  });
}

/** Adds what the vendor leaves out: how fast it plays. A position that tells either of a seek or of another rate waits. */
function guessRate(guess: RateGuess, event: string, report: EmbedReport): EmbedReport {
  const { time, ...more } = report;
  if (event !== 'timeupdate') {
    if (report.state || event === 'seeked') guess.forget();
    return report;
  }
  const isBelieved = time === undefined || guess.take(time, performance.now() / 1000);
  return { ...(isBelieved ? report : more), rate: guess.rate };
}

function createControls(client: PlayerJsClient, rate: RateGuess): EmbedControls {
  return {
    play: () => client.call('play'),
    pause: () => client.call('pause'),
    seek(seconds) {
      rate.forget();
      client.call('setCurrentTime', seconds);
    },
    setRate() {},
    setVolume: (volume) => client.call('setVolume', Math.round(volume * 100)),
    setMuted: (muted) => client.call(muted ? 'mute' : 'unmute'),
  };
}

/** Whatever is not understood says nothing. */
function readEvent(event: string, value: unknown): EmbedReport {
  switch (event) {
    case 'play':
      return { state: 'playing' };
    case 'pause':
      return { state: 'paused' };
    case 'ended':
      return { state: 'ended' };
    case 'getDuration':
      return readReport({ duration: value });
    case 'timeupdate':
    case 'seeked': {
      const { seconds, duration } = fieldsOf(value);
      return readReport({ time: seconds, duration });
    }
    case 'progress': {
      // Two shapes are about: a part of the whole, and seconds of so many.
      const { percent, seconds, duration } = fieldsOf(value);
      return readReport({ loaded: Math.min(1, Number(percent ?? Number(seconds) / Number(duration))) });
    }
    default:
      return {};
  }
}
