import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mp4': 'video/mp4',
  '.vtt': 'text/vtt; charset=utf-8',
  '.webm': 'video/webm',
  '.webp': 'image/webp',
};

/** Answers with a file, by byte ranges where asked: without them a browser cannot seek. */
export async function serveFile(file: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { size } = await stat(file);
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const start = Math.min(Number(from ?? 0), size - 1);
  const end = to ? Math.min(Number(to), size - 1) : size - 1;
  response.writeHead(from === undefined ? 200 : 206, {
    'content-type': TYPES[extname(file.pathname)] ?? 'application/octet-stream',
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    ...(from !== undefined && { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  createReadStream(fileURLToPath(file), { start, end }).pipe(response);
}

/** How long the clip is. */
export const CLIP_SECONDS = 30;

/** The clip that every double plays: a clock. */
export function clip(extension: string): URL {
  return new URL(`../../../../examples/clips/clock.${extension}`, import.meta.url);
}

/** A file of the same clock as HLS. */
export function ladder(name: string): URL {
  return new URL(`../../../../examples/clips/ladder/${name}`, import.meta.url);
}
