import { attachChronos, attachMux, attachSnowplow } from './meters.ts';
import { perform, type Stretch } from './perform.ts';
import type { ViewingScript } from '../viewing-scripts.ts';

declare global {
  interface Window {
    performScript: (
      script: ViewingScript,
      clip: string,
    ) => Promise<{ readonly truth: readonly Stretch[]; readonly trace: string }>;
  }
}

/** All meters on one element: they saw the same. */
window.performScript = async (script, clip) => {
  const video = document.createElement('video');
  Object.assign(video, { muted: true, loop: script.loop ?? false, width: 640, preload: 'auto' });
  document.body.append(video);
  const hide = emulateHiding(video);
  const chronos = attachChronos(video);
  const stops = [attachMux(video), attachSnowplow(video), chronos.stop];
  video.src = clip;
  await new Promise((resolve) => video.addEventListener('canplay', resolve, { once: true }));
  const truth = await perform(video, script, {
    hide,
    release: async () => void (await fetch('/release', { method: 'POST' })),
  });
  for (const stop of stops) stop();
  return { truth, trace: chronos.trace.toJson() };
};

/** How often a hidden tab's timers fire. */
const HIDDEN_TICK_MS = 1001;

/**
 * Headless Chromium hides no tab, whatever is done to it. So the page says that it is hidden, and `timeupdate` comes as seldom as
 * it does then. To be called before any meter listens.
 */
function emulateHiding(video: HTMLVideoElement): (isHidden: boolean) => void {
  let isHidden = false;
  let lastMs = -Infinity;
  Object.defineProperty(document, 'hidden', { get: () => isHidden });
  Object.defineProperty(document, 'visibilityState', { get: () => (isHidden ? 'hidden' : 'visible') });
  video.addEventListener('timeupdate', (event) => {
    if (isHidden && performance.now() - lastMs < HIDDEN_TICK_MS) event.stopImmediatePropagation();
    else lastMs = performance.now();
  });
  return (hides) => {
    isHidden = hides;
    document.dispatchEvent(new Event('visibilitychange'));
  };
}
