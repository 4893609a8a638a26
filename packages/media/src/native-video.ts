import type { MediaSettings, MediaSource, TextTrackSource } from './provider.ts';

/** Makes a `<video>` with these settings and tracks, and no source yet. */
export function createVideo(settings: MediaSettings): HTMLVideoElement {
  const video = document.createElement('video');
  video.autoplay = settings.autoplay;
  video.muted = settings.muted;
  video.loop = settings.loop;
  video.controls = settings.controls;
  video.preload = settings.preload;
  video.playsInline = settings.playsInline;
  video.crossOrigin = settings.crossOrigin;
  video.append(...settings.tracks.map(createTrack));
  return video;
}

function createTrack({ src, kind, srclang, label, default: isDefault = false }: TextTrackSource): HTMLTrackElement {
  const track = document.createElement('track');
  return Object.assign(track, { kind, srclang, label, default: isDefault, src });
}

/** Where to begin and to pause: a start of the settings replaces the source's. */
export function chooseTimes(
  { startTime, endTime }: MediaSource,
  settled: number | undefined,
): Pick<MediaSource, 'startTime' | 'endTime'> {
  const start = settled ?? startTime;
  const isBounded = endTime !== undefined && endTime > (start ?? 0);
  return { ...(start !== undefined && { startTime: start }), ...(isBounded && { endTime }) };
}

/**
 * Gives back decoder and connection, as the standard advises for a media element no longer needed.
 *
 * @see https://html.spec.whatwg.org/multipage/media.html#best-practices-for-authors-using-media-elements
 */
export function releaseVideo(video: HTMLVideoElement): void {
  video.pause();
  video.replaceChildren();
  video.removeAttribute('src');
  video.load();
  video.remove();
}
