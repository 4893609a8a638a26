import { LateMedia } from '../late-media.ts';
import { createMediaError } from '../media-error.ts';
import type { MediaSettings, MediaSource, MountedMedia } from '../provider.ts';
import { wistia } from './provider.ts';

const FORBIDDEN = createMediaError('SRC_NOT_SUPPORTED', {
  message: "The page enforces Trusted Types, under which Wistia's player cannot run.",
  cause: 'csp-unsupported',
});

/** Where text may not become markup there is no Wistia, and whoever asks is told so. */
export function mountForbiddenWistia(_source: MediaSource, settings: MediaSettings): MountedMedia {
  const ending = new AbortController();
  const fail = (): void => {
    if (!ending.signal.aborted) media.fail(FORBIDDEN);
  };
  const media = new LateMedia({
    settings,
    signal: ending.signal,
    load: () => queueMicrotask(fail),
    wake: () => {},
    describeError: () => FORBIDDEN,
  });
  const element = document.createElement('div');
  // Not before somebody listens.
  queueMicrotask(fail);
  return {
    media,
    element,
    nativeVideo: null,
    capabilities: wistia.capabilities,
    evidence: wistia.evidence,
    destroy() {
      ending.abort();
      element.remove();
    },
  };
}
