import { createClient } from '@supabase/supabase-js';
import type { SupabaseClient } from '@supabase/supabase-js';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { describeRest, refusal } from '../../testing/rest-fixture.ts';

describeRest('the caller', (rest) => {
  it('is anon without a token, the token`s subject with one, service_role with the secret key', async () => {
    const me = async (client: SupabaseClient) => (await client.rpc('about_me')).data as Record<string, unknown>;
    expect(await me(rest.anon)).toMatchObject({
      role: 'anon',
      uid: null,
      claims: { role: 'anon' },
      method: 'POST',
      path: '/rpc/about_me',
    });
    expect(await me(rest.backend.as({ sub: rest.backend.uuid(7), email: 'x@y.z' }))).toMatchObject({
      role: 'authenticated',
      uid: rest.backend.uuid(7),
      claims: { email: 'x@y.z', role: 'authenticated' },
    });
    expect(await me(createClient(rest.backend.url, rest.backend.keys.secretKey))).toMatchObject({
      role: 'service_role',
    });
    expect(await me(createClient(rest.backend.url, rest.backend.keys.anonKey))).toMatchObject({ role: 'anon' });
    expect(await me(createClient(rest.backend.url, rest.backend.keys.serviceRoleKey))).toMatchObject({
      role: 'service_role',
    });
  });

  it('is seen by policies, and gone with the request', async () => {
    const one = rest.backend.as({ sub: rest.backend.uuid(1) });
    await one.from('diaries').insert({ id: 1, line: 'mine' });
    expect((await one.from('diaries').select('line')).data).toEqual([{ line: 'mine' }]);
    expect(
      (
        await rest.backend
          .as({ sub: rest.backend.uuid(2) })
          .from('diaries')
          .select()
      ).data,
    ).toEqual([]);
    expect((await rest.anon.from('diaries').select()).data).toEqual([]);
    const { rows } = await rest.backend.database.query<{ role: string; claims: string | null }>(
      `select current_user::text as role, current_setting('request.jwt.claims', true) as claims`,
    );
    expect([rows[0]?.role === 'anon', rows[0]?.claims ?? '']).toEqual([false, '']);
  });

  it('first passes the project`s pre-request function, which may refuse with headers of its own', async () => {
    await rest.backend.database.exec(`
      create function public.guard() returns void language plpgsql as $$ begin
        if current_setting('request.headers')::jsonb ->> 'x-test' = 'flood' then
          raise sqlstate 'PGRST' using
            message = '{"code": "slow_down", "message": "Too many", "hint": "Wait"}',
            detail = '{"status": 429, "headers": {"Retry-After": "7"}}';
        end if; end $$;
      alter role authenticator set pgrst.db_pre_request = 'public.guard';`);
    try {
      const response = await rest.backend.get('/rest/v1/books', { 'x-test': 'flood' });
      expect(response.headers.get('retry-after')).toBe('7');
      expect(await refusal(response)).toBe('429 slow_down');
      expect((await rest.backend.get('/rest/v1/books')).status).toBe(200);
    } finally {
      await rest.backend.database.exec(
        'alter role authenticator reset pgrst.db_pre_request; drop function public.guard',
      );
    }
  });

  it('brings the headers of the request and the address it comes from', async () => {
    const response = await rest.backend.post('/rest/v1/rpc/about_me', '{}', { 'x-test': 'hello' });
    expect(await response.json()).toMatchObject({ agent: 'hello', ip: '127.0.0.1' });
  });
});

describeRest('injection', (rest) => {
  const EVIL = `x"); drop table books; --`;
  const surviving = async (): Promise<number> =>
    (await rest.backend.database.query<{ n: number }>('select count(*)::int as n from books')).rows[0]!.n;

  it.each([
    ['a filter value', `/rest/v1/books?title=eq.${encodeURIComponent(EVIL)}`],
    ['a filter column', `/rest/v1/books?${encodeURIComponent(EVIL)}=eq.1`],
    ['a json key', `/rest/v1/books?details->>${encodeURIComponent(EVIL)}=eq.1`],
    ['a selected column', `/rest/v1/books?select=${encodeURIComponent(EVIL)}`],
    ['an alias', `/rest/v1/books?select=${encodeURIComponent('a" from books; drop table books; --:id')}`],
    ['a cast', `/rest/v1/books?select=id::${encodeURIComponent('text) from books; drop table books; --')}`],
    ['an order', `/rest/v1/books?order=${encodeURIComponent('id; drop table books')}`],
    ['a limit', `/rest/v1/books?limit=${encodeURIComponent('1; drop table books')}`],
    ['a list', `/rest/v1/books?title=in.${encodeURIComponent(`("a\\",b",${EVIL})`)}`],
    ['a logic tree', `/rest/v1/books?or=${encodeURIComponent(`(title.eq."${EVIL}",id.eq.1)`)}`],
    ['a table', `/rest/v1/${encodeURIComponent('books"; drop table books; --')}`],
    ['a function', `/rest/v1/rpc/${encodeURIComponent('add(1); drop table books; --')}`],
    ['an argument name', `/rest/v1/rpc/add?${encodeURIComponent('a => 1); drop table books; --')}=1`],
  ])('through %s does nothing', async (_name, path) => {
    const response = await rest.backend.get(path);
    expect(response.status).toBeLessThan(500);
    expect(await surviving()).toBe(3);
  });

  it('finds any text whatsoever by itself, plain, in a list and in a logic tree', async () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
    const quoted = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(text, fc.string({ unit: fc.constantFrom(...`'"\\,.():{}[]%*;-$1 `.split('')) })),
        async (value) => {
          await rest.backend.database.query('update books set title = $1 where id = 1', [value]);
          const filters = [
            `title=eq.${encodeURIComponent(value)}`,
            `title=in.${encodeURIComponent(`(x,${quoted(value)})`)}`,
            `or=${encodeURIComponent(`(title.eq.${quoted(value)},id.eq.0)`)}`,
          ];
          for (const filter of filters) {
            const response = await rest.backend.get(`/rest/v1/books?select=id&id=eq.1&${filter}`);
            expect(await response.json()).toEqual([{ id: 1 }]);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('takes a name for a name, whatever it looks like', async () => {
    const alias = 'x"as"y';
    const renamed = await rest.backend.get(`/rest/v1/books?id=eq.1&select=${encodeURIComponent('"x\\"as\\"y":id')}`);
    expect(await renamed.json()).toEqual([{ [alias]: 1 }]);
    const column = await rest.backend.get(`/rest/v1/books?id=eq.1&select=${encodeURIComponent('"odd \\"name\\""')}`);
    expect(await column.json()).toEqual([{ 'odd "name"': null }]);
    // A type is one plain word; `float8` says the same.
    const cast = await rest.backend.get(`/rest/v1/books?select=${encodeURIComponent('id::double precision')}`);
    expect(await refusal(cast)).toBe('400 PGRST100');
  });

  it('through a body, its keys, columns or on_conflict does nothing', async () => {
    const evilRow = JSON.stringify({ title: EVIL, [EVIL]: 1 });
    expect((await rest.backend.post('/rest/v1/books', evilRow)).status).toBe(400);
    expect(
      (await rest.backend.post(`/rest/v1/books?columns=${encodeURIComponent(EVIL)}`, '{"title":"a"}')).status,
    ).toBe(400);
    const conflict = await rest.backend.post(
      `/rest/v1/books?on_conflict=${encodeURIComponent(EVIL)}`,
      '{"title":"a"}',
      {
        prefer: 'resolution=merge-duplicates',
      },
    );
    expect(conflict.status).toBe(400);
    expect(await surviving()).toBe(3);
    expect((await rest.backend.post('/rest/v1/books', JSON.stringify({ title: EVIL }))).status).toBe(201);
    expect(await surviving()).toBe(4);
  });

  it('through claims or the profile does nothing', async () => {
    const response = await rest.backend.get('/rest/v1/books', { 'accept-profile': 'public"; drop table books; --' });
    expect([response.status, (await response.json()).code]).toEqual([406, 'PGRST106']);
    const evil = rest.backend.as({ sub: rest.backend.uuid(1), name: `'; drop table books; --` });
    expect((await evil.rpc('about_me')).error).toBeNull();
    expect(await surviving()).toBe(3);
  });
});
