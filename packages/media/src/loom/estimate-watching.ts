import type { EmbedListener } from '../embed.ts';
import type { MediaSource } from '../provider.ts';

const TICK_MS = 1000;
/** Nobody has touched the page for so long: he may have gone. */
const AWAY_MS = 5 * 60_000;
/** This much of the frame has to be in view. */
const IN_VIEW = 0.5;
const INPUTS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'scroll'] as const;

/** What is estimated, and who hears of it. */
export interface EstimateOptions {
  readonly listener: EmbedListener;
  readonly source: MediaSource;
  readonly signal: AbortSignal;
}

/**
 * An embed that says nothing is presumed to play while the viewer can be watching it: he has pressed in it, the page is
 * visible, half of the frame is in view, and somebody has been there within five minutes. Never more than the clock,
 * never more than the video is long. `time` then is how long that was; where the playhead stands nobody knows.
 */
export function estimateWatching(frame: HTMLIFrameElement, { listener, source, signal }: EstimateOptions): void {
  const attention = watchAttention(frame, signal);
  let seconds = 0;
  let longest = Number.POSITIVE_INFINITY;
  let lookedAt = performance.now();
  const tick = (): void => {
    const now = performance.now();
    // A sleeping machine and a throttled timer have in common that nobody knows what was in between.
    const elapsed = Math.min(now - lookedAt, 2 * TICK_MS) / 1000;
    lookedAt = now;
    if (!attention.isThere(now) || seconds >= longest) return listener.report({ state: 'paused' });
    seconds = Math.min(longest, seconds + elapsed);
    listener.report({ state: 'playing', time: seconds });
  };
  const timer = setInterval(tick, TICK_MS);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  const nothing = (): void => {};
  listener.ready({
    play: nothing,
    pause: nothing,
    seek: nothing,
    setRate: nothing,
    setVolume: nothing,
    setMuted: nothing,
  });
  void askDuration(source, signal).then((duration) => {
    longest = duration ?? longest;
    listener.report({ duration: duration ?? 0 });
  });
}

/** Listens for signs of a viewer. */
function watchAttention(frame: HTMLIFrameElement, signal: AbortSignal): { isThere: (now: number) => boolean } {
  const isFocused = (): boolean => (frame.getRootNode() as Document | ShadowRoot).activeElement === frame;
  // Whoever pressed play before the embed was known to be silent will hardly press again.
  let wasPressed = isFocused();
  let isInView = false;
  let seenAt = performance.now();
  const seen = (): void => {
    seenAt = performance.now();
  };
  const observer = new IntersectionObserver(
    (entries) => {
      isInView = (entries.at(-1)?.intersectionRatio ?? 0) >= IN_VIEW;
    },
    { threshold: [IN_VIEW] },
  );
  observer.observe(frame);
  signal.addEventListener('abort', () => observer.disconnect(), { once: true });
  // A press in an iframe is not told; that the page lost the focus to it is.
  const look = (): void => {
    if (!isFocused()) return;
    wasPressed = true;
    seen();
  };
  // A task later: Firefox says that the focus has gone before it says where to.
  window.addEventListener('blur', () => setTimeout(look), { signal });
  window.addEventListener('focus', seen, { signal });
  for (const name of INPUTS) window.addEventListener(name, seen, { signal, passive: true, capture: true });
  const isThere = (now: number): boolean => {
    // Where the iframe is another process's, the focus may arrive in it later than the page was told that it has gone.
    if (!wasPressed) look();
    return wasPressed && isInView && document.visibilityState === 'visible' && now - seenAt < AWAY_MS;
  };
  return { isThere };
}

/** @see https://dev.loom.com/docs/embed-sdk/api */
async function askDuration({ id }: MediaSource, signal: AbortSignal): Promise<number | null> {
  try {
    const page = encodeURIComponent(`https://www.loom.com/share/${id}`);
    const response = await fetch(`https://www.loom.com/v1/oembed?url=${page}`, { signal, credentials: 'omit' });
    const { duration } = (await response.json()) as { duration?: unknown };
    return typeof duration === 'number' && duration > 0 ? duration : null;
  } catch {
    return null;
  }
}
