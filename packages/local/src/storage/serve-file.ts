import type { Files } from './files.ts';
import { readByteRange } from './byte-range.ts';
import type { StoredObject } from './objects.ts';

/** The whole file, or the part a player asks for. */
export function serveFile(request: Request, { version, metadata }: StoredObject, files: Files): Response {
  const { size, mimetype, eTag, cacheControl, lastModified } = metadata;
  const headers = {
    'accept-ranges': 'bytes',
    'cache-control': cacheControl,
    'content-type': mimetype,
    // What was uploaded is shown and never run in the name of this origin.
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    etag: eTag,
    'last-modified': new Date(lastModified).toUTCString(),
  };
  if (request.headers.get('if-none-match') === eTag) return new Response(null, { status: 304, headers });
  // A part of something else than the caller has would be of no use to him.
  const condition = request.headers.get('if-range');
  const isSame = condition === null || condition === eTag;
  const range = readByteRange(isSame ? request.headers.get('range') : null, size);
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const part = { 'content-length': String(end - start + 1) };
  const place = range && { 'content-range': `bytes ${start}-${end}/${size}` };
  const isEmpty = request.method === 'HEAD' || size === 0;
  return new Response(isEmpty ? null : files.read(version, { start, end }), {
    status: range ? 206 : 200,
    headers: { ...headers, ...part, ...place },
  });
}
