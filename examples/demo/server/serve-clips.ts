import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = dirname(fileURLToPath(import.meta.resolve('@chronos-player/clips/clips.json')));
const TYPES: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.vtt': 'text/vtt; charset=utf-8',
  '.webp': 'image/webp',
  '.m3u8': 'application/vnd.apple.mpegurl',
};

/** Answers `/<clip>` (or `/ladder/<file>`) with the clip, or with the part of it that a `Range` header asks for; anything else goes on. */
export async function serveClips(request: IncomingMessage, response: ServerResponse, next: () => void): Promise<void> {
  const name = /^\/((?:ladder\/)?[\w.-]+)(?:\?|$)/.exec(request.url ?? '')?.[1] ?? '';
  const type = TYPES[extname(name)];
  const path = join(FOLDER, name);
  const size = type === undefined ? undefined : await sizeOf(path);
  if (type === undefined || size === undefined) return next();
  response.setHeader('content-type', type);
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('access-control-allow-origin', '*');
  const range = readRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range === null ? 200 : 206, {
    'content-length': end - start + 1,
    ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  if (request.method === 'HEAD') response.end();
  // A viewer who seeks hangs up in the middle; that is no error.
  else
    createReadStream(path, { start, end })
      .on('error', () => response.destroy())
      .pipe(response);
}

/** One range of bytes; several at once are answered with the whole, which the standard allows. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (file) => (file.isFile() ? file.size : undefined),
    () => undefined,
  );
}
