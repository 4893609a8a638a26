import type { Answer } from '../doubles.ts';
import { clip, CLIP_SECONDS, serveFile } from '../serve-file.ts';

const HOSTS = new Set(['fast.wistia.com', 'fast.wistia.net']);
/** Ids that begin so are not there. */
const MISSING = /^missing/;
/** And those have a file that is none. */
const UNPLAYABLE = /^unplayable/;

/**
 * Wistia as a page meets it: the script, what is known of a video (for a script and for whoever asks), and its files.
 * What is wrong with a video is said by its id; see e-v1.js.
 */
export const answerWistia: Answer = async ({ host, pathname }, request, response) => {
  if (!HOSTS.has(host)) return false;
  const [, id = '', kind] = /^\/embed\/medias\/([a-z\d]{10})\.(jsonp?)$/.exec(pathname) ?? [];
  if (pathname === '/assets/external/E-v1.js') await serveFile(new URL('e-v1.js', import.meta.url), request, response);
  else if (kind === 'json') {
    response.setHeader('access-control-allow-origin', '*').setHeader('content-type', 'application/json');
    response.end(describeMedia(id));
  } else if (kind === 'jsonp') {
    response.setHeader('content-type', 'text/javascript');
    response.end(`window['wistiajsonp-${pathname}'] = ${describeMedia(id)};`);
  } else if (/^\/deliveries\/clock\.(mp4|webm)$/.test(pathname)) {
    await serveFile(clip(pathname.split('.')[1] ?? ''), request, response);
  } else response.writeHead(404).end();
  return true;
};

function describeMedia(hashedId: string): string {
  if (MISSING.test(hashedId)) return JSON.stringify({ error: true, iframe: true });
  const folder = UNPLAYABLE.test(hashedId) ? '/deliveries/none' : '/deliveries/clock';
  const assets = [
    { type: 'original', contentType: 'video/mp4; codecs="avc1.42E01E"', url: `${folder}.mp4` },
    { type: 'mp4_video', contentType: 'video/webm; codecs="vp9"', url: `${folder}.webm` },
  ];
  return JSON.stringify({ media: { hashedId, name: 'A double', duration: CLIP_SECONDS, status: 2, assets } });
}
