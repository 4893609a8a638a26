import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { PGlite } from '@electric-sql/pglite';
import type { Transaction } from '@electric-sql/pglite';
import { pgtap } from '@electric-sql/pglite-pgtap';
import { Client } from 'pg';

import { openDatabase } from '../src/database.ts';
import type { Database, Queryable } from '../src/database.ts';
import { applyMigrations } from '../src/database/apply-migrations.ts';
import { startPostgres, whyNoPostgres } from './postgres-server.ts';

/** Which Postgres: the embedded one (18, one connection) or a real server (17, Supabase's major). */
export type TestEngine = 'pglite' | 'postgres';

/** A database of its own for one test file, with shim and migrations, but no seed and no rows. */
export interface TestDatabase extends Database {
  engine: TestEngine;
  /** URL of the server's database; undefined for the embedded engine. */
  url: string | undefined;
  /** Runs a script on one connection; answers the rows of each statement, as pgTAP needs. */
  script(sql: string): Promise<Record<string, unknown>[][]>;
}

export interface TestDatabaseOptions {
  engine: TestEngine;
  /** Without migrations: shim only, or nothing at all. Default `migrations`. */
  with?: 'migrations' | 'nothing';
}

/** Templates live beside other caches and are named by what went into them, so they are never out of date. */
const CACHE = new URL('../../../node_modules/.cache/chronos-test-database/', import.meta.url);
const TEMPLATE = 'chronos_template';

export { whyNoPostgres };

/**
 * Opens a fresh database in about a second: from a dump (embedded) or as a clone of a template (server).
 *
 * @throws Error when the engine is `postgres` and there is none here: ask `whyNoPostgres()` first.
 */
export async function openTestDatabase({
  engine,
  with: content = 'migrations',
}: TestDatabaseOptions): Promise<TestDatabase> {
  return engine === 'pglite' ? openEmbedded(content) : openServer(content);
}

async function openEmbedded(content: 'migrations' | 'nothing'): Promise<TestDatabase> {
  const file = new URL(`${await fingerprint()}-pglite.tar`, CACHE);
  if (content === 'migrations' && (await exists(file))) {
    return wrap(await PGlite.create({ extensions: { pgtap }, loadDataDir: new Blob([await readFile(file)]) }));
  }
  const engine = await PGlite.create({ extensions: { pgtap } });
  const database = wrap(engine);
  if (content === 'nothing') return database;
  await applyMigrations(database);
  await mkdir(CACHE, { recursive: true });
  const dump = await engine.dumpDataDir('none');
  const draft = new URL(`${file.href}.${process.pid}`);
  await writeFile(draft, Buffer.from(await dump.arrayBuffer()));
  await rename(draft, file);
  return database;
}

async function openServer(content: 'migrations' | 'nothing'): Promise<TestDatabase> {
  const template = fileURLToPath(new URL(`${await fingerprint()}-postgres`, CACHE));
  if (!(await exists(template))) await makeServerTemplate(template);
  const server = await startPostgres({ template });
  const admin = await openDatabase({ url: server.url('postgres') });
  await admin.exec(`create database chronos template ${content === 'migrations' ? TEMPLATE : 'template0'}`);
  // Roles belong to the server, and with them the hook that the migrations set.
  if (content === 'nothing') await admin.exec('alter role authenticator reset all');
  await admin.close();
  const url = server.url('chronos');
  const database = await openDatabase({ url });
  return {
    ...database,
    engine: 'postgres',
    url,
    async script(sql) {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        // node-postgres answers one result, or an array of them; its types know only the first.
        const results = (await client.query(sql)) as unknown as { rows: Record<string, unknown>[] }[];
        return [results].flat().map(({ rows }) => rows);
      } finally {
        await client.end();
      }
    },
    async close() {
      await database.close();
      await server.stop();
    },
  };
}

async function makeServerTemplate(path: string): Promise<void> {
  const server = await startPostgres();
  const admin = await openDatabase({ url: server.url('postgres') });
  await admin.exec(`create database ${TEMPLATE}`);
  await admin.close();
  const database = await openDatabase({ url: server.url(TEMPLATE) });
  await applyMigrations(database);
  await database.close();
  await server.keep(path);
}

/** Everything a template is made of. */
async function fingerprint(): Promise<string> {
  const sources = [
    new URL('../src/database/supabase-shim.sql', import.meta.url),
    new URL('../../../supabase/migrations/20261101000000_chronos.sql', import.meta.url),
    new URL('../package.json', import.meta.url),
  ];
  const hash = createHash('sha256');
  for (const source of sources) hash.update(await readFile(source));
  // The first partitions of events are those of the month.
  hash.update(new Date().toISOString().slice(0, 7));
  return hash.digest('hex').slice(0, 16);
}

function wrap(engine: PGlite): TestDatabase {
  return {
    ...queries(engine),
    engine: 'pglite',
    url: undefined,
    script: async (sql) => (await engine.exec(sql)).map(({ rows }) => rows),
    transaction: (work) => engine.transaction((tx) => work(queries(tx))),
    close: () => engine.close(),
  };
}

function queries(engine: Pick<Transaction, 'query' | 'exec'>): Queryable {
  return {
    query: async <Row>(text: string, values: readonly unknown[] = []) => engine.query<Row>(text, [...values]),
    exec: async (sql) => void (await engine.exec(sql)),
  };
}

async function exists(path: URL | string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
