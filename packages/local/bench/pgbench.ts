import { execFile } from 'node:child_process';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What one run of pgbench says. */
export interface Rate {
  transactions: number;
  perSecond: number;
  /** Mean time of one transaction as its client saw it. */
  latencyMs: number;
}

/** One script, sent by some connections at once, each as fast as it is answered. */
export interface Load {
  url: string;
  /** A file beside this one. */
  script: string;
  connections: number;
  /** Transactions of each connection. */
  transactions: number;
  /** Variables of the script. Texts travel as parameters, as PostgREST sends them. */
  variables?: Record<string, string | number>;
  /** Role of the connections; default their own. */
  role?: string;
  /** Around the statement what PostgREST puts around it: see {@link asRequest}. */
  isRequest?: boolean;
}

const run = promisify(execFile);

/** Debian's client tools, newest first where several are installed; then whatever the path holds. */
export async function findPgbench(): Promise<string | undefined> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const installed = versions.toSorted((a, b) => Number(b) - Number(a)).map((v) => `/usr/lib/postgresql/${v}/bin`);
  for (const folder of [...installed, ...(process.env['PATH'] ?? '').split(':')]) {
    const file = join(folder, 'pgbench');
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return undefined;
}

/** Runs one load to its end: statements prepared once, a transaction each. */
export async function runPgbench(pgbench: string, load: Load): Promise<Rate> {
  const { url, script, connections, transactions, variables = {}, role, isRequest = false } = load;
  const text = await readFile(new URL(script, import.meta.url), 'utf8');
  const child = run(
    pgbench,
    [
      ...['--no-vacuum', '--protocol=prepared', `--client=${connections}`, `--transactions=${transactions}`],
      ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
      ...['-f', '-', url],
    ],
    { env: { ...process.env, ...(role === undefined ? {} : { PGOPTIONS: `-c role=${role}` }) } },
  );
  child.child.stdin?.end(isRequest ? asRequest(text) : text);
  const { stdout } = await child;
  return {
    transactions: connections * transactions,
    perSecond: Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]),
    latencyMs: Number(/^latency average = ([\d.]+) ms/m.exec(stdout)?.[1]),
  };
}

/** What PostgREST sends for one call: a transaction, the caller's role, claims and headers, the hook before, the call. */
function asRequest(script: string): string {
  const call = script.search(/^select /m);
  return `${script.slice(0, call)}begin;
select set_config('search_path', '"public", "extensions"', true), set_config('role', 'anon', true),
  set_config('request.jwt.claims', '{"role": "anon"}', true), set_config('request.method', 'POST', true),
  set_config('request.path', '/rpc/update_watch_session', true), set_config('request.cookies', '{}', true),
  set_config('request.headers', '{"host": "x.supabase.co", "content-type": "application/json"}', true);
select public.check_request();
${script.slice(call)}commit;
`;
}
