import { trackMedia, type MediaTracking, type TrackingEventMap, type TrackOptions } from '@chronos-player/tracker';
import { chooseBackend, identifyViewer } from './configure.ts';
import type { MediaController } from './media-controller.ts';
import type { Playback } from './playback.ts';
import { PlayerError } from './player-errors.ts';
import type { PlayerHost } from './player-host.ts';
import { reportFailure } from './report-failure.ts';

/** Dispatched by the tracking, and again by the element. */
const RELAYED = ['chronos-sessionstart', 'chronos-sessionupdate', 'chronos-sessionend', 'chronos-milestone'] as const;

/** Where a {@link MediaTracking} is heard. */
export interface RelayOptions {
  readonly host: PlayerHost;
  readonly playback: Playback;
  /** Aborted when the video is no longer the one that is tracked. */
  readonly signal: AbortSignal;
}

/**
 * Tracks what the element plays. Loaded, with the tracker, by whoever has something to track.
 *
 * @throws TypeError for a `video-id` that is no uuid, or a `supabase-url` that is no address.
 */
export function startTracking(host: PlayerHost, media: MediaController, { mounted }: Playback): MediaTracking {
  return trackMedia(mounted.media, chooseOptions(host, media));
}

/** Lets the page hear of the tracking, and the media of an earlier visit. */
export function relayTracking(tracking: MediaTracking, { host, playback, signal }: RelayOptions): void {
  const relay = ({ type, detail }: Pick<CustomEvent<unknown>, 'type' | 'detail'>): void => {
    host.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
  };
  // Not tied to the signal: the event that says the session has ended is dispatched by ending it.
  for (const type of RELAYED) tracking.addEventListener(type, relay);
  tracking.addEventListener('chronos-error', ({ detail }) => {
    void reportFailure(host, new PlayerError(`tracking-${detail.code}`, detail.message));
  });
  const resume = ({ detail }: TrackingEventMap['chronos-sessionupdate']): void =>
    playback.resumeAt(detail.resume_position_seconds, detail.completed);
  tracking.addEventListener('chronos-sessionupdate', resume, { signal, once: true });
}

function chooseOptions(host: PlayerHost, { provider, video }: MediaController): TrackOptions {
  const { videoId, courseId, moduleId, referrerType, sessionStart, consent } = host;
  const completionThreshold = video?.completion_threshold;
  return {
    ...chooseBackend(host),
    videoId,
    sessionStart,
    identity: identifyViewer,
    ...(provider && { evidence: provider.evidence }),
    ...(courseId && { courseId }),
    ...(moduleId && { moduleId }),
    ...(referrerType && { referrerType }),
    ...(consent && { consent }),
    ...(completionThreshold && { completionThreshold }),
  };
}
