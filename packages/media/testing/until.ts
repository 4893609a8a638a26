import type { Media, MediaEventName } from '../src/media.ts';

/** Longer than anything a healthy media does with a local clip, shorter than the runner's patience. */
const PATIENCE_MS = 10_000;

/** Resolves with the next event of this name. Rejects after ten seconds, saying what state the media was in instead. */
export function untilEvent(media: Media, name: MediaEventName): Promise<Event> {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const timer = setTimeout(() => {
      done.abort();
      reject(new Error(`No "${name}" within ${PATIENCE_MS} ms; ${describeState(media)}`));
    }, PATIENCE_MS);
    const listener = (event: Event) => {
      clearTimeout(timer);
      resolve(event);
    };
    media.addEventListener(name, listener, { once: true, signal: done.signal });
  });
}

/** Resolves when the media's state is so, looking once a frame. Rejects after ten seconds. */
export async function untilState(media: Media, isSo: (media: Media) => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo(media)) {
    if (performance.now() > deadline) throw new Error(`Waited for ${String(isSo)}; ${describeState(media)}`);
    // oxlint-disable-next-line no-await-in-loop -- looking again is the point
    await nextFrame();
  }
  // The events that announce this state are tasks of their own, already queued.
  await nextFrame();
  await nextFrame();
}

function nextFrame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

function describeState({ paused, ended, seeking, readyState, currentTime, error }: Media): string {
  return JSON.stringify({ paused, ended, seeking, readyState, currentTime, error: error && error.code });
}
