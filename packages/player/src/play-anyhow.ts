import type { Media } from '@chronos-player/media';

/** `autoplay="any"`: with sound where the browser allows it, otherwise without. */
export async function playAnyhow(media: Media, signal: AbortSignal): Promise<void> {
  try {
    await media.play();
  } catch (error) {
    if (signal.aborted || !(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
    media.muted = true;
    // Where even that is refused the viewer has to press play, which he sees.
    media.play().catch(() => {});
  }
}
