import type { MediaSource } from '../provider.ts';
import { createSource, readTimes, readUrl, readVendorPath } from '../source-url.ts';

const HOST = /^(?:(?:www|m|music)\.)?youtube\.com$|^(?:www\.)?youtube-nocookie\.com$|^(?:www\.)?youtu\.be$/;
const ID = /^[\w-]{11}$/;
/** Eleven characters that are the names of playlist and live-channel embeds. */
const NOT_A_VIDEO = new Set(['videoseries', 'live_stream']);
const PAGES = new Set(['shorts', 'embed', 'live', 'v', 'e']);

/**
 * Any address of one YouTube video: watch, youtu.be, shorts, embed, live, on www, m, music and nocookie, or
 * `youtube:ID`. Start from `t`, `start` or the fragment, end from `end`. A playlist around the video is ignored.
 *
 * @see https://developers.google.com/youtube/player_parameters
 * @example parseYouTubeSource('https://youtu.be/aqz-KE-bpKQ?t=1m30s')?.startTime // 90
 */
export function parseYouTubeSource(src: string): MediaSource | null {
  const url = readUrl(src);
  const id = url && readId(url);
  if (!id || !ID.test(id) || NOT_A_VIDEO.has(id)) return null;
  const page = `https://www.youtube.com/watch?v=${id}`;
  return createSource({ provider: 'youtube', id }, page, readTimes(url, ['t', 'start'], 'end'));
}

function readId(url: URL): string | null | undefined {
  if (url.protocol === 'youtube:') return url.pathname;
  const path = readVendorPath(url, HOST);
  if (!path) return null;
  if (url.host.endsWith('youtu.be')) return path.length === 1 ? path[0] : null;
  if (path.length === 1 && path[0] === 'watch') return url.searchParams.get('v');
  return path.length === 2 && PAGES.has(path[0] ?? '') ? path[1] : null;
}
