import { PGlite, types } from '@electric-sql/pglite';
import type { Transaction } from '@electric-sql/pglite';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp';
import { Pool } from 'pg';
import type { PoolClient } from 'pg';

/** Anything that runs SQL: a database or one open transaction of it. */
export interface Queryable {
  /** Runs one statement; values travel as parameters (`$1`), never inside the text. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[] }>;
  /** Runs a script of many statements without parameters: shim, migrations, seed. */
  exec(sql: string): Promise<void>;
}

/** A Postgres: the embedded one in a folder, or any other by its URL. Callers cannot tell which. */
export interface Database extends Queryable {
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it throws (the error is passed on). */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Waits for running statements, then closes. With a folder, everything committed is on disk afterwards. */
  close(): Promise<void>;
}

/** Where the database lives. With neither field it lives in memory and is gone on close. */
export interface DatabaseOptions {
  /** Folder of an embedded Postgres; created if absent. Used by one process at a time (see `lock.ts`). */
  dataDir?: string;
  /** `postgres://` URL of a running server; wins over `dataDir`. */
  url?: string;
}

/** Connections to a server at once. The embedded engine has one by nature. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Opens a database.
 *
 * @throws Error when the folder cannot be opened or the server cannot be reached; the message says which and what to do.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.url === undefined ? openEmbedded(options.dataDir) : openServer(options.url);
}

/** Text goes to the engine as it is, so that Postgres judges it; PGlite's own serializers would throw first. */
const serializers = {
  [types.BOOL]: String,
  [types.BYTEA]: String,
};

async function openEmbedded(dataDir: string | undefined): Promise<Database> {
  const engine = await PGlite.create({
    ...(dataDir === undefined ? {} : { dataDir }),
    extensions: { pgcrypto, uuid_ossp },
    serializers,
  });
  return {
    ...queryEmbedded(engine),
    transaction: (work) => engine.transaction((tx) => work(queryEmbedded(tx))),
    close: () => engine.close(),
  };
}

function queryEmbedded(engine: Pick<Transaction, 'query' | 'exec'>): Queryable {
  return {
    query: <Row>(text: string, values: readonly unknown[] = []) => engine.query<Row>(text, [...values]),
    exec: async (sql) => void (await engine.exec(sql)),
  };
}

async function openServer(url: string): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A connection that dies while idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  try {
    await pool.query('select 1');
  } catch (cause) {
    await pool.end();
    throw new Error(`Cannot reach Postgres at ${withoutPassword(url)}: ${reason(cause)}. Is it running?`, { cause });
  }
  return {
    ...queryServer(pool),
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  };
}

async function inTransaction<T>(pool: Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(queryServer(client));
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is dropped from the pool instead of being handed on.
    await client.query('rollback').catch((cause: Error) => (broken = cause));
    throw error;
  } finally {
    client.release(broken);
  }
}

function queryServer(connection: Pool | PoolClient): Queryable {
  return {
    query: async <Row>(text: string, values: readonly unknown[] = []) => {
      const result = await connection.query(text, [...values]);
      return { rows: result.rows as Row[] };
    },
    exec: async (sql) => void (await connection.query(sql)),
  };
}

/** The URL as it may be shown. */
function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return '(a malformed URL)';
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}

/** `AggregateError` of a host with several addresses has an empty message of its own. */
function reason(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reason).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}
