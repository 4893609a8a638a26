import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { whyNoPostgres } from '../testing/test-database.ts';
import { toTable } from './figure.ts';
import type { Figure } from './figure.ts';
import { loadSessions } from './load-sessions.ts';
import { describeMachine } from './machine.ts';
import { measureBatch } from './measure-batch.ts';
import { measureHeartbeat } from './measure-heartbeat.ts';
import { measureLatency } from './measure-latency.ts';
import { measureRefusals } from './measure-refusals.ts';
import { measureRetention } from './measure-retention.ts';
import { measureRollup } from './measure-rollup.ts';
import { findPgbench } from './pgbench.ts';
import { startBenchServer } from './world.ts';
import type { World } from './world.ts';

const HELP = `npm run bench -- [--sessions 100k] [--only heartbeat,batch,...] [--turns 5] [--write docs/performance.md]

  --sessions  how many there are in the large database: 10k, 1m, 5m, 10m ... (default 100k)
  --only      some of: heartbeat, batch, refusals, latency, rollup, retention
  --turns     times that a measurement and its floor take turns (default 5)
  --write     puts machine and table into a Markdown file, between its marks <!-- bench --> and <!-- /bench -->
`;
const NO_PGBENCH = 'pgbench is missing (Debian: apt-get install postgresql)';
const RETENTION_SESSIONS = 100_000;

const { values: options } = parseArgs({
  options: {
    sessions: { type: 'string', default: '100k' },
    only: { type: 'string', default: 'heartbeat,batch,refusals,latency,rollup,retention' },
    turns: { type: 'string', default: '5' },
    write: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const pgbench = await findPgbench();
const reason = (await whyNoPostgres()) ?? (pgbench === undefined ? NO_PGBENCH : undefined);
if (pgbench === undefined || reason !== undefined) {
  say(`nothing was measured: ${reason}`);
  process.exit(1);
}

const wanted = new Set(options.only.split(','));
const server = await startBenchServer();
try {
  const method = { pgbench, server, turns: Number(options.turns) };
  const figures: Figure[] = [];
  const measure = async (name: string, work: () => Promise<Figure[]>): Promise<void> => {
    if (!wanted.has(name)) return;
    say(`measuring ${name}`);
    figures.push(...(await work()));
  };
  const small = await load('small', 0);
  const large = wanted.has('latency') || wanted.has('rollup') ? await load('large', toNumber(options.sessions)) : small;
  const single = wanted.has('retention') ? await load('single', RETENTION_SESSIONS, 1) : small;
  const all = [...new Set([small, large, single])];
  await server.beginMeasuring(all);
  await measure('heartbeat', () => measureHeartbeat({ ...method, worlds: all }, small));
  await measure('batch', () => measureBatch(method, small));
  await measure('refusals', () => measureRefusals(small));
  await measure('latency', () => measureLatency(method, small, large));
  await measure('rollup', () => measureRollup(large));
  await measure('retention', () => measureRetention(single));
  const report = `${await describeMachine(small.database)}\n\n${toTable(figures)}\n`;
  process.stdout.write(`\n${report}`);
  if (options.write !== undefined) await putInto(options.write, report);
} finally {
  await server.stop();
}

function load(name: string, sessions: number, videos?: number): Promise<World> {
  say(`loading ${name}: ${sessions.toLocaleString('en')} sessions and 10,000 in progress`);
  return server.makeWorld(name, async (database) => {
    if (sessions > 0) await loadSessions(database, { seed: name, sessions, ...(videos && { videos }) });
  });
}

function toNumber(size: string): number {
  const [, digits, unit = ''] = /^(\d+)([km]?)$/.exec(size.toLowerCase()) ?? [];
  if (digits === undefined) throw new RangeError(`--sessions ${size} is no size: write 10k, 1m or a number.`);
  return Number(digits) * { '': 1, k: 1_000, m: 1_000_000 }[unit as '' | 'k' | 'm'];
}

async function putInto(path: string, report: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/(<!-- bench -->\n).*(<!-- \/bench -->)/s, `$1\n${report}\n$2`));
}

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
