import {
  trackMedia,
  type MediaTracking,
  type TrackingErrorCode,
  type TrackingEventMap,
  type TrackOptions,
} from '@chronos-player/tracker';
import { chooseBackend, identifyViewer } from './configure.ts';
import type { MediaController } from './media-controller.ts';
import { PlayerError } from './player-errors.ts';
import type { PlayerHost } from './player-host.ts';
import { reportFailure } from './report-failure.ts';

/** Dispatched by the tracking, and again by the element. */
const RELAYED = ['chronos-sessionstart', 'chronos-sessionupdate', 'chronos-sessionend', 'chronos-milestone'] as const;

/**
 * Tracks what the element plays and lets the page hear of it. Loaded, with the tracker, by whoever has something to track.
 *
 * @param signal aborted when the video is no longer the one that is tracked.
 * @throws TypeError for a `video-id` that is no uuid, or a `supabase-url` that is no address.
 */
export function startTracking(host: PlayerHost, media: MediaController, signal: AbortSignal): MediaTracking {
  const { playback } = media;
  if (!playback) throw new TypeError('There is nothing to track.');
  const tracking = trackMedia(playback.mounted.media, chooseOptions(host, media));
  // Not tied to the signal: the event that says the session has ended is dispatched by ending it.
  for (const type of RELAYED) {
    tracking.addEventListener(type, ({ detail }: CustomEvent<unknown>) => {
      host.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
    });
  }
  tracking.addEventListener('chronos-error', ({ detail }) => {
    void reportFailure(host, new PlayerError(`tracking-${detail.code as TrackingErrorCode}`, detail.message));
  });
  const resume = ({ detail }: TrackingEventMap['chronos-sessionupdate']): void =>
    playback.resumeAt(detail.resume_position_seconds, detail.completed);
  tracking.addEventListener('chronos-sessionupdate', resume, { signal, once: true });
  return tracking;
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
