import { checkApiKey } from '../auth/caller.ts';
import type { Queryable } from '../database.ts';
import { json } from '../http-error.ts';
import { TooLarge } from './files.ts';
import { asCaller, refuse, type Asking, type Place, type StorageOptions } from './objects.ts';

/** What a request announces. */
interface Announced {
  readonly body: ReadableStream<Uint8Array> | null;
  readonly mimetype: string;
  readonly cacheControl: string;
  /** As announced; the bytes that come are counted. */
  readonly contentLength: number;
}

interface Bucket {
  readonly file_size_limit: string | null;
  readonly allowed_mime_types: readonly string[] | null;
}

/** A form is kept in memory while it is read. Larger files come as a body of their own. */
const LONGEST_FORM = 256 * 1024 * 1024;
/** What a form is more than its file. */
const FORM_BYTES = 64 * 1024;
/** Where a bucket names no limit: what one upload may have on a free project. */
const USUAL_LIMIT = 50 * 1024 * 1024;
const RULE_VIOLATED = '42501';
const TAKEN = '23505';

/**
 * Storage's order: the insert policy is asked with the announced length before the first byte is on disk, the bytes are
 * counted, and the row is written with what was counted, past policies but not past triggers. What is refused leaves nothing.
 */
export async function upload(request: Request, place: Place, options: StorageOptions): Promise<Response> {
  const { database, files, keys } = options;
  // A form is read whole, so its length and its sender are looked at before.
  checkApiKey(request, keys);
  const bucket = await findBucket(database, place.bucket);
  const limit = Number(bucket.file_size_limit ?? USUAL_LIMIT);
  const announced = await readAnnounced(request, Math.min(limit, LONGEST_FORM));
  if (bucket.allowed_mime_types?.includes(announced.mimetype) === false) {
    throw refuse('415', 'invalid_mime_type', `mime type ${announced.mimetype} is not supported`);
  }
  const owner = await askPolicy({ ...options, request, operation: 'upload' }, place, announced);
  const file = await files.write(announced.body, limit).catch((error: unknown) => {
    if (error instanceof TooLarge) throw refuse('413', 'Payload too large', TOO_LARGE);
    throw error;
  });
  const { mimetype, cacheControl } = announced;
  const metadata = {
    ...{ eTag: file.etag, size: file.bytes, contentLength: file.bytes, mimetype, cacheControl },
    ...{ lastModified: new Date(options.now()).toISOString(), httpStatusCode: 200 },
  };
  try {
    const id = await insertObject(database, place, { owner, version: file.version, metadata });
    return json(200, { Id: id, Key: `${place.bucket}/${place.name}` });
  } catch (error) {
    await files.remove(file.version);
    throw explain(error);
  }
}

const TOO_LARGE = 'The object exceeded the maximum allowed size';

async function readAnnounced(request: Request, longestForm: number): Promise<Announced> {
  const type = request.headers.get('content-type') ?? 'application/octet-stream';
  const contentLength = Number(request.headers.get('content-length') ?? 0);
  const cacheControl = request.headers.get('cache-control') ?? 'no-cache';
  if (request.headers.get('x-upsert') === 'true') {
    throw refuse('501', 'not_implemented', 'chronos-local writes an object once; remove x-upsert.');
  }
  if (!type.startsWith('multipart/form-data'))
    return { body: request.body, mimetype: type, cacheControl, contentLength };
  if (!(contentLength > 0 && contentLength <= longestForm + FORM_BYTES))
    throw refuse('413', 'Payload too large', TOO_LARGE);
  // As supabase-js sends a Blob: the file in a field without a name, its cache time beside it.
  const form = await request.formData();
  const file = [...form.values()].find((value) => value instanceof File);
  if (!file) throw refuse('400', 'invalid_request', 'The form has no file');
  const seconds = form.get('cacheControl');
  return {
    body: file.stream(),
    mimetype: file.type || 'application/octet-stream',
    cacheControl: typeof seconds === 'string' ? `max-age=${Number(seconds)}` : cacheControl,
    contentLength: file.size,
  };
}

async function findBucket(database: Queryable, id: string): Promise<Bucket> {
  const { rows } = await database.query<Bucket>(
    'select file_size_limit, allowed_mime_types from storage.buckets where id = $1',
    [id],
  );
  if (!rows[0]) throw refuse('404', 'Bucket not found', 'Bucket not found');
  return rows[0];
}

/** Tries the insert as the caller and takes it back. Answers who he is. */
async function askPolicy(
  asking: Asking,
  { bucket, name }: Place,
  { mimetype, contentLength }: Announced,
): Promise<string | null> {
  const allowed = new Error('allowed');
  let owner: string | null = null;
  try {
    await asCaller(asking, async (tx, userId) => {
      owner = userId;
      await tx.query('insert into storage.objects (bucket_id, name, owner_id, metadata) values ($1, $2, $3, $4)', [
        bucket,
        name,
        userId,
        JSON.stringify({ mimetype, contentLength }),
      ]);
      throw allowed;
    });
  } catch (error) {
    if (error !== allowed) throw explain(error);
  }
  return owner;
}

async function insertObject(
  database: Queryable,
  { bucket, name }: Place,
  { owner, version, metadata }: { owner: string | null; version: string; metadata: object },
): Promise<string> {
  const { rows } = await database.query<{ id: string }>(
    `insert into storage.objects (bucket_id, name, owner_id, owner, version, metadata)
     values ($1, $2, $3::text, $3::uuid, $4, $5) returning id`,
    [bucket, name, owner, version, JSON.stringify(metadata)],
  );
  return rows[0]?.id ?? '';
}

/** What Postgres says, in the words of Storage. */
function explain(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code === TAKEN) return refuse('409', 'Duplicate', 'The resource already exists');
  if (code === RULE_VIOLATED)
    return refuse('403', 'Unauthorized', message ?? 'new row violates row-level security policy');
  return error;
}
