import { parseArgs } from 'node:util';

import { startLocalBackend } from './start.ts';
import type { LocalBackend, StartOptions } from './start.ts';

const HELP = `chronos-local: a Supabase-compatible backend for development, in one process.

Usage: chronos-local [options]

  --port <number>          port on 127.0.0.1 (default 54321; 0 takes any free one)
  --data <folder>          where database and keys are kept (default .chronos)
  --database-url <url>     a running Postgres instead of the embedded one (also DATABASE_URL)
  --seed                   apply supabase/seed.sql; applying it again changes nothing
  --fresh                  move the data folder aside to <folder>.old-<time> and begin with an empty one
  --help                   this text

Stop it with Ctrl+C. The data stays in the folder.
`;

/** What the command line asked for. */
export type Command = { help: true } | { help: false; options: StartOptions };

/**
 * Reads the command line.
 *
 * @throws Error naming the argument that makes no sense.
 */
export function parseCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '54321' },
      data: { type: 'string', default: '.chronos' },
      'database-url': { type: 'string' },
      seed: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  if (values.help) return { help: true };
  const port = Number(values.port);
  if (values.port.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port ${values.port} is no port. Give a number from 0 to 65535.`);
  }
  const databaseUrl = values['database-url'] ?? environment['DATABASE_URL'] ?? '';
  return {
    help: false,
    options: {
      port,
      dataDir: values.data,
      seed: values.seed,
      fresh: values.fresh,
      ...(databaseUrl === '' ? {} : { databaseUrl }),
    },
  };
}

/** Runs the command until a signal stops it. Mistakes are told in a sentence, with exit code 1. */
export async function runCommand(args: readonly string[]): Promise<void> {
  try {
    const command = parseCommand(args, process.env);
    if (command.help) {
      process.stdout.write(HELP);
      return;
    }
    const startedAt = performance.now();
    const backend = await startLocalBackend(command.options);
    process.stdout.write(describeBackend(backend, performance.now() - startedAt));
    stopOnSignal(backend);
  } catch (error) {
    process.stderr.write(`chronos-local: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

/** What a person needs to know about the running backend. */
function describeBackend(backend: LocalBackend, tookMs: number): string {
  const { url, keys, location, isNew } = backend;
  return `chronos-local is ready after ${(tookMs / 1000).toFixed(1)} s${isNew ? ' (new database)' : ''}.

          API URL: ${url}
  Publishable key: ${keys.publishableKey}
       Secret key: ${keys.secretKey}
       JWT secret: ${keys.jwtSecret}
         Database: ${location}

Stop it with Ctrl+C. The data stays where it is.
`;
}

function stopOnSignal(backend: LocalBackend): void {
  let isStopping = false;
  const stop = (): void => {
    // Whoever presses Ctrl+C twice does not want to wait for the requests under way.
    if (isStopping) process.exit(130);
    isStopping = true;
    backend.close().then(
      () => process.exit(0),
      (error: Error) => {
        process.stderr.write(`chronos-local: ${error.message}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
