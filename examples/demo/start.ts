// What `npm start` runs: the embedded backend with seed data, and the demo's pages in front of it.
import { startLocalBackend, type LocalBackend } from '@chronos-player/local';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HELP, parseDemoArguments, type DemoArguments } from './server/demo-arguments.ts';
import { describePages, openPages, type Pages } from './server/pages.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const JOBS_EVERY_MS = 10_000;
const SAME_SIGNAL_MS = 500;

try {
  const command = parseDemoArguments(process.argv.slice(2), process.env);
  if (command === 'help') process.stdout.write(HELP);
  else await start(command);
} catch (error) {
  process.stderr.write(`chronos: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function start(options: DemoArguments): Promise<void> {
  const { port, apiPort, databaseUrl, fresh } = options;
  const startedAt = performance.now();
  // The pages' port first: a taken one is told before a database is made.
  const pages = await openPages(port);
  try {
    const backend = await startLocalBackend({
      port: apiPort,
      dataDir: join(ROOT, '.chronos'),
      seed: true,
      // The rollup takes whole minutes that are over; asked more often, its figures are at most a minute old.
      jobsEveryMs: JOBS_EVERY_MS,
      fresh,
      ...(databaseUrl && { databaseUrl }),
      log: (line) => process.stdout.write(`chronos: ${line}\n`),
    });
    stopOnSignal(pages, backend);
    pages.serve(backend);
    process.stdout.write(describePages(pages.url, backend, performance.now() - startedAt));
  } catch (error) {
    await pages.close();
    throw new Error(inOurWords((error as Error).message, apiPort), { cause: error });
  }
}

/** The backend's sentences name its own flags; these are the demo's. */
function inOurWords(message: string, apiPort: number): string {
  return message
    .replace(/another port: --port \d+/, `another port: npm start -- --api-port ${apiPort + 1}`)
    .replace('--fresh', 'npm start -- --fresh')
    .replace(', or use another folder: --data <folder>', '')
    .replace('Start with another data folder (or an empty database), or go back', 'Go back');
}

function stopOnSignal(pages: Pages, backend: LocalBackend): void {
  let stoppingSince: number | undefined;
  const stop = async (): Promise<void> => {
    if (stoppingSince !== undefined) {
      // One Ctrl+C arrives twice: from the terminal, and passed on by npm. A later one is an impatient person's.
      if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(130);
      return;
    }
    stoppingSince = performance.now();
    await pages.close();
    await backend.close();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
}
