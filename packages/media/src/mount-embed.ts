import type { EmbedVendor } from './embed.ts';
import { EmbedMedia } from './embed-media.ts';
import type { MediaSettings, MediaSource, MountedMedia, Refinement } from './provider.ts';

/** A vendor's iframe player as a media: what all of them mount alike. */
export function mountEmbed(
  { startTime, endTime }: MediaSource,
  settings: MediaSettings,
  { vendor, ...known }: Refinement & { readonly vendor: EmbedVendor },
): MountedMedia {
  let refined: Refinement = known;
  // The iframe is made anew by `load()`; what the caller has put into the page stays.
  const box = document.createElement('div');
  const media = new EmbedMedia({
    vendor,
    box,
    settings,
    startTime: settings.startTime ?? startTime ?? 0,
    endTime: endTime ?? Number.POSITIVE_INFINITY,
    onRefined(refinement) {
      refined = refinement;
      settings.onRefined?.();
    },
  });
  return {
    media,
    element: box,
    nativeVideo: null,
    get capabilities() {
      return refined.capabilities;
    },
    get evidence() {
      return refined.evidence;
    },
    destroy() {
      media.destroy();
      box.remove();
    },
  };
}

/**
 * An iframe that fills its box and tells the vendor which page it stands on, which YouTube demands and player.js
 * compares. The policy counts for what is loaded after it, so `src` comes last.
 */
export function createFrame(src: string, title: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.referrerPolicy = 'strict-origin-when-cross-origin';
  frame.allow = 'autoplay; encrypted-media; picture-in-picture';
  frame.allowFullscreen = true;
  frame.title = title;
  Object.assign(frame.style, { border: '0', width: '100%', height: '100%' });
  frame.src = src;
  return frame;
}
