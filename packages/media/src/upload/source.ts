import type { MediaSource } from '../provider.ts';
import { createSource, readFileUrl, readTimes, readUrl } from '../source-url.ts';

/** What a `<video>` plays today. Ogg is absent: Chromium 123 and Firefox 130 dropped Theora, Safari never had it. */
const EXTENSION = /\.(?:mp4|m4v|mov|webm)$/i;
/** A file the page itself holds: `blob:https://origin/uuid`, `blob:null/uuid` from a sandboxed page. */
const BLOB = /^(?:https?:\/\/[^/]+|null)\/[\da-f-]{36}$/i;

/**
 * A video file: an http(s), relative or `blob:` address, signed ones with their query. The file name's extension decides,
 * since nothing is fetched to find out; a blob has none and is taken at its word. Times from the fragment.
 *
 * @example parseUploadSource('/clips/lesson.mp4#t=10,60')
 */
export function parseUploadSource(src: string): MediaSource | null {
  const url = readUrl(src);
  const id = url && (readBlob(url) ?? readFileUrl(src, EXTENSION));
  return url && id ? createSource({ provider: 'upload', id }, id, readTimes(url)) : null;
}

function readBlob(url: URL): string | null {
  return url.protocol === 'blob:' && BLOB.test(url.pathname) ? url.protocol + url.pathname : null;
}
