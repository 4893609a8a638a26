/**
 * How the page learns what plays. `native`: a media element, exact and announced. `polled`: asked by message as YouTube is,
 * readings up to 250 ms old, the vendor's own seek bar silent. `reported`: told as Loom tells, a few times a second.
 */
export type SourceKind = 'native' | 'polled' | 'reported';

/** How a seek of the viewer comes to the page: as `seeking`, as a stall that ends elsewhere, or not at all. */
export type SeekManner = 'announced' | 'stalling' | 'silent';

/** One thing that happens while somebody watches; `thenMs` of playing follow. Milliseconds, except where said. */
export type Act = { readonly thenMs: number } & (
  | { readonly do: 'pause'; readonly ms: number }
  /** `to`: a share of the video. */
  | { readonly do: 'seek'; readonly to: number; readonly manner: SeekManner; readonly tookMs: number }
  | { readonly do: 'step'; readonly byMs: number; readonly manner: SeekManner; readonly tookMs: number }
  /** Drags the playhead through several places, playing or paused. */
  | { readonly do: 'scrub'; readonly places: readonly number[]; readonly isPaused: boolean; readonly everyMs: number }
  | { readonly do: 'rate'; readonly rate: number }
  | { readonly do: 'stall'; readonly ms: number; readonly isReported: boolean; readonly ticks: boolean }
  /** The tab is hidden, its timers fire every so often. */
  | { readonly do: 'hide'; readonly ms: number; readonly everyMs: number }
  /** `isMonotonic`: `performance.now()` runs on meanwhile. */
  | { readonly do: 'sleep'; readonly ms: number; readonly isMonotonic: boolean }
  | { readonly do: 'setWall'; readonly byMs: number }
  | { readonly do: 'advertisement'; readonly ms: number }
  /** The page's thread is busy: all events come at its end, together. */
  | { readonly do: 'block'; readonly ms: number }
  | { readonly do: 'sound' | 'captions'; readonly isOn: boolean }
  /** `null`: infinite. */
  | { readonly do: 'duration'; readonly factor: number | null }
);

/** The circumstances of a viewing. */
export interface Circumstances {
  readonly kind: SourceKind;
  readonly durationMs: number;
  /** The duration becomes known only after so long. */
  readonly durationAfterMs: number;
  readonly loop: boolean;
  /** Between two `timeupdate`s or polls of a visible page. */
  readonly tickMs: number;
  /** Timers are late by up to so much. */
  readonly lateMs: number;
  /** The playhead's speed over the rate it says: clocks of sound cards are not those of computers. */
  readonly pace: number;
  /** How long it takes from `playing` until the playhead moves. */
  readonly startUpMs: number;
  /** Positions are multiples of this. */
  readonly grainMs: number;
  /** How long a vendor's messages are under way. */
  readonly latencyMs: number;
  /** Makes the small chances of the script: lateness, staleness. */
  readonly seed: number;
}

/** A script: what somebody does with a video within an hour. */
export interface Viewing extends Circumstances {
  readonly acts: readonly Act[];
}

/** How long the page is awake in a viewing; the machine may sleep besides. */
export const VIEWING_MS = 3_600_000;
