import { join } from 'node:path';

import { signToken } from './auth/tokens.ts';
import type { Claims } from './auth/tokens.ts';
import { createLocalBackend } from './backend.ts';
import type { BackendOptions } from './backend.ts';
import { allowAnyOrigin } from './cors.ts';
import { moveAside, openDataFolder } from './data-folder.ts';
import type { DataFolder } from './data-folder.ts';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { applyMigrations } from './database/apply-migrations.ts';
import { applySeed } from './seed.ts';
import { json } from './http-error.ts';
import { startJobs } from './jobs.ts';
import type { JobResult } from './jobs.ts';
import { createKeys, loadKeys } from './keys.ts';
import type { Keys } from './keys.ts';
import { serve } from './serve.ts';
import { openFiles } from './storage/files.ts';

/** How to start a backend; everything has a default. */
export interface StartOptions extends Pick<BackendOptions, 'schemas' | 'maxRows' | 'now'> {
  /** 0 takes any free port. Default 54321, Supabase's own. */
  port?: number;
  /** Default 127.0.0.1: only this machine. */
  host?: string;
  /** Folder for database and keys, made if absent. Without it (and without a URL) everything is in memory. */
  dataDir?: string;
  /** A running Postgres instead of the embedded one; the folder then holds only the keys. */
  databaseUrl?: string;
  /** The project's `supabase/` folder, with a slash at the end. Default: this repository's. */
  supabaseDir?: URL;
  /** Apply `seed.sql` after the migrations; it may be applied again at every start. */
  seed?: boolean;
  /** Move the data folder aside first and begin with an empty one. Nothing is deleted. */
  fresh?: boolean;
  /** How often the jobs run that pg_cron runs on Supabase, ms. 0: only `runJobs()`. Default 60 s. */
  jobsEveryMs?: number;
  /** Where one-line news go: a folder moved aside, a job that failed. Default `console.error`. */
  log?: (line: string) => void;
}

/** A running backend. */
export interface LocalBackend {
  /** Give it to `createClient(url, publishableKey)`. */
  url: string;
  publishableKey: string;
  secretKey: string;
  keys: Keys;
  /** The database itself, past every policy: for tests that compare rows. */
  database: Database;
  /** Whether this start made the database. */
  isNew: boolean;
  /** Where the data is: a folder, a URL without its password, or memory. */
  location: string;
  /** A token the backend believes: role `authenticated`, one hour, unless the claims say otherwise. */
  mintToken(claims: Claims & { sub: string }): Promise<string>;
  /** Runs the scheduled jobs now. */
  runJobs(): Promise<JobResult[]>;
  /** Finishes what is under way, then closes server and database. Everything committed is on disk. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 54_321;
const DEFAULT_JOBS_EVERY_MS = 60_000;
const TOKEN_SECONDS = 3600;

/** `supabase/` of this repository, from `src/` and `dist/` alike. */
const SUPABASE = new URL('../../../supabase/', import.meta.url);

/**
 * Starts database, migrations, jobs and server.
 *
 * @throws Error with a sentence to act on: port taken, folder in use or of an older schema, server out of reach, keys damaged.
 * @example
 * const backend = await startLocalBackend({ dataDir: '.chronos', seed: true });
 * const supabase = createClient(backend.url, backend.publishableKey);
 */
export async function startLocalBackend(options: StartOptions = {}): Promise<LocalBackend> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    // Last opened, first closed; a second call finds nothing to do.
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  try {
    return { ...(await start(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: StartOptions, closers: (() => Promise<void>)[]): Promise<Omit<LocalBackend, 'close'>> {
  const { port = DEFAULT_PORT, host = '127.0.0.1', jobsEveryMs = DEFAULT_JOBS_EVERY_MS, log = console.error } = options;
  const folder = await prepareFolder(options, log);
  if (folder !== undefined) closers.push(folder.release);
  const keys = await prepareKeys(options, folder);

  // The port is taken before the database is opened, so that a taken one is told at once.
  let answer = (_request: Request): Promise<Response> => Promise.resolve(starting());
  const server = await serve((request) => answer(request), { port, host });
  closers.push(server.close);
  const database = await prepareDatabase(options, folder);
  // The server finishes its requests before the database closes.
  closers.splice(-1, 0, () => database.close());
  const jobs = startJobs(database, {
    everyMs: jobsEveryMs,
    ...(options.databaseUrl === undefined ? { settleSeconds: 0 } : {}),
    onError: ({ name, error }) => log(`The job ${name} failed: ${error}`),
  });
  closers.push(jobs.stop);
  const files = openFiles(options.dataDir === undefined ? undefined : join(options.dataDir, 'storage'));
  closers.splice(-1, 0, files.close);
  answer = createLocalBackend({ ...options, database, keys, files }).fetch;
  return {
    url: server.url,
    publishableKey: keys.publishableKey,
    secretKey: keys.secretKey,
    keys,
    database,
    isNew: folder?.isNew ?? options.databaseUrl === undefined,
    location: folder?.path ?? (options.databaseUrl === undefined ? 'memory' : shownUrl(options.databaseUrl)),
    runJobs: jobs.run,
    mintToken: (claims) => mintToken(claims, keys, options.now ?? Date.now),
  };
}

/** The answer until the database is open; clients try again. */
function starting(): Response {
  return allowAnyOrigin(json(503, { message: 'chronos-local is starting' }, { 'retry-after': '1' }));
}

function mintToken(claims: Claims, { jwtSecret }: Keys, now: () => number): Promise<string> {
  const issuedAt = Math.floor(now() / 1000);
  const usual = { aud: 'authenticated', role: 'authenticated', iat: issuedAt, exp: issuedAt + TOKEN_SECONDS };
  return signToken({ ...usual, ...claims }, jwtSecret);
}

/** The folder of an embedded database; a server elsewhere needs no lock. */
async function prepareFolder(options: StartOptions, log: (line: string) => void): Promise<DataFolder | undefined> {
  const { dataDir, databaseUrl, fresh = false } = options;
  if (databaseUrl !== undefined) {
    if (fresh) throw new Error('--fresh moves a data folder aside; a database given by URL is yours to empty.');
    return undefined;
  }
  if (dataDir === undefined) return undefined;
  const aside = fresh ? await moveAside(dataDir, new Date()) : undefined;
  if (aside !== undefined) log(`The former data folder is now ${aside}.`);
  return openDataFolder(dataDir);
}

async function prepareKeys({ dataDir }: StartOptions, folder: DataFolder | undefined): Promise<Keys> {
  if (folder !== undefined) return loadKeys(folder.keys);
  return dataDir === undefined ? createKeys() : loadKeys(join(dataDir, 'keys.json'));
}

async function prepareDatabase(options: StartOptions, folder?: DataFolder): Promise<Database> {
  const { databaseUrl, seed = false, supabaseDir = SUPABASE } = options;
  const database = await withWayOut(folder, () =>
    openDatabase({
      ...(folder === undefined ? {} : { dataDir: folder.database }),
      ...(databaseUrl === undefined ? {} : { url: databaseUrl }),
    }),
  );
  try {
    await withWayOut(folder, () => applyMigrations(database, { supabaseDir }));
    if (seed) await applySeed(database, { supabaseDir });
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Adds to an error of an existing folder that it need not be lost. */
async function withWayOut<T>(folder: DataFolder | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (folder === undefined || folder.isNew) throw error;
    const wayOut = `To begin anew, start with --fresh: ${folder.path} is then moved aside, nothing is deleted.`;
    throw new Error(`${(error as Error).message}\n${wayOut}`, { cause: error });
  }
}

function shownUrl(url: string): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}
