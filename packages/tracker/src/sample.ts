/** What the media is doing; `playing` means content advances. */
export type PlaybackState = 'idle' | 'playing' | 'paused' | 'buffering' | 'seeking' | 'ended' | 'ad';

/** One look at the media: everything the meter knows of the world. Times and positions in milliseconds. */
export interface Sample {
  /** Monotonic clock (`performance.now()`): never set back, so the only clock that counts. */
  readonly atMs: number;
  /** Playhead. During `seeking` it is already the target. */
  readonly positionMs: number;
  /** `null` while unknown or infinite. */
  readonly durationMs: number | null;
  /** 1 is normal speed. */
  readonly rate: number;
  readonly state: PlaybackState;
  /** The page is not visible. */
  readonly hidden: boolean;
  readonly muted: boolean;
  /** Captions or subtitles are showing. */
  readonly captions: boolean;
  /** The media has an error. */
  readonly failed: boolean;
}

/** 24 days: what the database's ranges can hold. A longer duration is as good as none. */
const MAX_MS = 2 ** 31 - 1;
/** No browser plays faster. */
const MAX_RATE = 16;

/**
 * Makes a sample out of whatever a media element says, however absurd: clocks never run back, positions and rates are
 * finite, a duration is positive or unknown. What is nonsense is taken from the sample before.
 */
export function sanitize(sample: Sample, last: Sample | null): Sample {
  const { rate } = sample;
  const isKnown = sample.durationMs !== null && sample.durationMs > 0 && sample.durationMs <= MAX_MS;
  const durationMs = isKnown ? sample.durationMs : null;
  const positionMs = Math.min(finite(sample.positionMs, last?.positionMs ?? 0), durationMs ?? MAX_MS);
  return {
    ...sample,
    atMs: Math.max(finite(sample.atMs, last?.atMs ?? 0), last?.atMs ?? 0),
    positionMs: Math.max(0, positionMs),
    durationMs,
    rate: rate > 0 && rate <= MAX_RATE ? rate : (last?.rate ?? 1),
  };
}

function finite(value: number, otherwise: number): number {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : otherwise;
}
