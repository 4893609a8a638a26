import type { MediaSource } from '../provider.ts';
import { createSource, readTimes, readUrl, readVendorPath } from '../source-url.ts';

const ID = /^[A-Za-z\d]{20,100}$/;
/** A signed playback token is a JWT. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * A Mux playback id: its stream on stream.mux.com, its page on player.mux.com, or `mux:ID`, each with a playback token
 * where the id is signed (`?token=`, on the page `?playback-token=`).
 *
 * Left to plain HLS, deliberately: streams on a custom domain, which nothing tells from any other HLS address, and
 * streams with further parameters (clips, resolution limits), which are no longer simply that video.
 *
 * @see https://www.mux.com/docs/guides/player-mux-com-reference
 */
export function parseMuxSource(src: string): MediaSource | null {
  const url = readUrl(src);
  const found = url && (readShort(url) ?? readStream(url) ?? readPage(url));
  if (!found || !ID.test(found.id)) return null;
  const { id, token } = found;
  const page = `https://stream.mux.com/${id}.m3u8`;
  const times = readTimes(url, ['start-time']);
  if (token === null) return createSource({ provider: 'mux', id }, page, times);
  return TOKEN.test(token) ? createSource({ provider: 'mux', id, token }, `${page}?token=${token}`, times) : null;
}

interface Found {
  readonly id: string;
  readonly token: string | null;
}

function readShort(url: URL): Found | null {
  return url.protocol === 'mux:' ? { id: url.pathname, token: url.searchParams.get('token') } : null;
}

function readStream(url: URL): Found | null {
  const path = readVendorPath(url, /^stream\.mux\.com$/);
  const id = path?.length === 1 ? /^(.+)\.m3u8$/.exec(path[0] ?? '')?.[1] : null;
  const hasMore = [...url.searchParams.keys()].some((name) => name !== 'token');
  return id && !hasMore ? { id, token: url.searchParams.get('token') } : null;
}

function readPage(url: URL): Found | null {
  const path = readVendorPath(url, /^player\.mux\.com$/);
  const id = path?.length === 1 ? path[0] : null;
  return id ? { id, token: url.searchParams.get('playback-token') } : null;
}
