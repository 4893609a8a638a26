import type { PlayerHost } from '../player-host.ts';
import type { PlayerVideo } from '../read-player-video.ts';

/** What is shown and steered from outside the page. */
interface MediaSessionOptions {
  readonly video: HTMLVideoElement;
  readonly described: PlayerVideo | null;
  readonly signal: AbortSignal;
}

/** Seconds, unless the system says otherwise. */
const STEP = 10;
const ACTIONS = ['play', 'pause', 'seekbackward', 'seekforward', 'seekto'] as const;

/**
 * Tells the system what plays, and does what its keys, its lock screen or a headset ask for. The page has one media session: it
 * belongs to the player that played last.
 *
 * @see https://www.w3.org/TR/mediasession/
 */
export function holdMediaSession(host: PlayerHost, { video, described, signal }: MediaSessionOptions): void {
  if (!('mediaSession' in navigator)) return;
  const { mediaSession } = navigator;
  const metadata = new MediaMetadata(describe(host, described));
  const isOurs = (): boolean => mediaSession.metadata === metadata;
  const take = (): void => {
    if (isOurs()) return;
    mediaSession.metadata = metadata;
    for (const action of ACTIONS) mediaSession.setActionHandler(action, (details) => act(video, details));
  };
  const tell = (): void => {
    if (isOurs()) tellPosition(video);
  };
  video.addEventListener('play', take, { signal });
  for (const type of ['loadedmetadata', 'ratechange', 'seeked', 'play', 'pause'])
    video.addEventListener(type, tell, { signal });
  if (!video.paused) take();
  tell();
  const give = (): void => {
    if (!isOurs()) return;
    mediaSession.metadata = null;
    for (const action of ACTIONS) mediaSession.setActionHandler(action, null);
  };
  signal.addEventListener('abort', give, { once: true });
}

function describe(host: PlayerHost, described: PlayerVideo | null): MediaMetadataInit {
  const title = described?.title || host.ariaLabel || document.title;
  const poster = host.poster || described?.poster;
  return { title, ...(poster && { artwork: [{ src: new URL(poster, document.baseURI).href }] }) };
}

function act(video: HTMLVideoElement, { action, seekOffset, seekTime }: MediaSessionActionDetails): void {
  const step = seekOffset ?? STEP;
  if (action === 'play') video.play().catch(() => {});
  else if (action === 'pause') video.pause();
  else if (action === 'seekto') video.currentTime = seekTime ?? video.currentTime;
  else video.currentTime = Math.max(0, video.currentTime + (action === 'seekforward' ? step : -step));
}

/** A live stream has none. */
function tellPosition({ duration, currentTime, playbackRate }: HTMLVideoElement): void {
  if (!Number.isFinite(duration) || playbackRate <= 0) return;
  navigator.mediaSession.setPositionState({ duration, playbackRate, position: Math.min(currentTime, duration) });
}
