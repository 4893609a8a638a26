import type { Endpoint, Identity } from '@chronos-player/tracker';
import { PlayerError } from './player-errors.ts';

/** Whom to ask, and as whom. */
interface SigningRequest extends Endpoint {
  readonly identity: Identity;
  readonly signal: AbortSignal;
}

/** An empty part of a path, or one that means another folder. */
const NO_PLACE = /(^|\/)\.{0,2}(\/|$)/;
/** A lesson and its pauses. Whoever takes longer is given another address. */
const SECONDS = 3_600;
/** The viewer waits: longer than this is not answered. */
const TIMEOUT_MS = 15_000;

/**
 * The address from which a file of Storage (`storage:bucket/path`) can be played for an hour. Storage asks the project's
 * policies, so only who may play the video gets one.
 *
 * @throws PlayerError `video-not-found` or `backend-unreachable`.
 * @see https://supabase.com/docs/reference/javascript/storage-from-createsignedurl
 */
export async function signFile(src: string, request: SigningRequest): Promise<string> {
  const place = src.replace(/^storage:/, '');
  // A step upwards would lead out of Storage, and take the viewer's token along.
  if (NO_PLACE.test(place)) throw new PlayerError('video-not-found', `"${src}" is no place in Storage`);
  const path = place.split('/').map(encodeURIComponent).join('/');
  const storage = `${request.supabaseUrl.replace(/\/+$/, '')}/storage/v1`;
  const response = await post(`${storage}/object/sign/${path}`, request);
  const { signedURL, message } = ((await response.json().catch(() => null)) ?? {}) as Record<string, unknown>;
  if (response.ok && typeof signedURL === 'string') return storage + signedURL;
  const said = typeof message === 'string' ? message : `Storage answered ${response.status}`;
  if (response.status >= 500) throw new PlayerError('backend-unreachable', said);
  const token = request.identity.viewerToken
    ? '; Storage knows no viewer tokens, give the video an address instead'
    : '';
  throw new PlayerError('video-not-found', `${said} (${src}${token})`);
}

async function post(address: string, { supabaseKey, identity, signal }: SigningRequest): Promise<Response> {
  try {
    return await fetch(address, {
      method: 'POST',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        apikey: supabaseKey,
        'content-type': 'application/json',
        ...(identity.accessToken && { authorization: `Bearer ${identity.accessToken}` }),
      },
      body: JSON.stringify({ expiresIn: SECONDS }),
    });
  } catch (error) {
    throw new PlayerError('backend-unreachable', `No answer from ${address} (${String(error)})`);
  }
}
