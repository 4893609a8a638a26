/** The platform's four codes by their names on `MediaError`, less the prefix. */
export const MEDIA_ERROR_CODES: {
  readonly ABORTED: 1;
  readonly NETWORK: 2;
  readonly DECODE: 3;
  readonly SRC_NOT_SUPPORTED: 4;
} = { ABORTED: 1, NETWORK: 2, DECODE: 3, SRC_NOT_SUPPORTED: 4 };

/** The platform's name of a failure. */
export type MediaErrorName = keyof typeof MEDIA_ERROR_CODES;

/** What `media.error` holds for media that are not media elements: the platform's shape and the vendor's word. */
export interface MediaFailure {
  /** 1 to 4, as on `MediaError`. */
  readonly code: (typeof MEDIA_ERROR_CODES)[MediaErrorName];
  /** A sentence for the developer; the viewer's sentence is the player's business. */
  readonly message: string;
  /** What the vendor called it: YouTube's 150, hls.js' `manifestLoadError`. */
  readonly cause?: string | number;
}

/**
 * Names a vendor's failure in the platform's words.
 *
 * @example createMediaError('SRC_NOT_SUPPORTED', { message: 'The owner does not allow embedding.', cause: 150 })
 */
export function createMediaError(
  name: MediaErrorName,
  { message, cause }: { readonly message: string; readonly cause?: string | number },
): MediaFailure {
  const code = MEDIA_ERROR_CODES[name];
  return Object.freeze(cause === undefined ? { code, message } : { code, message, cause });
}
