import type { TextTrackSource } from '@chronos-player/media';
import type { PlayerVideo } from './player-video.ts';

/** What is to be shown as text: the page's own `<track>` children, otherwise the database's captions. */
export function readTracks(host: HTMLElement, video: PlayerVideo | null): readonly TextTrackSource[] {
  const children = [...host.children].filter((child) => child instanceof HTMLTrackElement);
  if (children.length === 0) return (video?.captions ?? []).map((caption) => ({ ...caption, kind: 'captions' }));
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
  const isSame = had.length === tracks.length && had.every(({ src }, index) => src === resolve(tracks[index]?.src));
  if (isSame) return;
  video.replaceChildren(...tracks.map((track) => Object.assign(document.createElement('track'), track)));
}

function resolve(src = ''): string {
  return Object.assign(document.createElement('a'), { href: src }).href;
}
