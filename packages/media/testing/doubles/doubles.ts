import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { answerControl } from './control.ts';
import { answerHls } from './hls/hls.ts';
import { answerLoom } from './loom/loom.ts';
import { answerMux } from './mux/mux.ts';
import { answerVimeo } from './vimeo/vimeo.ts';
import { answerWistia } from './wistia/wistia.ts';
import { answerYouTube } from './youtube/youtube.ts';

/** The vendors' servers, all of them, behind one proxy that ends TLS itself. */
export interface Doubles {
  /** What a browser is told to use as its proxy, `http://127.0.0.1:port`. It must not mind the certificate. */
  readonly proxy: string;
  /** Addresses asked for so far, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** A double answers what is its own and says nothing of the rest. */
export type Answer = (url: URL, request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

const ANSWERS: readonly Answer[] = [answerYouTube, answerLoom, answerHls, answerMux, answerVimeo, answerWistia];

/**
 * Starts the doubles on a free port. No name is looked up and nothing leaves the machine: a host without a double gets
 * 502.
 */
export async function startDoubles(): Promise<Doubles> {
  const requests: string[] = [];
  const connections: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
    if (await answerControl(url, { requests, connections, response })) return;
    requests.push(url.href);
    for (const answer of ANSWERS) {
      // oxlint-disable-next-line no-await-in-loop -- the first who knows answers
      if (await answer(url, request, response)) return;
    }
    response.writeHead(502).end();
  };
  const read = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));
  const inside = createTlsServer({ key: read('key.pem'), cert: read('certificate.pem') }, (request, response) => {
    serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const proxy = createServer((_, response) => response.writeHead(502).end());
  const sockets = new Set<Socket>();
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    connections.push(`${request.url}`);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    inside.emit('connection', socket);
  });
  await listen(proxy);
  // It ends with whoever started it.
  proxy.unref();
  return {
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => proxy.close(done));
    },
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
}
