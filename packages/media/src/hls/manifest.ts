/** What a playlist asks of whoever plays it. */
export interface ManifestNeeds {
  /** It has subtitles or further sound in renditions of their own, which not every browser's own HLS offers. */
  readonly hasRenditions: boolean;
  /** It is encrypted for DRM. */
  readonly isProtected: boolean;
}

/** Larger is no playlist one reads to decide how to play it. */
const MAX_LENGTH = 1_000_000;
const RENDITION = /^#EXT-X-MEDIA:(?=.*\bTYPE=(?:SUBTITLES|AUDIO)\b)(?=.*\bURI=").*$/m;
const PROTECTION = /^#EXT-X-(?:SESSION-)?KEY:.*\bMETHOD=SAMPLE-AES/m;

/**
 * Reads what a playlist needs. Pure and total: whatever is no playlist needs nothing.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc8216#section-4.3.4
 */
export function readManifestNeeds(text: string): ManifestNeeds {
  const isPlaylist = text.length <= MAX_LENGTH && text.trimStart().startsWith('#EXTM3U');
  return {
    hasRenditions: isPlaylist && RENDITION.test(text),
    isProtected: isPlaylist && PROTECTION.test(text),
  };
}
