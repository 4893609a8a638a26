import { chooseTimes, createVideo, releaseVideo } from '../native-video.ts';
import type { MediaSettings, MediaSource, MountedMedia } from '../provider.ts';
import { formatFragment } from '../source-url.ts';
import { sayWhenItPlaysOn } from './plays-on.ts';
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
  const video = createVideo(settings);
  const leaving = new AbortController();
  sayWhenItPlaysOn(video, leaving.signal);
  // Last: the address starts loading, which the settings decide about.
  video.src = source.id + formatFragment(chooseTimes(source, settings.startTime));
  return {
    media: video,
    element: video,
    nativeVideo: video,
    capabilities: upload.capabilities,
    evidence: upload.evidence,
    destroy() {
      leaving.abort();
      releaseVideo(video);
    },
  };
}
