import type { MediaFailure, VideoRenditionList } from '@chronos-player/media';
import type { CurrentMedia } from './current-media.ts';

/** Read from the media. */
const READABLE = [
  'duration',
  'paused',
  'ended',
  'seeking',
  'readyState',
  'networkState',
  'buffered',
  'seekable',
  'played',
  'currentSrc',
  'textTracks',
  'videoWidth',
  'videoHeight',
  'videoRenditions',
] as const;

/** Read from and written to the media; remembered while there is none. */
export const WRITABLE = [
  'currentTime',
  'playbackRate',
  'defaultPlaybackRate',
  'preservesPitch',
  'muted',
  'volume',
] as const;

const CALLABLE = [
  'play',
  'pause',
  'fastSeek',
  'canPlayType',
  'addTextTrack',
  'requestPictureInPicture',
  'getVideoPlaybackQuality',
] as const;

/** The surface of HTMLMediaElement (and HTMLVideoElement): the same names, units, promises and order of events. */
export interface MediaFacade extends Pick<
  HTMLVideoElement,
  Exclude<(typeof READABLE)[number], 'videoRenditions'> | (typeof WRITABLE)[number] | (typeof CALLABLE)[number]
> {
  /** What is wrong with the video, MediaError-shaped; `cause` says it in the vendor's or the player's own words. */
  readonly error: MediaError | MediaFailure | null;
  /** The qualities to choose from; undefined or empty where there is no choice. */
  readonly videoRenditions: VideoRenditionList | undefined;
  /** Starts over with the same source: the way out of an error. */
  load(): void;
}

/**
 * Gives a class the surface of HTMLMediaElement. One table in place of thirty accessors written by hand.
 *
 * @param currentOf finds what stands behind an instance.
 */
export function installMediaFacade<Host extends object>(
  prototype: Host,
  currentOf: (host: Host) => CurrentMedia,
): void {
  const define = (name: string, descriptor: PropertyDescriptor & ThisType<Host>): void => {
    Object.defineProperty(prototype, name, { configurable: true, enumerable: true, ...descriptor });
  };
  for (const name of [...READABLE, ...WRITABLE]) {
    define(name, {
      get() {
        return currentOf(this).get(name);
      },
    });
  }
  for (const name of WRITABLE) {
    define(name, {
      set(value: unknown) {
        currentOf(this).set(name, value);
      },
    });
  }
  for (const name of CALLABLE) {
    define(name, {
      value(...args: unknown[]) {
        return currentOf(this).call(name, args);
      },
    });
  }
}
