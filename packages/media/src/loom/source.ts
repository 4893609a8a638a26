import type { MediaSource } from '../provider.ts';
import { createSource, readTimes, readUrl, readVendorPath } from '../source-url.ts';

const HOST = /^(?:www\.)?loom\.com$/;
/** A share page may carry the title as a slug before the id. */
const ID = /^(?:[^/]*-)?([\da-f]{32})$/;
const BARE_ID = /^[\da-f]{32}$/;

/**
 * A Loom share page or embed, or `loom:ID`. Start from `t` or the fragment. `sid`, which names the person who shared
 * it, is dropped with every other parameter.
 */
export function parseLoomSource(src: string): MediaSource | null {
  const url = readUrl(src);
  const id = url && readId(url);
  if (!id) return null;
  return createSource({ provider: 'loom', id }, `https://www.loom.com/share/${id}`, readTimes(url, ['t']));
}

function readId(url: URL): string | null | undefined {
  if (url.protocol === 'loom:') return BARE_ID.test(url.pathname) ? url.pathname : null;
  const path = readVendorPath(url, HOST);
  if (path?.length !== 2 || !/^(?:share|embed)$/.test(path[0] ?? '')) return null;
  return ID.exec(path[1] ?? '')?.[1];
}
