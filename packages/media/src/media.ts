import type { VideoRenditionList } from './video-renditions.ts';

/**
 * Anything that plays: the part of HTMLMediaElement that every provider promises.
 *
 * Names, units (seconds) and order are the platform's, so a bare `<video>` is a `Media` as it is and whoever knows
 * HTMLMediaElement knows this. Promised of every provider:
 *
 * - State changes before the event that announces it: inside a `pause` listener `paused` is already true.
 * - `play()` resolves when playing and rejects `NotAllowedError` when the browser or the vendor forbids it.
 * - `currentTime`, `playbackRate`, `volume`, `muted` and `loop` set before the media is ready are remembered.
 * - Every event is one of {@link MEDIA_EVENTS} and neither bubbles nor is composed.
 *
 * Not promised, because some vendor cannot: the accuracy of `buffered`, events for the vendor's own seek bar, a
 * `playbackRate` outside the vendor's list, captions as text. {@link MediaCapabilities} says which, before anything
 * is loaded. What a provider cannot do is a value, never an exception.
 *
 * @see https://html.spec.whatwg.org/multipage/media.html
 */
export interface Media extends EventTarget {
  /** Playhead, seconds. Setting it seeks; before the media is ready it sets where playback will begin. */
  currentTime: number;
  /** Seconds; NaN until known, Infinity for a live stream. */
  readonly duration: number;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly seeking: boolean;
  /** 1 is normal speed. */
  playbackRate: number;
  muted: boolean;
  /** 0 to 1. */
  volume: number;
  loop: boolean;
  /** 0 HAVE_NOTHING · 1 HAVE_METADATA · 2 HAVE_CURRENT_DATA · 3 HAVE_FUTURE_DATA · 4 HAVE_ENOUGH_DATA. */
  readonly readyState: number;
  /** MediaError-shaped, code 1 to 4; see `createMediaError`. */
  readonly error: { readonly code: number; readonly message: string } | null;
  readonly buffered: TimeRanges;
  readonly seekable: TimeRanges;
  /** The qualities to choose from, where `capabilities.quality` says that there is a choice. */
  readonly videoRenditions?: VideoRenditionList;
  play(): Promise<void>;
  pause(): void;
  /** Starts over with the same source: the way out of an error. */
  load(): void;
}

/** Every event a provider may dispatch, in the order in which a plain playthrough first shows them. */
export const MEDIA_EVENTS = [
  'emptied',
  'loadstart',
  'progress',
  'suspend',
  'abort',
  'stalled',
  'durationchange',
  'loadedmetadata',
  'loadeddata',
  'canplay',
  'canplaythrough',
  'play',
  'waiting',
  'playing',
  'timeupdate',
  'seeking',
  'seeked',
  'ratechange',
  'volumechange',
  'pause',
  'ended',
  'error',
] as const;

/** The name of one of the {@link MEDIA_EVENTS}. */
export type MediaEventName = (typeof MEDIA_EVENTS)[number];

/**
 * How a provider knows what was played, best first.
 *
 * - `measured`: a media element reports every change itself.
 * - `polled`: the position comes four times a second, asked for or by itself, and may be 250 ms old.
 * - `reported`: the vendor's player tells over postMessage, unverified.
 * - `estimated`: nothing is known but visible, focused time.
 */
export type Evidence = 'measured' | 'polled' | 'reported' | 'estimated';

/** `list`: only the values the vendor lists (or a list that can be read, not switched); `yes`: freely; `no`: not at all. */
export type Support = 'yes' | 'list' | 'no';

/** What a provider can do. Frozen; known from the registry before anything is loaded, refined when the media is ready. */
export interface MediaCapabilities {
  /** Can `currentTime` be set? */
  readonly seek: Support;
  /** Can `playbackRate` be set? `list`: only to one of {@link rates}. */
  readonly rate: Support;
  /** The only possible rates, ascending; null: any. */
  readonly rates: readonly number[] | null;
  /** Can `volume` and `muted` be set? */
  readonly volume: Support;
  /** `yes`: cues can be read; `list`: tracks can be chosen but their text stays with the vendor. */
  readonly captions: Support;
  /** Can the rendition be chosen by us? */
  readonly quality: Support;
  readonly pip: Support;
  readonly fullscreen: Support;
  /** Is the playhead known? Without it there is watch time but nothing watched. */
  readonly position: Support;
  /** Is the end of the video announced? */
  readonly ended: Support;
}
