import type { Answer } from '../doubles.ts';
import { clip, CLIP_SECONDS, serveFile } from '../serve-file.ts';

/** Loom as a page meets it: the embed, and oEmbed for how long a video is. What is wrong with a video is said by its id. */
export const answerLoom: Answer = async ({ host, pathname }, request, response) => {
  if (host !== 'www.loom.com') return false;
  if (pathname.startsWith('/embed/')) await serveFile(new URL('../embed.html', import.meta.url), request, response);
  else if (pathname === '/s/embed.js') await serveFile(new URL('embed.js', import.meta.url), request, response);
  else if (/^\/clip\.(mp4|webm)$/.test(pathname))
    await serveFile(clip(pathname.split('.')[1] ?? ''), request, response);
  else if (pathname === '/v1/oembed') {
    response.setHeader('access-control-allow-origin', '*').setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ type: 'video', title: 'A double', duration: CLIP_SECONDS + 0.04 }));
  } else response.writeHead(404).end();
  return true;
};
