import { errors, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';

/** Claims of a token: `sub`, `role`, `exp` and whatever else was signed. */
export type Claims = JWTPayload & { role?: unknown };

/** A token that was checked: its claims, or why it does not count. */
export type TokenResult =
  | { ok: true; claims: Claims }
  | { ok: false; reason: 'empty' | 'malformed' | 'signature' | 'algorithm' | 'expired' | 'not_yet' | 'undecodable' };

/** Clocks of client and server may differ by this much, as in PostgREST. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** Signs claims with HS256. */
export function signToken(claims: Claims, secret: string): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(secretBytes(secret));
}

/** Checks signature and time of a token. HS256 only; an unsigned token or another algorithm never passes. */
export async function verifyToken(token: string, secret: string, now: number): Promise<TokenResult> {
  if (token === '') return { ok: false, reason: 'empty' };
  if (token.split('.').length !== 3) return { ok: false, reason: 'malformed' };
  try {
    const { payload } = await jwtVerify(token, secretBytes(secret), {
      algorithms: ['HS256'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now),
    });
    return { ok: true, claims: payload };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): Exclude<TokenResult, { ok: true }>['reason'] {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return error.claim === 'nbf' ? 'not_yet' : 'undecodable';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
  return 'undecodable';
}

function secretBytes(secret: string): Uint8Array {
  return new TextEncoder().encode(secret);
}
