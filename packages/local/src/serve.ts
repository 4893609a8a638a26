import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { MAX_BODY_BYTES } from './request-body.ts';

/** A running server. */
export interface Served {
  /** `http://127.0.0.1:54321`, without a slash at the end. */
  url: string;
  /** Takes no new requests, finishes those under way (at most 5 s), then resolves. */
  close(): Promise<void>;
}

/** Where bodies are files: as long as their bucket allows, and read as they come. */
const FILES = /^\/storage\/v1\/object\/(?!sign\/)/;
/** Requests that do not end by then are cut off at closing. */
const CLOSE_GRACE_MS = 5_000;

/**
 * Serves a fetch handler over `node:http`.
 *
 * @param options.port 0 takes any free one.
 * @throws Error saying what to do when the port is taken or may not be used.
 */
export async function serve(
  handler: (request: Request) => Promise<Response>,
  { port, host }: { port: number; host: string },
): Promise<Served> {
  const server = createServer((incoming, outgoing) => {
    toRequest(incoming)
      .then(handler)
      // A body that was too large is still arriving, and a server that is closing waits for every connection.
      .then((response) => send(response, outgoing, incoming.complete && server.listening))
      .catch(() => outgoing.destroy());
  });
  await listen(server, port, host);
  const { port: actual } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`, close: () => close(server) };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
    server.listen(port, host, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    const sentence = `Port ${port} is taken. Stop the program that uses it (perhaps another chronos-local), or choose another port: --port ${port + 1}`;
    return new Error(sentence, { cause: error });
  }
  if (error.code === 'EACCES') {
    return new Error(`Port ${port} needs administrator rights. Choose one above 1023: --port 54321`, { cause: error });
  }
  return error;
}

async function close(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(timer);
}

async function send(response: Response, outgoing: ServerResponse, isReusable: boolean): Promise<void> {
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  if (!isReusable) outgoing.setHeader('connection', 'close');
  // A body of a length that is known may be a long file: it is handed on as it is read.
  if (response.body && response.headers.has('content-length')) {
    return pipeline(Readable.fromWeb(response.body as never), outgoing);
  }
  const body = Buffer.from(await response.arrayBuffer());
  if (body.length > 0) outgoing.setHeader('content-length', body.length);
  outgoing.end(body);
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const { method = 'GET', socket } = incoming;
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  // Supabase's gateway notes the client's address here, and rate limits read it.
  const forwarded = headers.get('x-forwarded-for');
  headers.set('x-forwarded-for', [forwarded, socket.remoteAddress].filter(Boolean).join(', '));
  const url = `http://${socket.localAddress?.includes(':') ? '[::1]' : socket.localAddress}:${socket.localPort}${incoming.url}`;
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
  const body = FILES.test(incoming.url ?? '') ? Readable.toWeb(incoming) : await readBounded(incoming);
  const streamed: RequestInit & { duplex: 'half' } = { method, headers, body: body as BodyInit, duplex: 'half' };
  return new Request(url, streamed);
}

/** Reads one byte more than the handler accepts, so that it can tell; what comes after is thrown away unread. */
async function readBounded(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BODY_BYTES) break;
  }
  return new Uint8Array(Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES + 1));
}
