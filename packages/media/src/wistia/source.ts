import type { MediaSource } from '../provider.ts';
import { createSource, readTimes, readUrl, readVendorPath } from '../source-url.ts';

/** Every account has its own subdomain. */
const HOST = /^(?:[a-z\d-]+\.)?(?:wistia\.com|wistia\.net|wi\.st)$/;
const ID = /^[a-z\d]{10}$/;
const PAGE = /^(?:medias|m|embed\/iframe|embed\/medias)\/([a-z\d]{10})(?:\.jsonp|\/manage)?$/;

/**
 * A Wistia media page, embed or `?wvideo=` link on any account's host, or `wistia:ID`. Start from `wtime`, `time` or the
 * fragment. Share links (`/s/SLUG`) do not carry the id and are not recognised.
 *
 * @see https://docs.wistia.com/docs/wistia-and-oembed
 */
export function parseWistiaSource(src: string): MediaSource | null {
  const url = readUrl(src);
  const id = url && readId(url);
  if (!id || !ID.test(id)) return null;
  const page = `https://fast.wistia.net/embed/iframe/${id}`;
  return createSource({ provider: 'wistia', id }, page, readTimes(url, ['wtime', 'time']));
}

function readId(url: URL): string | null | undefined {
  if (url.protocol === 'wistia:') return url.pathname;
  const path = readVendorPath(url, HOST);
  return path && (PAGE.exec(path.join('/'))?.[1] ?? url.searchParams.get('wvideo'));
}
