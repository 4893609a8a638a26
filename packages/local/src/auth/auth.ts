import type { Database } from '../database.ts';
import { json, notImplemented } from '../http-error.ts';
import type { Keys } from '../keys.ts';
import { readJson } from '../request-body.ts';
import { bearerToken, checkApiKey } from './caller.ts';
import { AuthRefusal, passwordless } from './errors.ts';
import { signToken, verifyToken } from './tokens.ts';
import { closeSessions, createAnonymousUser, findUser, openSession, refreshSession, updateMetadata } from './users.ts';
import type { Session, User } from './users.ts';

/** What the Auth part needs to know. */
export interface AuthOptions {
  database: Database;
  keys: Keys;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** How long an access token lasts, as in a new Supabase project. */
const ACCESS_TOKEN_SECONDS = 3600;

const PASSWORD_ROUTES = /^\/(token|otp|magiclink|recover|resend|verify|invite|reauthenticate|authorize|callback)$/;

/**
 * Answers `/auth/v1/...`: anonymous sign-in, refresh, the user, sign-out. The rest of Supabase Auth is a clear 501.
 *
 * @throws HttpError 401 without a valid apikey; whatever is no refusal of Auth.
 */
export async function handleAuth(request: Request, options: AuthOptions): Promise<Response> {
  const url = new URL(request.url);
  const route = url.pathname.replace(/^\/auth\/v1/, '');
  // Symmetric tokens have no public keys; like Supabase, this one route needs no apikey.
  if (route === '/.well-known/jwks.json') return json(200, { keys: [] });
  checkApiKey(request, options.keys);
  try {
    switch (`${request.method} ${route}`) {
      case 'POST /signup':
        return await signUp(request, options);
      case 'POST /token':
        return await refresh(request, url, options);
      case 'GET /user':
        return json(200, (await signedIn(request, options)).user);
      case 'PUT /user':
        return await updateUser(request, options);
      case 'POST /logout':
        return await signOut(request, url, options);
      case 'GET /health':
        return json(200, {
          name: 'GoTrue',
          version: 'chronos-local',
          description: 'The embedded part of Supabase Auth',
        });
      case 'GET /settings':
        return json(200, { external: { anonymous_users: true, email: false, phone: false }, disable_signup: false });
      default:
        throw PASSWORD_ROUTES.test(route)
          ? passwordless()
          : notImplemented(`/auth/v1${route} is not part of chronos-local.`);
    }
  } catch (error) {
    if (error instanceof AuthRefusal) return error.toResponse(request);
    throw error;
  }
}

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  const value = (await readJson(request))?.value ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new AuthRefusal(400, 'bad_json', 'The body must be one JSON object');
}

async function signUp(request: Request, { database, keys, now }: AuthOptions): Promise<Response> {
  const body = await bodyOf(request);
  if ('email' in body || 'phone' in body || 'password' in body) throw passwordless();
  const { user, session } = await database.transaction(async (tx) => {
    const created = await createAnonymousUser(tx, body['data']);
    return { user: created, session: await openSession(tx, created.id) };
  });
  return sessionResponse(request, { user, session, keys, now: now() });
}

async function refresh(request: Request, url: URL, { database, keys, now }: AuthOptions): Promise<Response> {
  if (url.searchParams.get('grant_type') !== 'refresh_token') throw passwordless();
  const token = (await bodyOf(request))['refresh_token'];
  if (typeof token !== 'string') throw new AuthRefusal(400, 'validation_failed', 'Refresh token is not a string');
  const session = await database.transaction((tx) => refreshSession(tx, token));
  if (session === undefined) {
    throw new AuthRefusal(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
  }
  return sessionResponse(request, { user: session.user, session, keys, now: now() });
}

async function updateUser(request: Request, options: AuthOptions): Promise<Response> {
  const body = await bodyOf(request);
  if ('email' in body || 'phone' in body || 'password' in body) throw passwordless();
  const { user } = await signedIn(request, options);
  return json(200, await updateMetadata(options.database, user.id, body['data']));
}

async function signOut(request: Request, url: URL, options: AuthOptions): Promise<Response> {
  const { user, sessionId } = await signedIn(request, options);
  const scope = url.searchParams.get('scope') ?? 'global';
  await closeSessions(options.database, { userId: user.id, sessionId, scope });
  return new Response(null, { status: 204 });
}

async function signedIn(
  request: Request,
  { database, keys, now }: AuthOptions,
): Promise<{ user: User; sessionId: string }> {
  const token = bearerToken(request);
  if (token === undefined)
    throw new AuthRefusal(401, 'no_authorization', 'This endpoint requires a valid Bearer token');
  const result = await verifyToken(token, keys.jwtSecret, now());
  if (!result.ok) throw new AuthRefusal(403, 'bad_jwt', `invalid JWT: unable to verify the token (${result.reason})`);
  const { sub = '', session_id: sessionId = '' } = result.claims;
  const user = await findUser(database, sub, String(sessionId));
  if (user !== undefined) return { user, sessionId: String(sessionId) };
  throw new AuthRefusal(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
}

async function sessionResponse(
  request: Request,
  { user, session, keys, now }: { user: User; session: Session; keys: Keys; now: number },
): Promise<Response> {
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = issuedAt + ACCESS_TOKEN_SECONDS;
  const claims = {
    iss: `${new URL(request.url).origin}/auth/v1`,
    sub: user.id,
    aud: 'authenticated',
    iat: issuedAt,
    exp: expiresAt,
    email: '',
    phone: '',
    role: user.role,
    app_metadata: user.app_metadata,
    user_metadata: user.user_metadata,
    aal: 'aal1',
    amr: [{ method: 'anonymous', timestamp: issuedAt }],
    session_id: session.id,
    is_anonymous: user.is_anonymous,
  };
  return json(200, {
    access_token: await signToken(claims, keys.jwtSecret),
    token_type: 'bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    expires_at: expiresAt,
    refresh_token: session.refreshToken,
    user,
  });
}
