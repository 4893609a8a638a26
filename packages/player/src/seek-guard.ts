import type { Media } from '@chronos-player/media';

/** Positions of some vendors come four times a second, and browsers may skip one. */
const STEP_SECONDS = 1.5;

/** Whom a {@link guardSeeks} serves. */
export interface SeekGuardOptions {
  /** What the viewer had seen before, seconds from the beginning; asked at every step, since it may be told late. */
  readonly seenUntil: () => number;
  /** Asked at every step: attributes may change, and whoever has completed a video may go where he likes. */
  readonly isOn: () => boolean;
  /** Told when the viewer was put back; seconds. */
  readonly onBlocked: (wanted: number, allowed: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Lets nobody skip ahead of what he has seen; back is always free. It goes by positions, since the seek bar of an embed
 * announces nothing. A comfort for course pages: what counts as watched is decided elsewhere.
 */
export function guardSeeks(media: Media, { seenUntil, isOn, onBlocked, signal }: SeekGuardOptions): void {
  let furthest = 0;
  const look = (): void => {
    const { currentTime } = media;
    furthest = Math.max(furthest, seenUntil());
    const isNext = currentTime <= furthest + STEP_SECONDS * Math.max(1, media.playbackRate);
    if (isNext && media.seeking) return;
    if (isNext || !isOn()) {
      furthest = Math.max(furthest, currentTime);
      return;
    }
    media.currentTime = furthest;
    onBlocked(currentTime, furthest);
  };
  for (const type of ['seeking', 'timeupdate']) media.addEventListener(type, look, { signal });
}
