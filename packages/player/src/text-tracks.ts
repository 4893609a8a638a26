import type { Media, TextTrackSource } from '@chronos-player/media';
import type { PlayerVideo } from './read-player-video.ts';

const CAPTIONS: readonly string[] = ['captions', 'subtitles'];

/** What goes with the video as text: the page's own `<track>` children, and the database's captions unless those have some. */
export function readTracks(host: HTMLElement, video: PlayerVideo | null): readonly TextTrackSource[] {
  const children = [...host.children].filter((child) => child instanceof HTMLTrackElement);
  const own = children.map(({ src, kind, srclang, label, default: isDefault }) => ({
    src,
    kind: kind as TextTrackKind,
    srclang,
    label,
    default: isDefault,
  }));
  if (own.some(({ kind }) => CAPTIONS.includes(kind))) return own;
  const described = (video?.captions ?? []).map(({ src, srclang, label }): TextTrackSource => ({
    src,
    srclang,
    label,
    kind: 'captions',
  }));
  return [...described, ...own];
}

/** Gives a native `<video>` other tracks than it has; the same ones are left alone, with what the viewer chose. */
export function updateTracks(video: HTMLVideoElement, tracks: readonly TextTrackSource[]): void {
  const had = [...video.querySelectorAll('track')];
  const wanted = tracks.map(createTrack);
  const isSame = had.length === wanted.length && wanted.every((track, index) => track.isEqualNode(had[index] ?? null));
  if (!isSame) video.replaceChildren(...wanted);
}

/** What is said at a list of tracks. */
const EVENTS = ['addtrack', 'removetrack', 'change'] as const;

/**
 * The platform keeps one list of tracks for an element's life; ours changes with the source. Whoever listens to what stood in
 * for it (media-chrome does, as soon as the element is in the page) hears there of the media's, which is what he reads then.
 */
export function relayTracks(
  early: TextTrackList,
  { media, signal }: { readonly media: Media; readonly signal: AbortSignal },
): void {
  const tracks = Reflect.get(media, 'textTracks') as TextTrackList | undefined;
  for (const type of EVENTS) tracks?.addEventListener(type, () => early.dispatchEvent(new Event(type)), { signal });
}

/** By name, one property at a time: whatever else an object may carry stays out of the page. */
function createTrack({ src, kind, srclang, label, default: isDefault = false }: TextTrackSource): HTMLTrackElement {
  const track = document.createElement('track');
  return Object.assign(track, { kind, srclang, label, default: isDefault, src });
}
