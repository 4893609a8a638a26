import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The folder a backend keeps everything in. */
export interface DataFolder {
  path: string;
  /** The embedded Postgres. */
  database: string;
  keys: string;
  /** Whether it was there before. */
  isNew: boolean;
  /** Lets the next process use the folder. */
  release(): Promise<void>;
}

/** The process that holds a folder. Its start tells a recycled process number from the process itself. */
interface Holder {
  pid: number;
  startedAt: number;
}

/** Clocks and `process.uptime` agree to about this. */
const SAME_START_MS = 2_000;

/**
 * Takes the folder for this process, making it if needed.
 *
 * @throws Error when another living process holds it. The lock of one that died is taken over.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = resolve(path);
  const isNew = !(await exists(join(folder, 'database')));
  await mkdir(folder, { recursive: true });
  const lock = join(folder, 'lock');
  await takeLock(lock, folder);
  return {
    path: folder,
    database: join(folder, 'database'),
    keys: join(folder, 'keys.json'),
    isNew,
    release: () => rm(lock, { force: true }),
  };
}

/**
 * Moves a data folder aside to `<path>.old-<time>`; nothing is ever deleted.
 *
 * @returns where it is now; undefined when there was none.
 * @throws Error when it is in use, or no data folder of this program.
 */
export async function moveAside(path: string, now: Date): Promise<string | undefined> {
  const folder = resolve(path);
  if (!(await exists(folder))) return undefined;
  if (!(await exists(join(folder, 'database'))) && !(await exists(join(folder, 'keys.json')))) {
    throw new Error(
      `${folder} is not a data folder of chronos-local, so --fresh leaves it alone. Name another: --data <folder>`,
    );
  }
  refuseLiving(await readLock(join(folder, 'lock')), folder);
  const aside = `${folder}.old-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  await rename(folder, aside);
  return aside;
}

/** A lock appears whole or not at all: it is written under another name and linked to its own. */
async function takeLock(lock: string, folder: string): Promise<void> {
  const draft = `${lock}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify({ pid: process.pid, startedAt: ownStart() } satisfies Holder));
  try {
    // The second turn is after removing the lock of a dead process; a third would be a race that another has won.
    for (let turn = 0; turn < 2; turn += 1) {
      if (await linkNew(draft, lock)) return;
      await removeDead(lock, { draft, folder });
    }
    throw contested(folder);
  } finally {
    await rm(draft);
  }
}

/** One at a time, so that nobody removes what another has put in the place of a dead process's lock. */
async function removeDead(lock: string, { draft, folder }: { draft: string; folder: string }): Promise<void> {
  const removal = `${lock}.removal`;
  if (!(await linkNew(draft, removal))) {
    const remover = readHolder(await readLock(removal));
    if (remover !== undefined && !isAlive(remover)) await rm(removal, { force: true });
    throw contested(folder);
  }
  try {
    const text = await readLock(lock);
    if (text === undefined) return;
    refuseLiving(text, folder);
    await rm(lock);
  } finally {
    await rm(removal);
  }
}

/** Whether the name was free. */
async function linkNew(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readLock(lock: string): Promise<string | undefined> {
  try {
    return await readFile(lock, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Nobody, when there is no lock or it says nothing readable. */
function readHolder(text = ''): Holder | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<Holder>;
    return Number.isInteger(pid) && typeof startedAt === 'number' ? { pid: pid as number, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

function refuseLiving(text: string | undefined, folder: string): void {
  const holder = readHolder(text);
  if (holder !== undefined && isAlive(holder)) throw inUse(folder, holder);
}

function isAlive({ pid, startedAt }: Holder): boolean {
  // In a container the next process often gets the number of the last one.
  if (pid === process.pid) return Math.abs(startedAt - ownStart()) < SAME_START_MS;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function ownStart(): number {
  return Date.now() - process.uptime() * 1000;
}

function inUse(folder: string, { pid }: Holder): Error {
  return new Error(
    `The data folder ${folder} is in use by process ${pid}, and an embedded Postgres serves one process. Stop that one, or use another folder: --data <folder>. (If process ${pid} is something else, remove ${join(folder, 'lock')}.)`,
  );
}

function contested(folder: string): Error {
  return new Error(`The data folder ${folder} was taken by another process at the same moment. Try again.`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
