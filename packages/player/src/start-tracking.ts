import {
  trackMedia,
  type Answer,
  type MediaTracking,
  type TrackingEventMap,
  type TrackOptions,
} from '@chronos-player/tracker';
import { findLeftOff } from '@chronos-player/tracker/left-off';
import { chooseBackend } from './configure.ts';
import type * as Debug from './debug/debug.ts';
import type { MediaController } from './media-controller.ts';
import type { Playback } from './playback.ts';
import { PlayerError } from './player-errors.ts';
import type { PlayerHost } from './player-host.ts';
import { reportFailure } from './report-failure.ts';
import { watchViewer } from './watch-viewer.ts';

/** Whoever marks as watched has the tracker from here. One way to it: another would cut it into more files. */
export { markAsWatched as sendMark } from '@chronos-player/tracker/mark-as-watched';

/** So it is with whoever shows the debug panel. */
export const loadDebug = (): Promise<typeof Debug> => import('./debug/debug.ts');

/** Dispatched by the tracking, and again by the element. */
const RELAYED = ['chronos-sessionstart', 'chronos-sessionupdate', 'chronos-sessionend', 'chronos-milestone'] as const;

/** Grades that complete a video unless it says otherwise; the database's own default. */
const ACCEPTED = ['measured', 'polled', 'reported'];

/** What is tracked, and who hears of it. */
export interface StartTrackingOptions {
  readonly media: MediaController;
  readonly playback: Playback;
  /** Another viewer sits before the page than the one whose session is open. */
  readonly onViewerChange: () => void;
  /** Aborted when the video is no longer the one that is tracked. */
  readonly signal: AbortSignal;
}

/**
 * Tracks what the element plays. Loaded, with the tracker, by whoever has something to track.
 *
 * @throws TypeError for a `video-id` that is no uuid, or a `supabase-url` that is no address.
 * @throws PlayerError `key-missing`, where nobody says which database to tell.
 */
export function startTracking(host: PlayerHost, options: StartTrackingOptions): MediaTracking {
  const { media, playback, onViewerChange, signal } = options;
  const chosen = chooseOptions(host, media);
  if (!chosen.supabaseUrl || !chosen.supabaseKey) {
    throw new PlayerError('key-missing', 'The video plays untracked: supabase-url or supabase-key is not set');
  }
  const viewer = watchViewer({ onChange: onViewerChange, signal });
  const tracking = trackMedia(playback.mounted.media, {
    ...chosen,
    evidence: () => playback.mounted.evidence,
    identity: viewer.identify,
  });
  relayEvents(tracking, host);
  const resume = async ({ resume_position_seconds: told, completed }: Answer): Promise<void> => {
    // Where an anonymous viewer was, nobody can know better than his browser.
    const left = viewer.isSomebody() ? null : await findLeftOff({ ...chosen, identity: {} });
    if (!signal.aborted) playback.resumeAt(left?.positionSeconds ?? told, completed);
  };
  const onFirst = ({ detail }: TrackingEventMap['chronos-sessionupdate']): void => void resume(detail).catch(() => {});
  tracking.addEventListener('chronos-sessionupdate', onFirst, { signal, once: true });
  tracking.addEventListener('chronos-sessionend', viewer.forget, { signal });
  offerMark(host, media, signal);
  return tracking;
}

/** Could watching never complete this, as far as is known? */
function needsWord({ failure, playback, video }: MediaController): boolean {
  if (failure) return true;
  const evidence = playback?.mounted.evidence ?? 'measured';
  return evidence === 'estimated' || !(video?.accepted_evidence ?? ACCEPTED).includes(evidence);
}

/** Where watching cannot complete the video, the viewer's word may: what offers it is loaded then. */
export function offerMark(host: PlayerHost, media: MediaController, signal: AbortSignal): void {
  let isLoaded = false;
  const look = async (): Promise<void> => {
    if (isLoaded || signal.aborted || !needsWord(media)) return;
    isLoaded = true;
    const { MarkOffer } = await import('./marking.ts');
    new MarkOffer(host, { media, isNeeded: () => needsWord(media), signal }).begin();
  };
  const lookSoon = (): void => void look().catch(() => (isLoaded = false));
  for (const type of ['chronos-capabilities', 'error']) host.addEventListener(type, lookSoon, { signal });
  lookSoon();
}

/** Not tied to any signal: the event that says the session has ended is dispatched by ending it. */
function relayEvents(tracking: MediaTracking, host: PlayerHost): void {
  const relay = ({ type, detail }: Pick<CustomEvent<unknown>, 'type' | 'detail'>): void => {
    host.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
  };
  for (const type of RELAYED) tracking.addEventListener(type, relay);
  tracking.addEventListener('chronos-error', ({ detail: { code, message } }) => {
    void reportFailure(host, new PlayerError(`tracking-${code}`, message.replace(/\.$/, '')));
  });
}

function chooseOptions(host: PlayerHost, { video }: MediaController): Omit<TrackOptions, 'identity'> {
  const { videoId, courseId, moduleId, referrerType, sessionStart } = host;
  const completionThreshold = video?.completion_threshold;
  return {
    ...chooseBackend(host),
    videoId,
    sessionStart,
    ...(courseId && { courseId }),
    ...(moduleId && { moduleId }),
    ...(referrerType && { referrerType }),
    ...(completionThreshold && { completionThreshold }),
  };
}
