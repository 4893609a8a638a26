import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openDatabase } from '../../src/database.ts';
import type { Database } from '../../src/database.ts';
import { readSchemaFiles } from '../../src/database/schema-files.ts';
import { applySeed } from '../../src/seed.ts';
import { readCatalog } from '../catalog.ts';
import { DATABASE_TYPES, writeTypes } from '../database-types.ts';
import { readChapter } from '../docs/chapters.ts';
import type { Job } from '../docs/chapters.ts';
import { supabase, supabaseJson } from '../supabase-cli.ts';
import { openTestDatabase, whyNoPostgres } from '../test-database.ts';
import { startDebianPostgres, whyNoDebianPostgres } from './debian-postgres.ts';
import type { DebianPostgres } from './debian-postgres.ts';
import { findFaults } from './find-faults.ts';

/**
 * What an operator does, on the oldest Postgres we promise to run on: migrations applied by the Supabase CLI as an owner
 * who is no superuser, and every tool that Supabase's users look at, silent.
 */
const SUPABASE = new URL('../../../../supabase/', import.meta.url);
const TESTS = new URL('tests/', SUPABASE);
const files = (await readdir(TESTS)).filter((file) => file.endsWith('.test.sql')).toSorted();
const noDebian = await whyNoDebianPostgres();
const noPostgres = await whyNoPostgres();

describe.skipIf(noDebian !== undefined)('the migrations on Postgres 15', { timeout: 60_000 }, () => {
  let server: DebianPostgres;
  let owner: Database;
  beforeAll(async () => {
    server = await startDebianPostgres();
    await supabase(['migration', 'up'], server.ownerUrl);
    owner = await openDatabase({ url: server.ownerUrl });
  }, 120_000);
  afterAll(async () => {
    await owner?.close();
    await server?.stop();
  });

  it('are applied by `supabase migration up`, as an owner who is no superuser', async () => {
    const { rows } = await owner.query(
      `select version, current_setting('server_version_num')::integer / 10000 as postgres, current_setting('is_superuser') as is_superuser
       from supabase_migrations.schema_migrations order by version`,
    );
    const versions = (await readdir(new URL('migrations/', SUPABASE))).toSorted().map((file) => file.split('_')[0]);
    expect(rows).toEqual(versions.map((version) => ({ version, postgres: 15, is_superuser: 'off' })));
  });

  it('are applied once', async () => {
    const { stdout } = await supabase(['migration', 'up'], server.ownerUrl);
    expect(stdout).toContain('up to date');
  });

  it.skipIf(noPostgres !== undefined)('leave the catalog they leave on Postgres 17', async () => {
    const other = await openTestDatabase({ engine: 'postgres' });
    try {
      expect(await readFacts(owner)).toEqual(await readFacts(other));
    } finally {
      await other.close();
    }
  });

  it('take the seed, and take it twice', async () => {
    await applySeed(owner, { supabaseDir: SUPABASE });
    await applySeed(owner, { supabaseDir: SUPABASE });
    const { rows } = await owner.query('select from public.videos');
    expect(rows.length).toBeGreaterThan(0);
  });

  it.for(files)('pass %s by pg_prove, with a seed in the tables', async (file) => {
    const test = fileURLToPath(new URL(file, TESTS));
    const env = { ...process.env, PGOPTIONS: '-c client_min_messages=warning' };
    const report = await promisify(execFile)('pg_prove', ['--dbname', server.ownerUrl, test], { env }).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ stdout: stdout + stderr }),
    );
    expect(report.stdout).toMatch(/^Result: PASS$/m);
  });

  it('leave plpgsql_check nothing to say', async () => {
    expect(await findFaults(owner)).toEqual([]);
  });

  it('pass `supabase db lint`', async () => {
    const { results } = await supabaseJson<Findings>(['db', 'lint', '--level', 'warning'], server.ownerUrl);
    expect(results).toEqual([]);
  });

  it('pass `supabase db advisors`', async () => {
    const { results } = await supabaseJson<Findings>(['db', 'advisors', '--level', 'info'], server.ownerUrl);
    const open = await readOpenTables(owner);
    const remarks = results.filter((finding) => !isExpected(finding, open));
    expect(remarks.map(({ level, name, detail }) => `${level} ${name}: ${detail}`)).toEqual([]);
  });

  it('are what TypeScript knows: run `pnpm --filter @chronos-player/local run generate` after editing the schemas', async () => {
    expect(await readFile(DATABASE_TYPES, 'utf8')).toBe(await writeTypes(server.ownerUrl));
  });

  it('schedule the jobs with pg_cron as they are written, and each runs', async () => {
    const { rows: jobs } = await owner.query<Job>('select jobname as name, schedule, command from cron.job order by 1');
    const written = (await readSchemaFiles(SUPABASE)).flatMap((file) => readChapter(file).jobs);
    expect(jobs).toEqual(written.toSorted((a, b) => a.name.localeCompare(b.name)));
    const { rows: others } = await owner.query(`select from cron.job where not active or username <> 'chronos_owner'`);
    expect(others).toEqual([]);
    for (const { command } of jobs) await owner.exec(command);
  });
});

interface Finding {
  name: string;
  level: 'INFO' | 'WARN' | 'ERROR';
  detail: string;
  metadata: { schema?: string; name?: string };
}
interface Findings {
  results: Finding[];
}

/** The catalog in the words of no one version: Postgres 17 knows a privilege more, and roles are the server's own. */
async function readFacts(database: Database): Promise<string[]> {
  const facts = await readCatalog(database);
  return facts.filter((fact) => !fact.startsWith('role ')).map((fact) => fact.replace(/=arwdDxtm\//g, '=arwdDxt/'));
}

/** The two remarks (level INFO) that are right about this database and no fault of it. */
function isExpected({ name, metadata }: Finding, open: readonly string[]): boolean {
  // A database in which nothing has been asked yet has used no index. Which query needs each is said beside it.
  if (name === 'unused_index') return true;
  // A table that no caller of the API may touch needs no policy: without one, row level security refuses everything.
  return name === 'rls_enabled_no_policy' && !open.includes(`${metadata.schema}.${metadata.name}`);
}

/** The tables on which a caller of the API has any privilege, so that policies decide about rows. */
async function readOpenTables(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select distinct relnamespace::regnamespace || '.' || relname as name
     from pg_class, unnest(array['anon', 'authenticated']) as role
     where relkind in ('r', 'p') and (
       has_any_column_privilege(role, pg_class.oid, 'select, insert, update')
       or has_table_privilege(role, pg_class.oid, 'delete, truncate')
     )`,
  );
  return rows.map(({ name }) => name);
}
