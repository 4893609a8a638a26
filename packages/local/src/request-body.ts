import type { HttpError } from './http-error.ts';
import { restError } from './rest/errors.ts';

/** A body larger than this is refused with 413 before it is parsed. */
export const MAX_BODY_BYTES: number = 256 * 1024;

/** JSON nested deeper than this is refused with 400: every level costs stack in each parser behind. */
export const MAX_JSON_DEPTH = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A JSON body: the text goes to Postgres untouched (numbers keep every digit), the value is for looking at keys. */
export interface JsonBody {
  text: string;
  value: unknown;
}

/**
 * Reads a JSON body within the bounds. An empty body is `undefined`.
 *
 * @throws HttpError 413 (too large), 400 PGRST102 (not JSON, not UTF-8, too deep, another content type).
 */
export async function readJson(request: Request): Promise<JsonBody | undefined> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== '' && !/^application\/(.+\+)?json$/.test(type)) {
    throw restError(400, 'PGRST102', { message: `Content-Type not acceptable: ${type}` });
  }
  const text = decode(await readBytes(request));
  if (text.trim() === '') return undefined;
  if (depthOf(text) > MAX_JSON_DEPTH) throw invalidJson(`It is nested deeper than ${MAX_JSON_DEPTH} levels.`);
  try {
    return { text, value: JSON.parse(text) as unknown };
  } catch (error) {
    throw invalidJson((error as Error).message);
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidJson('It is not UTF-8.');
  }
}

/** Greatest nesting of brackets outside strings. Does not judge whether the text is JSON. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, (depth += 1));
    else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return deepest;
}

function invalidJson(details: string): HttpError {
  return restError(400, 'PGRST102', { message: 'Empty or invalid json', details });
}

function tooLarge(): HttpError {
  return restError(413, 'PT413', { message: `The body is larger than ${MAX_BODY_BYTES / 1024} kB` });
}
