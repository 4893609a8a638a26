import { randomBytes } from 'node:crypto';

import type { Queryable } from '../database.ts';
import { AuthRefusal } from './errors.ts';

/** A user as Auth's JSON shows it. */
export interface User {
  id: string;
  role: string;
  is_anonymous: boolean;
  app_metadata: Record<string, unknown>;
  user_metadata: Record<string, unknown>;
}

/** A signed-in browser: the token it may refresh with, once. */
export interface Session {
  id: string;
  refreshToken: string;
}

/** Two tabs may refresh at the same moment: within this time a used token still answers its successor. */
const REUSE_SECONDS = 10;

/** Auth's own null tenant. */
const INSTANCE = '00000000-0000-0000-0000-000000000000';

const USER_JSON = `json_build_object(
  'id', id, 'aud', aud, 'role', role, 'email', coalesce(email, ''), 'phone', '',
  'last_sign_in_at', last_sign_in_at, 'app_metadata', coalesce(raw_app_meta_data, '{}'),
  'user_metadata', coalesce(raw_user_meta_data, '{}'), 'identities', json_build_array(),
  'created_at', created_at, 'updated_at', updated_at, 'is_anonymous', is_anonymous)::text as user`;

interface UserRow {
  user: string;
}

/** Makes an anonymous user with the metadata the page gave. */
export async function createAnonymousUser(tx: Queryable, metadata: unknown): Promise<User> {
  const { rows } = await tx.query<UserRow>(
    `insert into auth.users
       (instance_id, id, aud, role, raw_app_meta_data, raw_user_meta_data, created_at, updated_at, last_sign_in_at, is_anonymous)
     values ('${INSTANCE}', gen_random_uuid(), 'authenticated', 'authenticated', '{}', $1, now(), now(), now(), true)
     returning ${USER_JSON}`,
    [JSON.stringify(metadata ?? {})],
  );
  return JSON.parse(rows[0]?.user ?? 'null') as User;
}

/** The user of an open session; undefined when the session was ended. */
export async function findUser(tx: Queryable, userId: string, sessionId: string): Promise<User | undefined> {
  const { rows } = await tx.query<UserRow>(
    `select ${USER_JSON} from auth.users u
     where u.id::text = $1
       and exists (select from auth.sessions s where s.user_id = u.id and s.id::text = $2)`,
    [userId, sessionId],
  );
  return rows[0] === undefined ? undefined : (JSON.parse(rows[0].user) as User);
}

/** Merges into the user's own metadata; a null removes its key. */
export async function updateMetadata(tx: Queryable, userId: string, metadata: unknown): Promise<User> {
  const { rows } = await tx.query<UserRow>(
    `update auth.users
     set raw_user_meta_data = jsonb_strip_nulls(coalesce(raw_user_meta_data, '{}') || $2::jsonb), updated_at = now()
     where id = $1
     returning ${USER_JSON}`,
    [userId, JSON.stringify(metadata ?? {})],
  );
  return JSON.parse(rows[0]?.user ?? 'null') as User;
}

/** Opens a session and gives its first refresh token. */
export async function openSession(tx: Queryable, userId: string): Promise<Session> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into auth.sessions (id, user_id, created_at, updated_at)
     values (gen_random_uuid(), $1, now(), now()) returning id::text as id`,
    [userId],
  );
  const id = rows[0]?.id ?? '';
  return { id, refreshToken: await issueRefreshToken(tx, { userId, sessionId: id, parent: null }) };
}

/** Ends sessions of the user: all of them, this one, or all others. */
export async function closeSessions(
  tx: Queryable,
  { userId, sessionId, scope }: { userId: string; sessionId: string; scope: string },
): Promise<void> {
  const which = { local: 'and id::text = $2', others: 'and id::text <> $2' }[scope] ?? 'and $2::text is not null';
  await tx.query(`delete from auth.sessions where user_id::text = $1 ${which}`, [userId, sessionId]);
}

interface TokenRow {
  user_id: string;
  session_id: string;
  revoked: boolean;
  is_recent: boolean;
  successor: string | null;
}

/**
 * Exchanges a refresh token for its successor. A token used twice after the reuse time is taken for stolen:
 * its whole session ends.
 *
 * @returns undefined for that theft, so that the ended session is committed before the refusal is answered.
 * @throws AuthRefusal 400 for an unknown token.
 */
export async function refreshSession(tx: Queryable, token: string): Promise<(Session & { user: User }) | undefined> {
  // Locked first and read second: only a new statement sees the successor that another tab has just made.
  await tx.query('select from auth.refresh_tokens where token = $1 for update', [token]);
  const { rows } = await tx.query<TokenRow>(
    `select user_id, session_id::text as session_id, revoked, updated_at > now() - interval '${REUSE_SECONDS} s' as is_recent,
       (select s.token from auth.refresh_tokens s where s.parent = t.token and not s.revoked) as successor
     from auth.refresh_tokens t where token = $1`,
    [token],
  );
  const found = rows[0];
  const user = found === undefined ? undefined : await findUser(tx, found.user_id, found.session_id);
  if (found === undefined || user === undefined) {
    throw new AuthRefusal(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
  }
  const { user_id: userId, session_id: sessionId } = found;
  if (!found.revoked) {
    await tx.query('update auth.refresh_tokens set revoked = true, updated_at = now() where token = $1', [token]);
    return { id: sessionId, user, refreshToken: await issueRefreshToken(tx, { userId, sessionId, parent: token }) };
  }
  if (found.is_recent && found.successor !== null) return { id: sessionId, user, refreshToken: found.successor };
  await closeSessions(tx, { userId, sessionId, scope: 'local' });
  return undefined;
}

async function issueRefreshToken(
  tx: Queryable,
  { userId, sessionId, parent }: { userId: string; sessionId: string; parent: string | null },
): Promise<string> {
  const token = randomBytes(18).toString('base64url');
  await tx.query(
    `insert into auth.refresh_tokens (token, user_id, session_id, parent, revoked, created_at, updated_at)
     values ($1, $2, $3, $4, false, now(), now())`,
    [token, userId, sessionId, parent],
  );
  return token;
}
