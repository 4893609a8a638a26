import { Agent, request as startRequest, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A request to pass on, unchanged. */
export interface Forwarding {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What came back; `headers` without those that belong to the connection. */
export interface Forwarded {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

/** Passes requests on to one server; `close` gives its connections back. */
export interface Forward {
  (request: Forwarding): Promise<Forwarded>;
  close(): void;
}

/** Headers of a connection, not of a message (RFC 9110, 7.6.1), and the length, which the next server writes itself. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host']);
const MAX_CONNECTIONS = 64;

/** Node's own `fetch` would add headers, refuse others and pool by rules of its own. */
export function createForward(serverUrl: string): Forward {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  const forward = ({ method, path, headers, body }: Forwarding): Promise<Forwarded> =>
    new Promise((resolve, reject) => {
      const passing = startRequest(
        new URL(path, serverUrl),
        { method, agent, headers: endToEnd(headers) },
        (response) => {
          buffer(response).then(
            (answer) =>
              resolve({ status: response.statusCode ?? 502, headers: endToEnd(response.headers), body: answer }),
            reject,
          );
        },
      );
      passing.on('error', reject);
      passing.end(body);
    });
  return Object.assign(forward, { close: () => agent.destroy() });
}

function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !OF_THE_CONNECTION.has(name));
  return Object.fromEntries(kept) as Record<string, string | string[]>;
}
