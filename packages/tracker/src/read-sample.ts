import type { Media, MediaEventName } from '@chronos-player/media';
import type { PlaybackState, Sample } from './sample.ts';

/** The events after which the media may be doing something else than before. */
export const SAMPLED_EVENTS: readonly MediaEventName[] = [
  'loadedmetadata',
  'durationchange',
  'play',
  'waiting',
  'playing',
  'timeupdate',
  'seeking',
  'seeked',
  'ratechange',
  'volumechange',
  'pause',
  'ended',
  'error',
];

/** `HTMLMediaElement.HAVE_FUTURE_DATA`: below it, a media that is not paused waits for data. */
const HAVE_FUTURE_DATA = 3;

/** Looks at a media element: the one place where the platform's seconds become milliseconds. */
export function readSample(
  media: Media,
  look: { atMs: number; isHidden: boolean; event?: string | undefined },
): Sample {
  return {
    atMs: look.atMs,
    positionMs: media.currentTime * 1000,
    durationMs: Number.isFinite(media.duration) ? Math.round(media.duration * 1000) : null,
    rate: media.playbackRate,
    state: stateOf(media, look.event),
    hidden: look.isHidden,
    muted: media.muted || media.volume === 0,
    captions: hasCaptionsShowing(media),
    failed: media.error !== null,
  };
}

/** Properties, not event names, say what is going on: a missing or doubled event then changes nothing. */
function stateOf(media: Media, event: string | undefined): PlaybackState {
  if (media.error) return 'idle';
  // A short seek may be over before its event is heard; it was a seek all the same.
  if (event === 'seeking' || media.seeking) return 'seeking';
  if (media.ended) return 'ended';
  if (media.paused) return media.readyState === 0 ? 'idle' : 'paused';
  return media.readyState < HAVE_FUTURE_DATA ? 'buffering' : 'playing';
}

function hasCaptionsShowing({ textTracks }: Media & { readonly textTracks?: TextTrackList }): boolean {
  for (const { mode, kind } of textTracks ?? []) {
    if (mode === 'showing' && (kind === 'captions' || kind === 'subtitles')) return true;
  }
  return false;
}

/**
 * Where a media element's source comes from, without what may change for the same video: a signature in the query, the
 * blob that stands for a stream. Empty where the media does not say.
 */
export function sourceOf(media: Media & { readonly currentSrc?: string }): string {
  const { currentSrc = '' } = media;
  return currentSrc.startsWith('blob:') ? 'blob:' : (currentSrc.split(/[?#]/)[0] ?? '');
}
