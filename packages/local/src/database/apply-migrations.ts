import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import type { Database, Queryable } from '../database.ts';

/** What to apply. */
export interface ApplyMigrationsOptions {
  /** The project's `supabase` folder, which holds `migrations/`. Default: this repository's. */
  supabaseDir?: URL;
}

/** `supabase/` of this repository. */
const SUPABASE = new URL('../../../../supabase/', import.meta.url);

/**
 * The database was made by another version of the schema. Nothing in it was changed or deleted; the message says what
 * the person at the keyboard can do.
 */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';

  constructor(reason: string) {
    super(
      `This database was made by another version of Chronos Player: ${reason}. ` +
        'Nothing in it was changed or deleted. Start with another data folder (or an empty database), ' +
        'or go back to the version that made this one.',
    );
  }
}

interface Migration {
  /** Leading digits of the file name: what the Supabase CLI calls a version. */
  version: string;
  name: string;
  sql: string;
  sha256: string;
}

interface Recorded {
  version: string;
  sha256: string | null;
}

/**
 * Brings a database to the schema of this project: first what a Supabase project has by nature (on a Postgres that is
 * none), then every migration it lacks, unchanged, each in a transaction of its own. Recorded where the Supabase CLI
 * records its own, with a sha256 beside it. Answers the names of the migrations applied now.
 *
 * @throws SchemaMismatchError when the database holds another version of a migration, or one this project does not have.
 */
export async function applyMigrations(database: Database, options: ApplyMigrationsOptions = {}): Promise<string[]> {
  const isSupabase = await hasSupabaseAuth(database);
  if (!isSupabase) {
    const shim = await readFile(new URL('supabase-shim.sql', import.meta.url), 'utf8');
    await database.transaction((tx) => tx.exec(shim));
  }
  const migrations = await readMigrations(options.supabaseDir ?? SUPABASE);
  await database.transaction((tx) => tx.exec(HISTORY));
  const recorded = await readHistory(database);
  refuseOtherHistory(migrations, recorded);

  const missing = migrations.filter(({ version }) => !recorded.some((row) => row.version === version));
  for (const migration of missing) {
    // The owner is no superuser, as on Supabase: what a migration may not do there must fail here too.
    await database.transaction((tx) => apply(tx, migration, isSupabase ? undefined : OWNER));
  }
  return missing.map(({ version, name }) => `${version}_${name}`);
}

/** See supabase-shim.sql. */
const OWNER = 'chronos_owner';

/** The first table is the Supabase CLI's own. The second is ours, because the CLI keeps no checksum. */
const HISTORY = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (
    version text not null primary key,
    statements text[],
    name text
  );
  create table if not exists supabase_migrations.chronos_checksums (
    version text not null primary key,
    sha256 text not null
  );
`;

async function hasSupabaseAuth(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ comment: string | null }>(
    `select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = 'auth'`,
  );
  return rows[0] !== undefined && !(rows[0].comment ?? '').startsWith('Chronos shim');
}

async function readMigrations(supabaseDir: URL): Promise<Migration[]> {
  const dir = new URL('migrations/', supabaseDir);
  const files = (await readdir(dir)).filter((file) => file.endsWith('.sql')).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const [, version, name] = /^(\d+)_(.+)\.sql$/.exec(file) ?? [];
      if (version === undefined || name === undefined) {
        throw new Error(`${file} in ${dir.pathname} is not named <digits>_<name>.sql.`);
      }
      const sql = await readFile(new URL(file, dir), 'utf8');
      return { version, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function readHistory(database: Queryable): Promise<Recorded[]> {
  const { rows } = await database.query<Recorded>(
    `select version, sha256
     from supabase_migrations.schema_migrations
     left join supabase_migrations.chronos_checksums using (version)
     order by version`,
  );
  return rows;
}

function refuseOtherHistory(migrations: readonly Migration[], recorded: readonly Recorded[]): void {
  for (const { version, sha256 } of recorded) {
    const migration = migrations.find((candidate) => candidate.version === version);
    if (migration === undefined) throw new SchemaMismatchError(`it has migration ${version}, which this version lacks`);
    // No checksum: the Supabase CLI applied it, and knows its own business.
    if (sha256 !== null && sha256 !== migration.sha256) {
      throw new SchemaMismatchError(`migration ${version}_${migration.name} has changed since`);
    }
  }
}

async function apply(tx: Queryable, migration: Migration, owner: string | undefined): Promise<void> {
  if (owner !== undefined) await tx.exec(`set local role ${owner}`);
  await tx.exec(migration.sql);
  if (owner !== undefined) await tx.exec('reset role');
  await tx.query('insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)', [
    migration.version,
    migration.name,
    [migration.sql],
  ]);
  await tx.query('insert into supabase_migrations.chronos_checksums (version, sha256) values ($1, $2)', [
    migration.version,
    migration.sha256,
  ]);
}
