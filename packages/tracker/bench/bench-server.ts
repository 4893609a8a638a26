import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** One thing a meter sent. */
export interface Beacon {
  readonly path: string;
  readonly body: string;
}

/** Serves the page, the clip and every meter's server; all on loopback. */
export interface BenchServer {
  readonly url: string;
  /** What came in since the last call. */
  take(): readonly Beacon[];
  close(): Promise<void>;
}

const CLIP = fileURLToPath(new URL('../../../examples/clips/clock.mp4', import.meta.url));
/** With `?stall`, so much of the clip comes at once and the rest when it is asked for: about 12 of 30 s. */
const STALL_AT = 0.4;

export async function openBenchServer(): Promise<BenchServer> {
  const [clip, script] = await Promise.all([readFile(CLIP), bundlePage()]);
  const beacons: Beacon[] = [];
  const held: (() => void)[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') send(response, 'text/html', PAGE);
    else if (pathname === '/page.js') send(response, 'text/javascript', script);
    else if (pathname === '/release') {
      for (const release of held.splice(0)) release();
      send(response, 'text/plain', '');
    } else if (pathname === '/clock.mp4') {
      sendClip({ clip, request, response, hold: searchParams.has('stall') ? (rest) => void held.push(rest) : null });
    } else void receive(request, response, beacons);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => beacons.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const PAGE = `<!doctype html><html lang="en"><title>Accuracy</title><script type="module" src="/page.js"></script></html>`;

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page/page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['source'],
  });
  return outputFiles[0]?.text ?? '';
}

interface ClipRequest {
  readonly clip: Buffer;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Is given what sends the rest; null: all comes at once. */
  readonly hold: ((rest: () => void) => void) | null;
}

function sendClip({ clip, request, response, hold }: ClipRequest): void {
  const [, from = '0'] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
  const start = Number(from);
  response.writeHead(206, {
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    'content-length': clip.length - start,
    'content-range': `bytes ${start}-${clip.length - 1}/${clip.length}`,
  });
  const stop = Math.max(start, Math.round(clip.length * STALL_AT));
  if (!hold) return void response.end(clip.subarray(start));
  response.write(clip.subarray(start, stop));
  hold(() => response.end(clip.subarray(stop)));
}

/** Takes whatever a meter sends, and answers as ours expects: committed. */
async function receive(request: IncomingMessage, response: ServerResponse, beacons: Beacon[]): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  beacons.push({ path: request.url ?? '', body });
  const { p_session_id: session_id, p_seq: seq } = parse(body);
  send(response, 'application/json', JSON.stringify({ session_id, seq, events: [], flags: [] }));
}

function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function send(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': type }).end(body);
}
