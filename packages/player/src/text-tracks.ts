import type { TextTrackSource } from '@chronos-player/media';
import type { PlayerVideo } from './read-player-video.ts';

/** What is to be shown as text: the page's own `<track>` children, otherwise the database's captions. */
export function readTracks(host: HTMLElement, video: PlayerVideo | null): readonly TextTrackSource[] {
  const children = [...host.children].filter((child) => child instanceof HTMLTrackElement);
  if (children.length === 0)
    return (video?.captions ?? []).map(({ src, srclang, label }) => ({ src, srclang, label, kind: 'captions' }));
  return children.map(({ src, kind, srclang, label, default: isDefault }) => ({
    src,
    kind: kind as TextTrackKind,
    srclang,
    label,
    default: isDefault,
  }));
}

/** Gives a native `<video>` other tracks than it has; the same ones are left alone, with what the viewer chose. */
export function updateTracks(video: HTMLVideoElement, tracks: readonly TextTrackSource[]): void {
  const had = [...video.querySelectorAll('track')];
  const wanted = tracks.map(createTrack);
  const isSame = had.length === wanted.length && wanted.every((track, index) => track.isEqualNode(had[index] ?? null));
  if (!isSame) video.replaceChildren(...wanted);
}

/** By name, one property at a time: whatever else an object may carry stays out of the page. */
function createTrack({ src, kind, srclang, label, default: isDefault = false }: TextTrackSource): HTMLTrackElement {
  const track = document.createElement('track');
  return Object.assign(track, { kind, srclang, label, default: isDefault, src });
}
