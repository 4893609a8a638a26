import type { Media, MediaEventName } from '../../src/media.ts';
import type { MediaSettings, MountedMedia } from '../../src/provider.ts';

/** A provider to be held to the contract. */
export interface MediaContract {
  readonly name: string;
  /** Mounts a `src` as the player would, element not yet in the page. */
  readonly mount: (src: string, settings: MediaSettings) => MountedMedia;
  /** A `src` of thirty seconds. */
  readonly clip: string;
  /** A `src` that is there and cannot be played. */
  readonly unplayable: string;
  /** A `src` that is not there. */
  readonly missing: string;
  readonly differences?: Differences;
}

/** How a provider may differ from a native `<video>`; each is the vendor's or the engine's and has its reason there. */
export interface Differences {
  /** Events the vendor gives no occasion for; taken out of the golden log before comparing. */
  readonly neverSays?: readonly MediaEventName[];
  /** Events said whenever more becomes known; how often is not compared. */
  readonly repeats?: readonly MediaEventName[];
  /** What is said on these actions of the script instead. */
  readonly says?: Readonly<Record<string, readonly MediaEventName[]>>;
  /** On `load()` the vendor brings the source again before all was said of the old one: its position and rate going back. */
  readonly loadsQuietly?: boolean;
  /** The vendor's library leaves listeners and timers of its own; ours are counted all the same. */
  readonly leaves?: boolean;
  /** A position and a rate that are set before there is anything to play may leave it standing there. */
  readonly standsWherePutEarly?: boolean;
  /** `muted`, set before there is anything to play, may be lost with the loading. */
  readonly forgetsMutedEarly?: boolean;
  /** Put elsewhere in the page, the vendor's element brings its source anew, from where it began. */
  readonly startsOverWhenMoved?: boolean;
  /** The vendor plays at normal speed only. */
  readonly hasOneRate?: boolean;
}

/** How long the contract's clip is. */
export const CLIP_SECONDS = 30;
/** Positions may be this far off where a vendor rounds or a frame is in between. */
export const SLACK_SECONDS = 0.3;

/** Mounts a source, the clip unless said, into the page; what is left after the test is destroyed. */
export type Mount = (src?: string, settings?: Partial<MediaSettings>) => MountedMedia;

/** Could it play on from here at once? */
export function isReady({ readyState, seeking }: Media): boolean {
  return readyState >= 3 && !seeking;
}
