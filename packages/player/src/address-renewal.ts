import type { MountedMedia } from '@chronos-player/media';

/** What an {@link AddressRenewal} works on. */
export interface AddressRenewalOptions {
  readonly mounted: MountedMedia;
  /** Asks the database where the video is now. */
  readonly renew: () => Promise<string>;
  /** Aborted when it is over. */
  readonly signal: AbortSignal;
}

const MEDIA_ERR_DECODE = 3;
/** An address that broke is asked for again once; and once more when playing has come so far since, in seconds. */
const DUE_AFTER_SECONDS = 10;

/** A file's address that is signed runs out, perhaps in the middle of a lesson: then the database is asked for another one. */
export class AddressRenewal {
  readonly #options: AddressRenewalOptions;
  /** Where it was when its address was last renewed. */
  #renewedAt = -Infinity;

  constructor(options: AddressRenewalOptions) {
    this.#options = options;
  }

  /** Another address may mend what is wrong, but not what cannot be decoded, and not what has just been renewed. */
  get #isDue(): boolean {
    const { media } = this.#options.mounted;
    const isUnreachable = media.error !== null && media.error.code !== MEDIA_ERR_DECODE;
    return isUnreachable && media.currentTime >= this.#renewedAt + DUE_AFTER_SECONDS;
  }

  /** Answers what gives the file its new address; null where there is none. */
  async ask(): Promise<(() => void) | null> {
    const { mounted, renew, signal } = this.#options;
    if (!this.#isDue) return null;
    this.#renewedAt = mounted.media.currentTime;
    const address = await renew().catch(() => null);
    const video = mounted.nativeVideo;
    if (signal.aborted || !address || !video) return null;
    return new URL(address, document.baseURI).href === video.src.replace(/#.*/, '')
      ? null
      : () => (video.src = address);
  }
}
