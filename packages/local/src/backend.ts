import { handleAuth } from './auth/auth.ts';
import { identify } from './auth/caller.ts';
import { allowAnyOrigin, preflight } from './cors.ts';
import type { Database } from './database.ts';
import { HttpError, json, notImplemented } from './http-error.ts';
import type { Keys } from './keys.ts';
import { handleRest } from './rest/rest.ts';
import type { Files } from './storage/files.ts';
import { handleStorage } from './storage/storage.ts';

/** What a backend is made of. */
export interface BackendOptions {
  /** With the shim and the migrations applied. */
  database: Database;
  keys: Keys;
  /** The bytes of stored objects. Without them there is no Storage. */
  files?: Files;
  /** Schemas that can be reached over REST; the first is the default. Default `['public']`. */
  schemas?: readonly string[];
  /** No answer has more rows. Default 1000, as in a new Supabase project. */
  maxRows?: number;
  /** The clock that tokens are judged by, milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** Told of every error that is a mistake in here, after the client was answered 500. */
  onError?: (error: unknown) => void;
}

/** The backend as one pure function from request to response. */
export interface Backend {
  /** Answers one request; never rejects. */
  fetch(request: Request): Promise<Response>;
}

/** Parts of Supabase that exist but not here. */
const ABSENT: Readonly<Record<string, string>> = {
  storage: 'Storage is not part of chronos-local when it is made without files.',
  realtime: 'Realtime is not part of chronos-local; ask again instead of listening.',
  functions: 'Edge Functions are not part of chronos-local.',
  graphql: 'GraphQL is not part of chronos-local; use /rest/v1.',
  pg: 'The database console is not part of chronos-local.',
};

/**
 * The slice of Supabase that `@supabase/supabase-js` needs, over one database.
 *
 * @example
 * const backend = createLocalBackend({ database, keys: await createKeys() });
 * const response = await backend.fetch(new Request('http://localhost/rest/v1/videos', { headers: { apikey } }));
 */
export function createLocalBackend(options: BackendOptions): Backend {
  const {
    database,
    keys,
    files,
    schemas = ['public'],
    maxRows = 1000,
    now = Date.now,
    onError = console.error,
  } = options;

  const route = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const [, part = '', version] = pathname.split('/');
    if (part === '') return json(200, { message: 'This is chronos-local. Its API is under /rest/v1 and /auth/v1.' });
    if (part === 'rest' && version === 'v1') {
      return handleRest(request, await identify(request, keys, now()), { database, schemas, maxRows });
    }
    if (part === 'auth' && version === 'v1') return handleAuth(request, { database, keys, now });
    if (part === 'storage' && version === 'v1' && files) return handleStorage(request, { database, files, keys, now });
    if (Object.hasOwn(ABSENT, part)) throw notImplemented(ABSENT[part] ?? '');
    throw new HttpError(404, { message: 'no Route matched with those values' });
  };

  const refuse = (error: unknown): Response => {
    if (error instanceof HttpError) return json(error.status, error.body, error.headers);
    onError(error);
    return json(500, {
      code: 'XX000',
      details: null,
      hint: null,
      message: 'chronos-local failed; its console says why.',
    });
  };

  return {
    async fetch(request) {
      if (request.method === 'OPTIONS') return preflight(request);
      const response = await route(request).catch(refuse);
      // A HEAD answer has the headers of the GET and no body.
      return allowAnyOrigin(request.method === 'HEAD' ? new Response(null, response) : response);
    },
  };
}
