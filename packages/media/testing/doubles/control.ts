import type { ServerResponse } from 'node:http';

/** Where tests ask the doubles themselves; a name that can exist nowhere (RFC 6761). */
const HOST = 'doubles.test';

/**
 * `/requests`: what was asked for, as JSON; `/connections`: the hosts somebody connected to. `/blocked.js` breaks off, `/slow.js` never
 * comes, `/good.js` does.
 */
export async function answerControl(
  { host, pathname }: URL,
  {
    requests,
    connections,
    response,
  }: {
    readonly requests: readonly string[];
    readonly connections: readonly string[];
    readonly response: ServerResponse;
  },
): Promise<boolean> {
  if (host !== HOST) return false;
  response.setHeader('access-control-allow-origin', '*');
  const list = { '/requests': requests, '/connections': connections }[pathname];
  if (list) response.setHeader('content-type', 'application/json').end(JSON.stringify(list));
  else if (pathname === '/good.js') response.setHeader('content-type', 'text/javascript').end('');
  else if (pathname === '/blocked.js') response.destroy();
  else if (pathname !== '/slow.js') response.writeHead(404).end();
  return true;
}
