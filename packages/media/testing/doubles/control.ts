import type { ServerResponse } from 'node:http';

/** Where tests ask the doubles themselves; a name that can exist nowhere (RFC 6761). */
const HOST = 'doubles.test';

/** `/requests`: what was asked for, as JSON. `/blocked.js` breaks off, `/slow.js` never comes, `/good.js` does. */
export async function answerControl(
  { host, pathname }: URL,
  { requests, response }: { readonly requests: readonly string[]; readonly response: ServerResponse },
): Promise<boolean> {
  if (host !== HOST) return false;
  response.setHeader('access-control-allow-origin', '*');
  if (pathname === '/requests') response.setHeader('content-type', 'application/json').end(JSON.stringify(requests));
  else if (pathname === '/good.js') response.setHeader('content-type', 'text/javascript').end('');
  else if (pathname === '/blocked.js') response.destroy();
  else if (pathname !== '/slow.js') response.writeHead(404).end();
  return true;
}
