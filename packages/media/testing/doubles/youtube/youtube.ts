import type { Answer } from '../doubles.ts';
import { clip, serveFile } from '../serve-file.ts';

const HOSTS = new Set(['www.youtube.com', 'www.youtube-nocookie.com']);

/**
 * YouTube as a page meets it: its two scripts, its embed page, and a clip for every video. What is wrong with a video is
 * said by its id; see embed.js.
 */
export const answerYouTube: Answer = async ({ host, pathname }, request, response) => {
  if (!HOSTS.has(host)) return false;
  const file = (name: string): Promise<void> => serveFile(new URL(name, import.meta.url), request, response);
  if (pathname === '/iframe_api') await file('iframe-api.js');
  else if (pathname === '/s/player/double/www-widgetapi.js') await file('widget-api.js');
  else if (pathname.startsWith('/embed/')) await file('../embed.html');
  else if (pathname === '/s/embed.js') await file('embed.js');
  else if (/^\/clip\.(mp4|webm)$/.test(pathname))
    await serveFile(clip(pathname.split('.')[1] ?? ''), request, response);
  else response.writeHead(404).end();
  return true;
};
