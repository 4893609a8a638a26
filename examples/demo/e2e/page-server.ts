import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveClips } from '../server/serve-clips.ts';

const CDN_BUILD = join(dirname(fileURLToPath(import.meta.resolve('@chronos-player/player'))), '../dist/cdn');

/** So that a picture of a page is the same on every machine. */
const FONTS = dirname(fileURLToPath(import.meta.resolve('@fontsource/roboto/files/roboto-latin-400-normal.woff2')));
const EXAMPLE = '/examples/html/index.html';

/** A web site as a developer would make it: the CDN script, one element, and the clips. */
export interface PageServer {
  readonly url: string;
  /** Serves a page as it is written, with these headers; answers its address. */
  publish(html: string, headers?: Readonly<Record<string, string>>): string;
  close(): Promise<void>;
}

/**
 * Serves `/player?<attributes>` (a page with one `<chronos-player>`), `/cdn/*` and `/clips/*`; and the example without a build,
 * with what it names, where it lies in the repository.
 */
export async function openPageServer(): Promise<PageServer> {
  const published: { readonly html: string; readonly headers: Readonly<Record<string, string>> }[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, clip] = /^(?:\/examples)?\/clips(\/.+)$/.exec(url.pathname) ?? [];
    if (clip) {
      request.url = clip;
      void serveClips(request, response, () => response.writeHead(404).end());
    } else if (/^(\/packages\/player\/dist)?\/cdn\//.test(url.pathname))
      void serveScript(basename(url.pathname), response);
    else if (url.pathname.startsWith('/fonts/')) void serveFont(basename(url.pathname), response);
    else if (url.pathname === '/broken.mp4') sendBroken(response);
    else if (url.pathname === EXAMPLE)
      void readFile(new URL(`../../..${EXAMPLE}`, import.meta.url), 'utf8').then((html) => sendPage(html, response));
    else if (url.pathname === '/player') sendPage(writePage(url.searchParams), response);
    else if (url.pathname.startsWith('/published/')) {
      const { html = '', headers } = published[Number(basename(url.pathname))] ?? {};
      sendPage(html, response, headers);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: address,
    publish: (html, headers = {}) => `${address}/published/${published.push({ html, headers }) - 1}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serveScript(name: string, response: ServerResponse): Promise<void> {
  try {
    const script = await readFile(join(CDN_BUILD, name));
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
  } catch {
    response.writeHead(404).end('Build the player first: pnpm --filter @chronos-player/player build');
  }
}

async function serveFont(name: string, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'font/woff2' }).end(await readFile(join(FONTS, name)));
}

/** Says it is a video, and is none. */
function sendBroken(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'video/mp4' }).end('This is no video.'.repeat(100));
}

function sendPage(html: string, response: ServerResponse, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html);
}

function writePage(attributes: URLSearchParams): string {
  const quote = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const written = [...attributes].map(([name, value]) => `${name}="${quote(value)}"`).join(' ');
  return `<!doctype html>
<html lang="en"><head><title>A lesson</title>
<style>chronos-player:not(:defined) { display: block; aspect-ratio: 16 / 9 }</style>
<script type="module" src="/cdn/chronos-player.js"></script></head>
<body><main><h1>A lesson</h1><chronos-player ${written} controls></chronos-player></main></body></html>`;
}
