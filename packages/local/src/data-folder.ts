import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
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
  const holder = await readHolder(join(folder, 'lock'));
  if (holder !== undefined && isAlive(holder)) throw inUse(folder, holder);
  const aside = `${folder}.old-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  await rename(folder, aside);
  return aside;
}

async function takeLock(lock: string, folder: string): Promise<void> {
  const own: Holder = { pid: process.pid, startedAt: ownStart() };
  // The second turn is after removing the lock of a dead process; a third would be a race that the other has won.
  for (let turn = 0; turn < 2; turn += 1) {
    try {
      const file = await open(lock, 'wx');
      await file.writeFile(JSON.stringify(own));
      await file.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readHolder(lock);
    if (holder !== undefined && isAlive(holder)) throw inUse(folder, holder);
    await rm(lock, { force: true });
  }
  throw new Error(`The data folder ${folder} was taken by another process at the same moment. Try again.`);
}

async function readHolder(lock: string): Promise<Holder | undefined> {
  try {
    const { pid, startedAt } = JSON.parse(await readFile(lock, 'utf8')) as Partial<Holder>;
    return Number.isInteger(pid) && typeof startedAt === 'number' ? { pid: pid as number, startedAt } : undefined;
  } catch {
    // No lock, or one cut short by a crash: nobody holds the folder.
    return undefined;
  }
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

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
