import { readFile } from 'node:fs/promises';
import type { Answer } from '../doubles.ts';
import { ladder, serveFile } from '../serve-file.ts';
import { livePlaylist } from './live.ts';

/** Somebody's streaming server, a name that can exist nowhere (RFC 6761); and a public one, with its one example. */
const HOSTS = new Set(['streams.test', 'test-streams.mux.dev']);
const EXAMPLE = 'x36xhzz.m3u8';

/**
 * An HLS server with the ladder of the clock, in several moods by its first folder: `ladder` as it should be; `no-native` for everybody but the browser's own HLS; `live` without an end.
 */
export const answerHls: Answer = async ({ host, pathname }, request, response) => {
  if (!HOSTS.has(host)) return false;
  const [, mood = '', asked = ''] = /^\/([\w-]+)\/([\w.-]+)$/.exec(pathname) ?? [];
  const name = asked === EXAMPLE ? 'master.m3u8' : asked;
  response.setHeader('access-control-allow-origin', '*');
  const isPlaylist = name.endsWith('.m3u8');
  if (mood === 'no-native' && isPlaylist && request.headers['sec-fetch-dest'] === 'video') {
    response.setHeader('content-type', 'application/vnd.apple.mpegurl').end('This is no playlist.');
  } else if (mood === 'live' && isPlaylist && name !== 'master.m3u8') {
    const recorded = await readFile(ladder(name), 'utf8');
    const headers = { 'content-type': 'application/vnd.apple.mpegurl', 'cache-control': 'no-store' };
    response.writeHead(200, headers).end(livePlaylist(recorded, Date.now()));
  } else await serveFile(ladder(name), request, response).catch(() => response.writeHead(404).end());
  return true;
};
