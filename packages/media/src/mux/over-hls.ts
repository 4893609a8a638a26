import { mountHlsMedia } from '../hls/media.ts';
import type { MediaSettings, MediaSource, MountedMedia } from '../provider.ts';

/** A Mux stream as any other HLS: for pages on which `<mux-player>` cannot run. */
export function mountMuxOverHls(source: MediaSource, settings: MediaSettings): MountedMedia {
  const { id, token, ...times } = source;
  const query = token === undefined ? '' : `?token=${token}`;
  return mountHlsMedia({ ...times, provider: 'hls', id: `https://stream.mux.com/${id}.m3u8${query}` }, settings);
}
