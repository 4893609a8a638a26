const HAVE_CURRENT_DATA = 2;
const HAVE_ENOUGH_DATA = 4;
/** A playhead that has come so far plays; seconds. */
const MOVED_SECONDS = 0.1;

/**
 * WebKitGTK (2.50), sent to another place in a file it has loaded, plays on from there and says for ever that it waits:
 * `readyState` stays 2, no `playing` comes, and the promise of `play()` is never kept. A playhead that advances is
 * believed more than that; where an engine keeps to the standard, none does while `readyState` is 2, and nothing here
 * ever acts.
 *
 * @see https://html.spec.whatwg.org/multipage/media.html#dom-media-have_current_data
 */
export function sayWhenItPlaysOn(video: HTMLVideoElement, signal: AbortSignal): void {
  const { prototype } = HTMLMediaElement;
  let stoodAt: number | null = null;
  let playsOn = false;
  const stand = (): void => {
    stoodAt = video.currentTime;
    playsOn = false;
  };
  const look = (): void => {
    const says: unknown = Reflect.get(prototype, 'readyState', video);
    if (says !== HAVE_CURRENT_DATA || video.paused || video.seeking) return;
    if (stoodAt === null || video.currentTime < stoodAt + MOVED_SECONDS) return;
    stoodAt = null;
    playsOn = true;
    for (const type of ['canplay', 'playing', 'canplaythrough']) video.dispatchEvent(new Event(type));
  };
  for (const type of ['waiting', 'seeking', 'seeked', 'play', 'emptied'])
    video.addEventListener(type, stand, { signal });
  video.addEventListener('timeupdate', look, { signal });
  Object.defineProperty(video, 'readyState', {
    configurable: true,
    get: () => (playsOn ? HAVE_ENOUGH_DATA : Reflect.get(prototype, 'readyState', video)),
  });
  video.play = () => {
    const promise = prototype.play.call(video);
    if (video.readyState !== HAVE_CURRENT_DATA) return promise;
    const playing = new Promise<void>((resolve) => {
      video.addEventListener('playing', () => resolve(), { once: true, signal });
    });
    return Promise.race([promise, playing]);
  };
}
