import { createHash, timingSafeEqual } from 'node:crypto';

import { HttpError } from '../http-error.ts';
import type { Keys } from '../keys.ts';
import { restError } from '../rest/errors.ts';
import { verifyToken } from './tokens.ts';
import type { Claims } from './tokens.ts';

/** The roles of Supabase's API; a token naming any other is refused, since the engine itself would obey it. */
const API_ROLES = ['anon', 'authenticated', 'service_role'] as const;
export type ApiRole = (typeof API_ROLES)[number];

/** On whose behalf one request runs. */
export interface Caller {
  role: ApiRole;
  claims: Claims;
}

/**
 * What Supabase's gateway does: every request carries a known `apikey` (header, or query parameter for beacons).
 *
 * @returns the key and the role it stands for.
 * @throws HttpError 401 in the gateway's own words.
 */
export function checkApiKey(request: Request, keys: Keys): { key: string; role: ApiRole } {
  const key = request.headers.get('apikey') ?? new URL(request.url).searchParams.get('apikey') ?? '';
  if (key === '') {
    const hint = 'No `apikey` request header or url param was found.';
    throw new HttpError(401, { message: 'No API key found in request', hint });
  }
  const role = roleOfKey(key, keys);
  if (role === undefined) {
    const hint = 'Double check your Supabase `anon` or `service_role` API key.';
    throw new HttpError(401, { message: 'Invalid API key', hint });
  }
  return { key, role };
}

/**
 * Who calls: the Bearer token's subject, or without one (or with the API key itself there) the key's own role.
 *
 * @throws HttpError 401 PGRST301 for a bad token, PGRST303 for an expired one, 22023 for a role no token may take.
 */
export async function identify(request: Request, keys: Keys, now: number): Promise<Caller> {
  const { key, role: keyRole } = checkApiKey(request, keys);
  const token = bearerToken(request);
  if (token === undefined || token === key) return { role: keyRole, claims: { role: keyRole } };
  const result = await verifyToken(token, keys.jwtSecret, now);
  if (!result.ok) throw badToken(result.reason, token);
  const role = API_ROLES.find((name) => name === (result.claims.role ?? 'anon'));
  if (role === undefined) {
    throw restError(401, '22023', { message: `role ${JSON.stringify(result.claims.role)} does not exist` });
  }
  return { role, claims: { ...result.claims, role } };
}

/** The token of `Authorization: Bearer <token>`; another scheme counts as none. */
export function bearerToken(request: Request): string | undefined {
  const match = /^bearer(?:\s+(.*))?$/i.exec(request.headers.get('authorization') ?? '');
  return match === null ? undefined : (match[1] ?? '');
}

function roleOfKey(key: string, keys: Keys): ApiRole | undefined {
  if (isSame(key, keys.publishableKey) || isSame(key, keys.anonKey)) return 'anon';
  if (isSame(key, keys.secretKey) || isSame(key, keys.serviceRoleKey)) return 'service_role';
  return undefined;
}

/** Compares digests, so that time tells nothing about the secret. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Code and words of PostgREST for every way a token can fail. */
const TOKEN_ERRORS = {
  empty: ['PGRST301', 'Empty JWT is sent in Authorization header'],
  malformed: ['PGRST301', 'Expected 3 parts in JWT; got '],
  signature: ['PGRST301', 'No suitable key or wrong key type'],
  algorithm: ['PGRST301', 'Wrong or unsupported encoding algorithm'],
  undecodable: ['PGRST301', 'JWT cryptographic operation failed'],
  expired: ['PGRST303', 'JWT expired'],
  not_yet: ['PGRST303', 'JWT not yet valid'],
} as const;

function badToken(reason: keyof typeof TOKEN_ERRORS, token: string): HttpError {
  const [code, words] = TOKEN_ERRORS[reason];
  const message = reason === 'malformed' ? `${words}${token.split('.').length}` : words;
  const details = reason === 'signature' ? 'None of the keys was able to decode the JWT' : null;
  return new HttpError(401, restError(401, code, { message, details }).body, {
    'www-authenticate': `Bearer error="invalid_token", error_description=${JSON.stringify(message)}`,
  });
}
