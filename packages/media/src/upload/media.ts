import type { MediaSettings, MediaSource, MountedMedia, TextTrackSource } from '../provider.ts';
import { formatFragment } from '../source-url.ts';
import { upload } from './provider.ts';

/**
 * Plays a file with a native `<video>`, which is itself the media: its events, errors and promises are the platform's.
 *
 * Start and end travel as media fragment, which the browser obeys: it begins there, also after `load()`, and pauses
 * once at the end. A `startTime` of the settings replaces the source's.
 *
 * @see https://html.spec.whatwg.org/multipage/media.html
 */
export function mountUploadMedia(source: MediaSource, settings: MediaSettings): MountedMedia {
  const video = document.createElement('video');
  applySettings(video, settings);
  video.append(...settings.tracks.map(createTrack));
  // Last: the address starts loading, which the settings above decide about.
  video.src = source.id + formatFragment(chooseTimes(source, settings.startTime));
  return {
    media: video,
    element: video,
    nativeVideo: video,
    capabilities: upload.capabilities,
    evidence: upload.evidence,
    destroy: () => release(video),
  };
}

function applySettings(video: HTMLVideoElement, settings: MediaSettings): void {
  video.autoplay = settings.autoplay;
  video.muted = settings.muted;
  video.loop = settings.loop;
  video.controls = settings.controls;
  video.preload = settings.preload;
  video.playsInline = settings.playsInline;
  video.crossOrigin = settings.crossOrigin;
}

function createTrack({ src, kind, srclang, label, default: isDefault = false }: TextTrackSource): HTMLTrackElement {
  const track = document.createElement('track');
  return Object.assign(track, { kind, srclang, label, default: isDefault, src });
}

function chooseTimes(
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
function release(video: HTMLVideoElement): void {
  video.pause();
  video.replaceChildren();
  video.removeAttribute('src');
  video.load();
  video.remove();
}
