import { parseArgs } from 'node:util';

/** What `npm start -- ...` asked for. */
export interface DemoArguments {
  /** Of the pages. */
  readonly port: number;
  /** Of the embedded backend. */
  readonly apiPort: number;
  /** Begin with an empty database; the old one is moved aside. */
  readonly fresh: boolean;
  /** A running Postgres instead of the embedded one. */
  readonly databaseUrl: string | undefined;
}

export const HELP: string = `npm start -- [options]

  --port <number>          port of the pages (default 5173)
  --api-port <number>      port of the embedded backend (default 54321)
  --database-url <url>     a running Postgres instead of the embedded one (also DATABASE_URL)
  --fresh                  move the data folder aside and begin with an empty database
  --help                   this text
`;

/**
 * Reads the command line.
 *
 * @throws Error naming the argument that makes no sense.
 */
export function parseDemoArguments(args: readonly string[], environment: NodeJS.ProcessEnv): DemoArguments | 'help' {
  const { values } = parseArgs({
    // npm passes what stands after `--`; pnpm passes the `--` along.
    args: args.filter((argument) => argument !== '--'),
    options: {
      port: { type: 'string', default: '5173' },
      'api-port': { type: 'string', default: '54321' },
      'database-url': { type: 'string' },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  if (values.help) return 'help';
  return {
    port: parsePort('--port', values.port),
    apiPort: parsePort('--api-port', values['api-port']),
    fresh: values.fresh,
    databaseUrl: values['database-url'] || environment['DATABASE_URL'] || undefined,
  };
}

function parsePort(flag: string, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new Error(`${flag} ${text} is no port. Give a number from 1 to 65535.`);
}
