import type { Answer } from '../doubles.ts';
import { clip, serveFile } from '../serve-file.ts';

/** Vimeo as a page meets it: the embed, and a clip for every video. What is wrong with a video is said by its id; see embed.js. */
export const answerVimeo: Answer = async ({ host, pathname }, request, response) => {
  if (host !== 'player.vimeo.com') return false;
  if (/^\/video\/\d+$/.test(pathname)) await serveFile(new URL('../embed.html', import.meta.url), request, response);
  else if (pathname === '/s/embed.js') await serveFile(new URL('embed.js', import.meta.url), request, response);
  else if (/^\/clip\.(mp4|webm)$/.test(pathname))
    await serveFile(clip(pathname.split('.')[1] ?? ''), request, response);
  else response.writeHead(404).end();
  return true;
};
