import type { Answer } from '../doubles.ts';
import { ladder, serveFile } from '../serve-file.ts';

/** Ids that begin so are not there; of others the ladder of the clock is served. */
const MISSING = /^missing/;
const UNPLAYABLE = /^unplayable/;

/**
 * Mux as a page meets it: streams with a rendition of subtitles, thumbnails and storyboards, and the collector of Mux
 * Data. What is wrong with a video is said by its id.
 *
 * @see https://www.mux.com/docs/guides/play-your-videos
 */
export const answerMux: Answer = async ({ host, pathname }, request, response) => {
  const asset = (name: string): Promise<void> => serveFile(ladder(name), request, response);
  if (!/(?:^|\.)(?:mux|litix)\.(?:com|io)$/.test(host)) return false;
  response.setHeader('access-control-allow-origin', '*');
  const [, id = ''] = /^\/(\w{20,})/.exec(pathname) ?? [];
  if (host.endsWith('litix.io')) response.end();
  else if (host === 'image.mux.com') await answerImage(pathname, asset, response);
  else if (host !== 'stream.mux.com' || MISSING.test(id)) response.writeHead(404).end();
  else if (UNPLAYABLE.test(id)) response.setHeader('content-type', 'application/vnd.apple.mpegurl').end('No playlist.');
  else if (id && pathname === `/${id}.m3u8`) await asset('captions.m3u8');
  else await asset(pathname.slice(1)).catch(() => response.writeHead(404).end());
  return true;
};

async function answerImage(
  pathname: string,
  asset: (name: string) => Promise<void>,
  response: Parameters<Answer>[2],
): Promise<void> {
  if (pathname.endsWith('/storyboard.vtt')) {
    response
      .setHeader('content-type', 'text/vtt')
      .end('WEBVTT\n\n00:00.000 --> 00:30.000\nstoryboard.webp#xywh=0,0,160,90\n');
  } else if (pathname.endsWith('.webp')) await asset('../lesson-poster.webp');
  else response.writeHead(404).end();
}
