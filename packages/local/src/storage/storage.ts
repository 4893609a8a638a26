import { signToken, verifyToken } from '../auth/tokens.ts';
import { json, notImplemented } from '../http-error.ts';
import { readJson } from '../request-body.ts';
import {
  asCaller,
  findObject,
  readPlace,
  refuse,
  type Place,
  type StorageOptions,
  type StoredObject,
} from './objects.ts';
import { serveFile } from './serve-file.ts';
import { upload } from './upload.ts';

const LONGEST_SECONDS = 7 * 24 * 3600;
const ABSENT =
  'This part of Storage is not part of chronos-local: it takes whole files, signs addresses and serves them.';

/**
 * The slice of Supabase Storage behind `storage.from(bucket)`: `upload`, `createSignedUrl`, `download`, `getPublicUrl`.
 * Rows of `storage.objects` are asked and written as the caller, so that the project's own policies decide.
 *
 * @throws HttpError in the words of Storage.
 */
export async function handleStorage(request: Request, options: StorageOptions): Promise<Response> {
  const [kind, ...path] = new URL(request.url).pathname.replace(/^\/storage\/v1\//, '').split('/');
  const [access, ...rest] = path;
  if (kind !== 'object') throw notImplemented(ABSENT);
  if (request.method === 'GET' || request.method === 'HEAD') {
    return serveFile(request, await findFor(request, path, options), options.files);
  }
  if (request.method !== 'POST') throw notImplemented(ABSENT);
  return access === 'sign' ? sign(request, readPlace(rest), options) : upload(request, readPlace(path), options);
}

/** By what the address begins with: everybody, who holds the signature, or whom the policies let. */
async function findFor(request: Request, path: readonly string[], options: StorageOptions): Promise<StoredObject> {
  const [access, ...rest] = path;
  if (access === 'public') return findPublic(readPlace(rest), options);
  if (access === 'sign') return findSigned(request, readPlace(rest), options);
  const place = readPlace(access === 'authenticated' ? rest : path);
  return asCaller({ ...options, request, operation: 'get_authenticated' }, (tx) => findObject(tx, place));
}

/** Whoever may see the object gets an address that needs no key, for so long. */
async function sign(request: Request, place: Place, options: StorageOptions): Promise<Response> {
  await asCaller({ ...options, request, operation: 'sign' }, (tx) => findObject(tx, place));
  const { expiresIn } = ((await readJson(request))?.value ?? {}) as { expiresIn?: unknown };
  if (typeof expiresIn !== 'number' || !(expiresIn >= 1 && expiresIn <= LONGEST_SECONDS)) {
    throw refuse('400', 'invalid_request', `body/expiresIn must be between 1 and ${LONGEST_SECONDS}`);
  }
  const iat = Math.floor(options.now() / 1000);
  const url = `${place.bucket}/${place.name}`;
  const token = await signToken({ url, iat, exp: iat + Math.floor(expiresIn) }, options.keys.jwtSecret);
  return json(200, { signedURL: `/object/sign/${url.split('/').map(encodeURIComponent).join('/')}?token=${token}` });
}

async function findSigned(request: Request, place: Place, options: StorageOptions): Promise<StoredObject> {
  const token = new URL(request.url).searchParams.get('token') ?? '';
  const result = await verifyToken(token, options.keys.jwtSecret, options.now());
  if (!result.ok) {
    const isExpired = result.reason === 'expired';
    throw refuse(
      '400',
      'InvalidJWT',
      isExpired ? '"exp" claim timestamp check failed' : 'signature verification failed',
    );
  }
  if (result.claims['url'] !== `${place.bucket}/${place.name}`)
    throw refuse('400', 'InvalidSignature', 'Invalid signature');
  return findObject(options.database, place);
}

async function findPublic(place: Place, { database }: StorageOptions): Promise<StoredObject> {
  const { rows } = await database.query<{ public: boolean }>('select public from storage.buckets where id = $1', [
    place.bucket,
  ]);
  if (!rows[0]?.public) throw refuse('404', 'Bucket not found', 'Bucket not found');
  return findObject(database, place);
}
