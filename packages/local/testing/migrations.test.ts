import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, describe, expect, it } from 'vitest';

import { applyMigrations, SchemaMismatchError } from '../src/database/apply-migrations.ts';
import { buildMigration, INITIAL_MIGRATION } from '../src/database/build-migration.ts';
import { readSchemaFiles } from '../src/database/schema-files.ts';
import { applySeed } from '../src/seed.ts';
import { readCatalog } from './catalog.ts';
import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

const SUPABASE = new URL('../../../supabase/', import.meta.url);
const SHIM = new URL('../src/database/supabase-shim.sql', import.meta.url);

const opened: TestDatabase[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

async function open(content: 'migrations' | 'nothing'): Promise<TestDatabase> {
  const database = await openTestDatabase({ engine: 'pglite', with: content });
  opened.push(database);
  return database;
}

/** A supabase folder with these migrations alone. */
async function folderWith(migrations: Record<string, string>): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'chronos-migrations-'));
  await mkdir(join(folder, 'migrations'));
  for (const [name, sql] of Object.entries(migrations)) await writeFile(join(folder, 'migrations', name), sql);
  return pathToFileURL(`${folder}/`);
}

describe('supabase/migrations', { timeout: 60_000 }, () => {
  it('is what the schemas build: run `pnpm --filter @chronos-player/local run generate` after editing them', async () => {
    const migration = await readFile(new URL(`migrations/${INITIAL_MIGRATION}`, SUPABASE), 'utf8');
    expect(migration === (await buildMigration(SUPABASE))).toBe(true);
  });

  it('leaves the same catalog as the schemas, applied one by one', async () => {
    const byMigration = await open('migrations');
    const bySchemas = await open('nothing');
    await bySchemas.exec(await readFile(SHIM, 'utf8'));
    await bySchemas.exec('set role chronos_owner');
    for (const { sql } of await readSchemaFiles(SUPABASE)) await bySchemas.exec(sql);
    expect(await readCatalog(bySchemas)).toEqual(await readCatalog(byMigration));
  });

  it('leaves the same grants in a project whose defaults grant nothing', async () => {
    const generous = await open('migrations');
    const strict = await open('nothing');
    const shim = (await readFile(SHIM, 'utf8')).replaceAll(/^alter default privileges .*$/gm, '');
    await strict.exec(shim);
    await strict.exec('set role chronos_owner');
    await strict.exec(await buildMigration(SUPABASE));
    expect(await readCatalog(strict)).toEqual(await readCatalog(generous));
  });
});

describe('applyMigrations', { timeout: 60_000 }, () => {
  it('records what it applied as the Supabase CLI does, and applies it once', async () => {
    const database = await open('migrations');
    const { rows } = await database.query(
      'select version, name, cardinality(statements) as statements from supabase_migrations.schema_migrations',
    );
    expect(rows).toEqual([{ version: '20261101000000', name: 'chronos', statements: 1 }]);
    expect(await applyMigrations(database)).toEqual([]);
  });

  it.for(['pglite', 'postgres'] as const)(
    'runs migrations as an owner who is no superuser, on %s',
    async (engine, { skip }) => {
      const noPostgres = await whyNoPostgres();
      if (engine === 'postgres' && noPostgres !== undefined) skip(noPostgres);
      const database = await openTestDatabase({ engine });
      opened.push(database);
      const { rows } = await database.query(
        `select distinct owner::regrole::text, rolsuper, rolcreaterole, rolbypassrls, rolreplication
       from (
         select relowner from pg_class where relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'partitions'::regnamespace)
         union select proowner from pg_proc where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
         union select nspowner from pg_namespace where nspname in ('private', 'partitions')
       ) as ours (owner)
       join pg_roles on pg_roles.oid = owner`,
      );
      // What `postgres` of a Supabase project is: it makes roles and passes over policies, and is nobody's superuser.
      expect(rows).toEqual([
        { owner: 'chronos_owner', rolsuper: false, rolcreaterole: true, rolbypassrls: true, rolreplication: false },
      ]);
    },
  );

  it('applies a migration wholly or not at all, and keeps those before it', async () => {
    const database = await open('nothing');
    const supabaseDir = await folderWith({
      '1_good.sql': 'create table public.good ();',
      '2_bad.sql': 'create table public.half (); select 1 / 0;',
    });
    await expect(applyMigrations(database, { supabaseDir })).rejects.toThrow('division by zero');
    const { rows } = await database.query(`select tablename from pg_tables where schemaname = 'public'`);
    expect(rows).toEqual([{ tablename: 'good' }]);

    await writeFile(new URL('migrations/2_bad.sql', supabaseDir), 'create table public.whole ();');
    expect(await applyMigrations(database, { supabaseDir })).toEqual(['2_bad']);
    await rm(supabaseDir, { recursive: true });
  });

  it('refuses a database made by another version of a migration, and touches nothing', async () => {
    const database = await open('migrations');
    const supabaseDir = await folderWith({ [INITIAL_MIGRATION]: 'create table public.other ();' });
    const before = await readCatalog(database);
    const refusal = applyMigrations(database, { supabaseDir });
    await expect(refusal).rejects.toThrow(SchemaMismatchError);
    await expect(refusal).rejects.toThrow(
      '20261101000000_chronos has changed since. Nothing in it was changed or deleted.',
    );
    expect(await readCatalog(database)).toEqual(before);
    await rm(supabaseDir, { recursive: true });
  });

  it('refuses a database that is ahead of this version', async () => {
    const database = await open('migrations');
    const supabaseDir = await folderWith({});
    await expect(applyMigrations(database, { supabaseDir })).rejects.toThrow('which this version lacks');
    await rm(supabaseDir, { recursive: true });
  });

  it('leaves a real Supabase project its own auth', async () => {
    const database = await open('nothing');
    await database.exec('create schema auth; create schema supabase_migrations');
    const supabaseDir = await folderWith({ '1_good.sql': 'create table public.good ();' });
    await applyMigrations(database, { supabaseDir });
    const { rows } = await database.query(`select to_regclass('auth.users') as users, to_regrole('anon') as anon`);
    expect(rows).toEqual([{ users: null, anon: null }]);
    await rm(supabaseDir, { recursive: true });
  });
});

describe('supabase/seed.sql', { timeout: 60_000 }, () => {
  const rowsOf = async (database: TestDatabase): Promise<unknown> => {
    const tables = ['auth.users', 'creators', 'courses', 'course_modules', 'videos', 'module_lessons'];
    const { rows } = await database.query(
      tables
        .map((table) => `select '${table}' as table, to_jsonb(t) as row, xmin::text from ${table} as t`)
        .join(' union all ') + ' order by 1, 2',
    );
    return rows;
  };

  it('applied twice, leaves the rows untouched', async () => {
    const database = await open('migrations');
    await applySeed(database, { supabaseDir: SUPABASE });
    const once = await rowsOf(database);
    await applySeed(database, { supabaseDir: SUPABASE });
    expect(await rowsOf(database)).toEqual(once);
  });

  it('is applied as the owner of the tables, who is no superuser, and wholly or not at all', async () => {
    const database = await open('migrations');
    const supabaseDir = await folderWith({});
    await writeFile(new URL('seed.sql', supabaseDir), 'create table public.half (); select 1 / 0;');
    await expect(applySeed(database, { supabaseDir })).rejects.toThrow(
      /seed\.sql could not be applied: division by zero/,
    );
    await writeFile(new URL('seed.sql', supabaseDir), 'create table public.whole ();');
    await applySeed(database, { supabaseDir });
    const { rows } = await database.query(
      `select tablename, tableowner from pg_tables where tablename in ('half', 'whole')`,
    );
    expect(rows).toEqual([{ tablename: 'whole', tableowner: 'chronos_owner' }]);
    await rm(supabaseDir, { recursive: true });
  });

  it('says of the clips what their list says', async () => {
    const { clips } = JSON.parse(await readFile(new URL('../examples/clips/clips.json', SUPABASE), 'utf8')) as {
      clips: {
        file: string;
        title: string;
        duration_ms: number;
        poster: string | null;
        captions: { src: string }[];
        chapters: unknown;
      }[];
    };
    const database = await open('migrations');
    await applySeed(database, { supabaseDir: SUPABASE });
    const { rows } = await database.query<{ url: string }>(
      `select distinct on (url) url, title, duration_ms, thumbnail_url as poster, captions, chapters
       from public.videos where source_type = 'upload' order by url, id`,
    );
    const seeded = clips.filter(({ file }) => rows.some(({ url }) => url === `/clips/${file}`));
    expect(rows).toEqual(
      seeded
        .map(({ file, title, duration_ms, poster, captions, chapters }) => ({
          url: `/clips/${file}`,
          title,
          duration_ms,
          poster: poster === null ? null : `/clips/${poster}`,
          captions: captions.map((caption) => ({ ...caption, src: `/clips/${caption.src}` })),
          chapters,
        }))
        .toSorted((a, b) => a.url.localeCompare(b.url)),
    );
    expect(seeded.map(({ file }) => file)).toContain('lesson.mp4');
  });
});
