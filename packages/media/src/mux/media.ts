import MuxPlayerElement from '@mux/mux-player';
import { LateMedia } from '../late-media.ts';
import { createMediaError, type MediaFailure } from '../media-error.ts';
import { chooseTimes, releaseVideo } from '../native-video.ts';
import { pauseOnceAt } from '../pause-once-at.ts';
import { createPlacedBox } from '../placed-box.ts';
import type { MediaSettings, MediaSource, MountedMedia } from '../provider.ts';
import { mux } from './provider.ts';

/**
 * Plays a Mux video with `<mux-player>`, made where it is to play; the `<video>` in it says what happens. Mux Data and
 * Mux' cookies stay off, and so does Google's cast script, which the player fetches otherwise.
 *
 * @see https://www.mux.com/docs/guides/player-api-reference
 */
export function mountMuxMedia(source: MediaSource, settings: MediaSettings): MountedMedia {
  const player = createPlayer(source, settings);
  const ending = new AbortController();
  const { signal } = ending;
  const media = new LateMedia({
    settings,
    signal,
    wake: () => player.setAttribute('preload', 'auto'),
    load: () => media.video && startOver(player, media.video, signal),
    describeError: () => describeError(player, media.readyState),
  });
  const begin = (): void => {
    if (signal.aborted) return;
    element.append(player);
    const video = player.media?.nativeEl;
    if (!player.media || !video) throw new Error('mux-player made no <video>.');
    player.media.disableRemotePlayback = true;
    media.take(video);
    const { endTime } = chooseTimes(source, settings.startTime);
    if (endTime !== undefined) pauseOnceAt(video, endTime, signal);
    player.playbackId = source.id;
    settings.onRefined?.();
  };
  const element = createPlacedBox(begin);
  return {
    media,
    element,
    get nativeVideo() {
      return media.video;
    },
    capabilities: mux.capabilities,
    evidence: mux.evidence,
    destroy() {
      ending.abort();
      // Removed, it lets go of everything; told anything afterwards, it begins to observe anew.
      element.remove();
      if (media.video) releaseVideo(media.video);
    },
  };
}

/** In two steps: what is said of the old source is lost when the new one comes in the same task. */
function startOver(player: MuxPlayerElement, video: HTMLVideoElement, signal: AbortSignal): void {
  video.removeAttribute('src');
  video.load();
  setTimeout(() => {
    if (!signal.aborted) player.load();
  });
}

function createPlayer(source: MediaSource, settings: MediaSettings): MuxPlayerElement {
  const player = new MuxPlayerElement();
  const attributes = {
    'disable-tracking': true,
    'disable-cookies': true,
    'playback-token': source.token,
    'start-time': chooseTimes(source, settings.startTime).startTime,
    autoplay: settings.autoplay,
    muted: settings.muted,
    loop: settings.loop,
    preload: settings.preload,
    crossorigin: settings.crossOrigin ?? false,
  };
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) player.setAttribute(name, value === true ? '' : String(value));
  }
  if (!settings.controls) player.style.setProperty('--controls', 'none');
  Object.assign(player.style, { display: 'block', width: '100%', height: '100%' });
  return player;
}

/** @see https://github.com/muxinc/elements/blob/main/packages/playback-core/src/errors.ts */
function describeError(player: MuxPlayerElement, readyState: number): MediaFailure {
  const error = (Reflect.get(player, 'error') ?? {}) as { code?: number; message?: string; muxCode?: number };
  const name = readyState === 0 ? 'SRC_NOT_SUPPORTED' : error.code === 2 ? 'NETWORK' : 'DECODE';
  const { message = 'Mux gives no reason', muxCode } = error;
  return createMediaError(name, { message, ...(muxCode !== undefined && { cause: muxCode }) });
}
