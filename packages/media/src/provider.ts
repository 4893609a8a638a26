import type { Evidence, Media, MediaCapabilities } from './media.ts';

/** Where a video comes from. Plain HLS and plain files are both uploads to the database; here they play differently. */
export type ProviderName = 'youtube' | 'loom' | 'mux' | 'vimeo' | 'wistia' | 'hls' | 'upload';

/** A `src` that was understood: plain data, equal for every way of writing the same video. */
export interface MediaSource {
  readonly provider: ProviderName;
  /** The vendor's id, or for `hls` and `upload` the address to load, without fragment. */
  readonly id: string;
  /** The canonical address, times included as media fragment (`#t=10,60`). Parsing it gives this source again. */
  readonly url: string;
  /** What unlocks a video that is not public: Vimeo's unlisted hash, Mux's signed playback token. Part of `url`. */
  readonly token?: string;
  /** Where playback begins, seconds > 0. */
  readonly startTime?: number;
  /** Where playback pauses once, seconds > `startTime`. */
  readonly endTime?: number;
}

/** A caption, subtitle or chapter file: the attributes of `<track>`. */
export interface TextTrackSource {
  /** Address of a WebVTT file. */
  readonly src: string;
  readonly kind: TextTrackKind;
  /** BCP 47 language tag. */
  readonly srclang: string;
  /** What the viewer chooses by. */
  readonly label: string;
  readonly default?: boolean;
}

/** How to begin: plain values, read once at mounting. Afterwards the {@link Media}'s own properties rule. */
export interface MediaSettings {
  readonly autoplay: boolean;
  readonly muted: boolean;
  readonly loop: boolean;
  /** The provider's own controls. */
  readonly controls: boolean;
  readonly preload: 'none' | 'metadata' | 'auto';
  readonly playsInline: boolean;
  /** null: no CORS; files from another origin need `anonymous` for their tracks to load. */
  readonly crossOrigin: 'anonymous' | 'use-credentials' | null;
  /** Seconds; where to begin in place of the source's own start time. 0 is the beginning. */
  readonly startTime?: number;
  readonly tracks: readonly TextTrackSource[];
  /** Who plays HLS: the browser's own (`native`), hls.js (`mse`), or whichever can (`auto`). Others take no notice. */
  readonly engine: 'auto' | 'native' | 'mse';
  /** Called when capabilities or evidence turn out to be others than the registry says, and when a `<video>` has come. */
  readonly onRefined?: () => void;
}

/** What `<video>` does when nothing is said, except that it plays inline. Spread it: `{...DEFAULT_SETTINGS, muted: true}`. */
export const DEFAULT_SETTINGS: MediaSettings = Object.freeze({
  autoplay: false,
  muted: false,
  loop: false,
  controls: false,
  preload: 'metadata',
  playsInline: true,
  crossOrigin: null,
  tracks: Object.freeze([]),
  engine: 'auto',
});

/** What turned out only once a vendor's player had spoken, or had not. */
export interface Refinement {
  readonly capabilities: MediaCapabilities;
  readonly evidence: Evidence;
}

/** A media and the element that shows it. The caller puts `element` into the page, once, and never moves it. */
export interface MountedMedia {
  readonly media: Media;
  readonly element: HTMLElement;
  /** The vendor's script finds it only in the page's own tree: in a shadow tree it is shown through a `<slot>`. */
  readonly isSlotted?: boolean;
  /**
   * For tools that monitor a `<video>`; null where the vendor keeps it in an iframe, and until the vendor has made it:
   * read again after {@link MediaSettings.onRefined}.
   */
  readonly nativeVideo: HTMLVideoElement | null;
  /** Read again after {@link MediaSettings.onRefined}. */
  readonly capabilities: MediaCapabilities;
  /** Read again after {@link MediaSettings.onRefined}. */
  readonly evidence: Evidence;
  /** Stops playing, gives everything back (network, decoder, timers, listeners) and removes the element. Idempotent. */
  destroy(): void;
}

/** Makes a media for a source its own provider parsed. Never throws: what goes wrong is `media.error` and `error`. */
export type MountMedia = (source: MediaSource, settings: MediaSettings) => MountedMedia;

/** One line of the registry: everything known of a vendor before any of its code is loaded. */
export interface MediaProvider {
  readonly name: ProviderName;
  /** The best evidence this provider can give. */
  readonly evidence: Evidence;
  readonly capabilities: MediaCapabilities;
  /** The vendor's servers that playing asks first; none for what the page's own address names. */
  readonly origins: readonly string[];
  /** Pure, total: null for anything that is not this provider's. */
  readonly parse: (src: string) => MediaSource | null;
  /** Loads the code that plays. Absent: recognised, but this version cannot play it. */
  readonly load?: () => Promise<MountMedia>;
}
