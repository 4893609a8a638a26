import { readFile } from 'node:fs/promises';

import { afterEach, describe, expect, it } from 'vitest';

import type { Queryable } from '../src/database.ts';
import { openTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

const SHIM = new URL('../src/database/supabase-shim.sql', import.meta.url);

const opened: TestDatabase[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

/** Everything in the schema of Storage, one line per fact. */
async function readStorage(database: Queryable): Promise<string[]> {
  const { rows } = await database.query<{ fact: string }>(`
    select format('%s owner %s rls %s acl %s', c.oid::regclass, relowner::regrole, relrowsecurity,
      (select array_agg(acl::text order by acl::text) from unnest(relacl) as acl)) as fact
    from pg_class c where relnamespace = 'storage'::regnamespace
    union all
    select format('column %s.%s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull)
    from pg_attribute join pg_class c on c.oid = attrelid
    where relnamespace = 'storage'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped
    union all
    select format('constraint %s', pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'storage'::regnamespace
    union all
    select format('function %s', pg_get_functiondef(oid)) from pg_proc where pronamespace = 'storage'::regnamespace
    union all
    select format('trigger %s', pg_get_triggerdef(t.oid)) from pg_trigger t join pg_class c on c.oid = tgrelid
    where relnamespace = 'storage'::regnamespace and not tgisinternal
    union all
    select format('policy %s on %s', polname, polrelid::regclass) from pg_policy join pg_class c on c.oid = polrelid
    where relnamespace = 'storage'::regnamespace
    union all
    select format('bucket %s', id) from storage.buckets
    order by 1`);
  return rows.map(({ fact }) => fact);
}

describe('the storage schema of the shim', { timeout: 60_000 }, () => {
  it('is given by migrations what a Supabase project lets its owner add, and nothing else', async () => {
    const before = await openTestDatabase({ engine: 'pglite', with: 'nothing' });
    const after = await openTestDatabase({ engine: 'pglite' });
    opened.push(before, after);
    await before.exec(await readFile(SHIM, 'utf8'));
    const known = await readStorage(before);
    const now = await readStorage(after);
    expect(
      known.filter((fact) => !now.includes(fact)),
      'taken away',
    ).toEqual([]);
    // Supabase's supautils lets `postgres` make policies on storage.objects; its grants let it make triggers and buckets.
    const added = now.filter((fact) => !known.includes(fact)).map((fact) => fact.split(' ', 2)[0]);
    expect(new Set(added)).toEqual(new Set(['policy', 'trigger', 'bucket']));
    expect(now.filter((fact) => fact.startsWith('policy')).every((fact) => fact.endsWith('on storage.objects'))).toBe(
      true,
    );
  });

  it('is applied at every start and changes nothing the second time', async () => {
    const database = await openTestDatabase({ engine: 'pglite' });
    opened.push(database);
    const once = await readStorage(database);
    await database.exec(await readFile(SHIM, 'utf8'));
    expect(await readStorage(database)).toEqual(once);
  });

  it('lets migrations through where the owner may make no trigger there', async () => {
    const database = await openTestDatabase({ engine: 'pglite', with: 'nothing' });
    opened.push(database);
    await database.exec(await readFile(SHIM, 'utf8'));
    const files = await readFile(new URL('../../../supabase/schemas/video_files.sql', import.meta.url), 'utf8');
    const [, attempt = ''] = /(do \$\$[^]*?create trigger chronos_guard_video_file[^]*?\$\$;)/.exec(files) ?? [];
    await database.exec(`
      create schema private;
      create function private.guard_video_file() returns trigger language plpgsql as $$ begin return new; end; $$;
      create function private.forget_video_file() returns trigger language plpgsql as $$ begin return old; end; $$;
      create role without_triggers; grant usage on schema private, storage to without_triggers;
      set role without_triggers;
    `);
    await database.exec(attempt);
    await database.exec('reset role');
    expect((await readStorage(database)).filter((fact) => fact.includes('TRIGGER chronos_'))).toEqual([]);
  });
});
