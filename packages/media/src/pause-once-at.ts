/** Pauses a `<video>` the first time it plays up to a position, as the platform does for the end of `#t=10,60`. */
export function pauseOnceAt(video: HTMLVideoElement, endTime: number, signal: AbortSignal): void {
  const ending = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(timer);
    ending.abort();
  };
  const look = (): void => {
    clearTimeout(timer);
    const left = endTime - video.currentTime;
    if (video.paused || video.seeking || video.readyState <= HTMLMediaElement.HAVE_CURRENT_DATA) return;
    if (left > 0) timer = setTimeout(look, (left * 1000) / video.playbackRate);
    else {
      video.pause();
      end();
    }
  };
  signal.addEventListener('abort', end, { signal: ending.signal });
  for (const type of ['playing', 'seeked', 'ratechange']) video.addEventListener(type, look, { signal: ending.signal });
}
