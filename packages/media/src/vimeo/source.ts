import type { MediaSource } from '../provider.ts';
import { createSource, readTimes, readUrl, readVendorPath } from '../source-url.ts';

const ID = /^[1-9]\d{0,11}$/;
/** What makes an unlisted video's address secret. */
const HASH = /^[\da-f]{6,20}$/;
const PAGE_HOST = /^(?:www\.)?vimeo\.com$/;
const PLAYER_HOST = /^player\.vimeo\.com$/;
/** What precedes the id on vimeo.com: nothing, a channel, a group, a showcase, an album, a film for sale. */
const PAGE_PREFIX =
  /^(?:channels\/[\w-]+|groups\/[\w-]+\/videos|showcase\/[\w-]+\/video|album\/[\w-]+\/video|ondemand\/[\w-]+|)$/;

/**
 * A Vimeo page (`/ID`, unlisted `/ID/HASH`, in a channel, group or showcase), its player (`/video/ID?h=HASH`) or
 * `vimeo:ID`, `vimeo:ID/HASH`. Start from the fragment. The hash is the source's `token`.
 */
export function parseVimeoSource(src: string): MediaSource | null {
  const url = readUrl(src);
  const path = url && readPath(url);
  if (!path) return null;
  const [id = '', hash = url.searchParams.get('h') ?? undefined, ...rest] = path;
  if (!ID.test(id) || rest.length > 0) return null;
  const page = `https://vimeo.com/${id}`;
  const times = readTimes(url);
  if (hash === undefined) return createSource({ provider: 'vimeo', id }, page, times);
  return HASH.test(hash) ? createSource({ provider: 'vimeo', id, token: hash }, `${page}/${hash}`, times) : null;
}

/** The id and what follows it. */
function readPath(url: URL): readonly string[] | null {
  if (url.protocol === 'vimeo:') return url.pathname.split('/');
  const player = readVendorPath(url, PLAYER_HOST);
  if (player) return player[0] === 'video' && player.length === 2 ? player.slice(1) : null;
  const page = readVendorPath(url, PAGE_HOST);
  if (!page) return null;
  // A page's hash may itself be digits: the id is the first segment, or it follows a known prefix.
  const at = ID.test(page[0] ?? '') ? 0 : page.findLastIndex((segment) => ID.test(segment));
  return at >= 0 && PAGE_PREFIX.test(page.slice(0, at).join('/')) ? page.slice(at) : null;
}
