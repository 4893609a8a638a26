import type { MediaSource } from '../provider.ts';
import { createSource, readFileUrl, readTimes, readUrl } from '../source-url.ts';

/** Any HLS playlist: an http(s) or relative address whose path ends in `.m3u8`. Times from the fragment. */
export function parseHlsSource(src: string): MediaSource | null {
  const url = readUrl(src);
  const id = readFileUrl(src, /\.m3u8$/i);
  return url && id ? createSource({ provider: 'hls', id }, id, readTimes(url)) : null;
}
