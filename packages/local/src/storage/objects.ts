import { identify } from '../auth/caller.ts';
import type { Database, Queryable } from '../database.ts';
import { HttpError } from '../http-error.ts';
import type { Keys } from '../keys.ts';
import { actAs } from '../rest/act-as.ts';
import type { Files } from './files.ts';

/** What Storage works with. */
export interface StorageOptions {
  readonly database: Database;
  readonly files: Files;
  readonly keys: Keys;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** An object by its address. */
export interface Place {
  readonly bucket: string;
  readonly name: string;
}

/** An object as its row has it. */
export interface StoredObject {
  readonly version: string;
  readonly metadata: {
    readonly size: number;
    readonly mimetype: string;
    readonly eTag: string;
    readonly cacheControl: string;
    readonly lastModified: string;
  };
}

/** A refusal in the shape of Storage, which says each of them with HTTP status 400 and its own one inside. */
export function refuse(statusCode: string, error: string, message: string): HttpError {
  return new HttpError(400, { statusCode, error, message });
}

/** @throws HttpError 400 for what cannot be the address of an object. */
export function readPlace(path: readonly string[]): Place {
  try {
    const [bucket, ...parts] = path.map(decodeURIComponent);
    if (bucket && parts.length > 0 && parts.every(Boolean)) return { bucket, name: parts.join('/') };
  } catch {
    // Told with every other address that is none.
  }
  throw refuse('400', 'InvalidKey', 'Invalid key');
}

/** @throws HttpError 400 where there is none, or none that `database` lets the caller see. */
export async function findObject(database: Queryable, { bucket, name }: Place): Promise<StoredObject> {
  const { rows } = await database.query<StoredObject>(
    'select version, metadata from storage.objects where bucket_id = $1 and name = $2',
    [bucket, name],
  );
  if (!rows[0]) throw refuse('404', 'not_found', 'Object not found');
  return rows[0];
}

/** A request, the route of Storage that it takes, and what it works with. */
export interface Asking extends StorageOptions {
  readonly request: Request;
  readonly operation: 'upload' | 'sign' | 'get_authenticated';
}

/** Asks as the caller of the request, whom the project's policies judge; they are told which route of Storage it is. */
export async function asCaller<T>(
  { request, operation, database, keys, now }: Asking,
  work: (tx: Queryable, userId: string | null) => Promise<T>,
): Promise<T> {
  const caller = await identify(request, keys, now());
  return database.transaction(async (tx) => {
    await tx.query(`select set_config('storage.operation', $1, true)`, [`storage.object.${operation}`]);
    await actAs(tx, caller, { request, schema: 'storage' });
    return work(tx, caller.claims.sub ?? null);
  });
}
