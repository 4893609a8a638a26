import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

import { openDatabase } from '../src/database.ts';
import type { Database, Queryable } from '../src/database.ts';
import { applyMigrations } from '../src/database/apply-migrations.ts';
import { startPostgres } from '../testing/postgres-server.ts';

/** A database with the product's schema and an audience of 10,000 sessions in progress. */
export interface World {
  url: string;
  database: Database;
  /** Messages that every session of the audience has been sent; measurements go on from here. */
  rounds: number;
}

/** The server the worlds live on. */
export interface BenchServer {
  /** Makes a world; `fill` runs before its audience comes. */
  makeWorld(name: string, fill?: (database: Database) => Promise<void>): Promise<World>;
  /** Ends loading: from here on the server runs as Supabase's does, and figures are measured. */
  beginMeasuring(worlds: readonly World[]): Promise<void>;
  /** Restarts with another setting, worlds included. */
  restart(worlds: readonly World[], settings: readonly string[]): Promise<void>;
  /** CPU time of all connections that have ended, in ms; waits for pgbench's to end. */
  cpuMs(world: World): Promise<number>;
  stop(): Promise<void>;
}

/**
 * As on Supabase (wal_level logical, every commit durable), except for: full-page images, which the figures leave out;
 * checkpoints and vacuum, which would fall into one measurement and not into the next; memory for a small server.
 */
export const SETTINGS: readonly string[] = [
  ...['wal_level=logical', 'fsync=on', 'synchronous_commit=on', 'full_page_writes=off'],
  ...['checkpoint_timeout=1h', 'max_wal_size=16GB', 'autovacuum=off', 'shared_buffers=1GB', 'jit=off'],
];
const LOADING: readonly string[] = [
  ...['wal_level=minimal', 'max_wal_senders=0', 'fsync=off', 'synchronous_commit=off', 'autovacuum=off'],
  ...['checkpoint_timeout=1h', 'max_wal_size=16GB', 'shared_buffers=2GB', 'maintenance_work_mem=1GB', 'jit=off'],
];
/** Of the kernel, for CPU time in /proc. */
const MS_PER_TICK = 10;
const POLL_MS = 10;

export async function startBenchServer(): Promise<BenchServer> {
  const server = await startPostgres();
  await server.restart(LOADING);
  const restart: BenchServer['restart'] = async (worlds, settings) => {
    for (const { database } of worlds) await database.close();
    await server.restart([...SETTINGS, ...settings]);
    for (const world of worlds) world.database = await openDatabase({ url: world.url });
  };
  return {
    restart,
    async makeWorld(name, fill) {
      const admin = await openDatabase({ url: server.url('postgres') });
      await admin.exec(`create database ${name}`);
      await admin.close();
      const url = server.url(name);
      const database = await openDatabase({ url });
      await applyMigrations(database);
      await fill?.(database);
      for (const file of ['audience.sql', 'open-audience.sql']) await database.exec(await readSql(file));
      return { url, database, rounds: 0 };
    },
    async beginMeasuring(worlds) {
      for (const { database } of worlds) await database.exec('vacuum (analyze)');
      await restart(worlds, []);
    },
    async cpuMs({ database }) {
      const { rows } = await database.query<{ pids: number[] }>(
        `select coalesce(array_agg(pid), '{}') as pids from pg_stat_activity where application_name = 'pgbench'`,
      );
      while (rows[0]?.pids.some((pid) => existsSync(`/proc/${pid}`))) await setTimeout(POLL_MS);
      // What the postmaster's ended children used: utime and stime of those waited for.
      const [pid] = (await readFile(`${server.dataDir}/postmaster.pid`, 'utf8')).split('\n');
      const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[13]) + Number(fields[14])) * MS_PER_TICK;
    },
    stop: () => server.stop(),
  };
}

/** A script of this folder. */
export function readSql(file: string): Promise<string> {
  return readFile(new URL(file, import.meta.url), 'utf8');
}

/** What a statement took: by the clock, and of the CPU, which says the same on a busy machine. */
export interface Taken {
  wallMs: number;
  cpuMs: number;
}

/** Runs something on one connection of a server on this machine, and tells what it took. */
export async function take(database: Database, work: (tx: Queryable) => Promise<unknown>): Promise<Taken> {
  return database.transaction(async (tx) => {
    const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    const cpu = async (): Promise<number> =>
      Number((await readFile(`/proc/${rows[0]?.pid}/schedstat`, 'utf8')).split(' ')[0]) / 1e6;
    const [cpuBefore, started] = [await cpu(), performance.now()];
    await work(tx);
    const wallMs = performance.now() - started;
    return { wallMs, cpuMs: (await cpu()) - cpuBefore };
  });
}
