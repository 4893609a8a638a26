import { attach, attachChronos, attachMux, attachSnowplow, type MeterName } from './meters.ts';
import { perform, type Stretch } from './perform.ts';
import type { ViewingScript } from '../viewing-scripts.ts';

declare global {
  interface Window {
    performScript: (
      script: ViewingScript,
      clip: string,
    ) => Promise<{ readonly truth: readonly Stretch[]; readonly trace: string }>;
    /** Plays a clip again and again under one meter; done when it is under way. */
    playWith: (name: MeterName, clip: string) => Promise<void>;
    /** Waits, and says how many seconds that was. */
    playOn: (seconds: number) => Promise<number>;
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

/** What comes once, at the start of a playback, is over by then. */
const START_MS = 3_000;

window.playWith = async (name, clip) => {
  const video = document.createElement('video');
  Object.assign(video, { muted: true, loop: true, width: 640, preload: 'auto' });
  document.body.append(video);
  attach(name, video);
  video.src = clip;
  await video.play();
  await window.playOn(START_MS / 1000);
};

window.playOn = async (seconds) => {
  const startMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return (performance.now() - startMs) / 1000;
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
