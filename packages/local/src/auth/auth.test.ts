import { createClient } from '@supabase/supabase-js';
import type { SupabaseClient } from '@supabase/supabase-js';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findEngines } from '../../testing/engines.ts';
import { startTestBackend } from '../../testing/test-backend.ts';
import type { TestBackend } from '../../testing/test-backend.ts';

const SCHEMA = `
  create function who() returns uuid language sql stable as 'select auth.uid()';
`;

describe.each(await findEngines())('Auth on $name', { timeout: 30_000 }, (engine) => {
  let backend: TestBackend;
  beforeAll(async () => {
    backend = await startTestBackend(SCHEMA, engine);
  }, 60_000);
  afterAll(() => backend.close());

  const client = (): SupabaseClient =>
    createClient(backend.url, backend.keys.publishableKey, {
      auth: { autoRefreshToken: false, persistSession: true, storageKey: crypto.randomUUID() },
    });

  /** Lets the reuse time of every used refresh token pass. */
  const waitOutReuse = (): Promise<void> =>
    backend.database.exec(`update auth.refresh_tokens set updated_at = updated_at - interval '11 s' where revoked`);

  const refresh = (token: string): Promise<Response> =>
    backend.post('/auth/v1/token?grant_type=refresh_token', JSON.stringify({ refresh_token: token }));

  describe('anonymous sign-in', () => {
    it('gives a user, a session and a token that the REST side believes', async () => {
      const supabase = client();
      const { data, error } = await supabase.auth.signInAnonymously({ options: { data: { nick: 'Ada' } } });
      expect(error).toBeNull();
      expect(data.user).toMatchObject({ is_anonymous: true, role: 'authenticated', user_metadata: { nick: 'Ada' } });
      expect(data.session?.expires_in).toBe(3600);
      expect((await supabase.rpc('who')).data).toBe(data.user?.id);
      const { rows } = await backend.database.query<{ is_anonymous: boolean }>(
        'select is_anonymous from auth.users where id = $1',
        [data.user?.id],
      );
      expect(rows).toEqual([{ is_anonymous: true }]);
    });

    it('signs the claims a Supabase policy may read', async () => {
      const { data } = await client().auth.signInAnonymously();
      expect(decodeJwt(data.session?.access_token ?? '')).toMatchObject({
        iss: `${backend.url}/auth/v1`,
        aud: 'authenticated',
        role: 'authenticated',
        sub: data.user?.id,
        session_id: expect.any(String),
        is_anonymous: true,
        aal: 'aal1',
      });
    });
  });

  describe('the session', () => {
    it('is refreshed with a new token each time', async () => {
      const supabase = client();
      const first = (await supabase.auth.signInAnonymously()).data.session;
      const second = (await supabase.auth.refreshSession()).data.session;
      expect(second?.refresh_token).not.toBe(first?.refresh_token);
      expect(second?.user.id).toBe(first?.user.id);
      expect((await supabase.rpc('who')).data).toBe(first?.user.id);
    });

    it('lets many tabs refresh with the same token at the same moment', async () => {
      const token = (await client().auth.signInAnonymously()).data.session?.refresh_token ?? '';
      const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(token)));
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
      const tokens = await Promise.all(answers.map(async (answer) => (await answer.json()).refresh_token as string));
      expect(new Set(tokens).size).toBe(1);
    });

    it('ends when a used token comes back later: somebody has stolen it', async () => {
      const supabase = client();
      const stolen = (await supabase.auth.signInAnonymously()).data.session?.refresh_token ?? '';
      const rightful = (await supabase.auth.refreshSession()).data.session?.refresh_token ?? '';
      await waitOutReuse();
      const theft = await refresh(stolen);
      expect([theft.status, (await theft.json()).error_code]).toEqual([400, 'refresh_token_already_used']);
      expect((await (await refresh(rightful)).json()).error_code).toBe('refresh_token_not_found');
      expect((await supabase.auth.getUser()).error?.name).toBe('AuthSessionMissingError');
    });

    it('is gone after signing out, for this browser or everywhere', async () => {
      const supabase = client();
      const { data } = await supabase.auth.signInAnonymously();
      const token = data.session?.refresh_token ?? '';
      expect((await supabase.auth.signOut({ scope: 'local' })).error).toBeNull();
      expect((await refresh(token)).status).toBe(400);
      const everywhere = client();
      const again = (await everywhere.auth.signInAnonymously()).data.session?.refresh_token ?? '';
      expect((await everywhere.auth.signOut()).error).toBeNull();
      expect((await refresh(again)).status).toBe(400);
    });

    it('ends the others only, when that is asked', async () => {
      const supabase = client();
      await supabase.auth.signInAnonymously();
      expect((await supabase.auth.signOut({ scope: 'others' })).error).toBeNull();
      expect((await supabase.auth.getUser()).error).toBeNull();
    });
  });

  describe('the user', () => {
    it('is told to the browser that is signed in', async () => {
      const supabase = client();
      const { data } = await supabase.auth.signInAnonymously();
      expect((await supabase.auth.getUser()).data.user?.id).toBe(data.user?.id);
    });

    it('keeps what the page remembers of him', async () => {
      const supabase = client();
      await supabase.auth.signInAnonymously({ options: { data: { a: 1, b: 2 } } });
      const { data } = await supabase.auth.updateUser({ data: { b: null, c: 3 } });
      expect(data.user?.user_metadata).toEqual({ a: 1, c: 3 });
    });

    it('is nobody without a good token', async () => {
      const none = await backend.get('/auth/v1/user');
      expect([none.status, (await none.json()).error_code]).toEqual([401, 'no_authorization']);
      const bad = await backend.get('/auth/v1/user', { authorization: 'Bearer a.b.c' });
      expect([bad.status, (await bad.json()).error_code]).toEqual([403, 'bad_jwt']);
      const stranger = await backend.as({ sub: backend.uuid(9) }).rpc('who');
      expect(stranger.data).toBe(backend.uuid(9));
    });
  });

  describe('what is not here', () => {
    it('says so for passwords and e-mail', async () => {
      const supabase = client();
      const { error } = await supabase.auth.signInWithPassword({ email: 'a@b.c', password: 'secret' });
      expect([error?.status, error?.message]).toEqual([501, expect.stringContaining('signInAnonymously')]);
      expect((await supabase.auth.signUp({ email: 'a@b.c', password: 'secret' })).error?.status).toBe(501);
      await supabase.auth.signInAnonymously();
      expect((await supabase.auth.updateUser({ password: 'secret' })).error?.status).toBe(501);
    });

    it('still tells its health and settings, to those with a key', async () => {
      expect((await backend.get('/auth/v1/health')).status).toBe(200);
      expect((await (await backend.get('/auth/v1/settings')).json()).external.anonymous_users).toBe(true);
      expect((await fetch(`${backend.url}/auth/v1/health`)).status).toBe(401);
      expect(await (await fetch(`${backend.url}/auth/v1/.well-known/jwks.json`)).json()).toEqual({ keys: [] });
    });

    it('refuses bodies that make no sense', async () => {
      expect((await backend.post('/auth/v1/signup', '[]')).status).toBe(400);
      expect((await backend.post('/auth/v1/token?grant_type=refresh_token', '{}')).status).toBe(400);
      expect((await refresh('never-issued')).status).toBe(400);
    });
  });
});
