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
/** One that has just been given and is broken already is not mended by another. */
const DUE_AFTER_MS = 60_000;

/** A file's address that is signed runs out, perhaps in the middle of a lesson: then the database is asked for another one. */
export class AddressRenewal {
  readonly #options: AddressRenewalOptions;
  /** When its address was last replaced; asking alone is not counted, so that the viewer can try again. */
  #renewedAtMs = -Infinity;

  constructor(options: AddressRenewalOptions) {
    this.#options = options;
  }

  /** Another address may mend what is wrong, but not what cannot be decoded, and not what has just been renewed. */
  get #isDue(): boolean {
    const { media } = this.#options.mounted;
    const isUnreachable = media.error !== null && media.error.code !== MEDIA_ERR_DECODE;
    return isUnreachable && performance.now() - this.#renewedAtMs >= DUE_AFTER_MS;
  }

  /** Answers what gives the file its new address; null where there is none. */
  async ask(): Promise<(() => void) | null> {
    const { mounted, renew, signal } = this.#options;
    if (!this.#isDue) return null;
    const address = await renew().catch(() => null);
    const video = mounted.nativeVideo;
    if (signal.aborted || !address || !video) return null;
    if (new URL(address, document.baseURI).href === video.src.replace(/#.*/, '')) return null;
    return () => {
      this.#renewedAtMs = performance.now();
      video.src = address;
    };
  }
}
