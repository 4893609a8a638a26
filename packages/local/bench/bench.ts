import { parseArgs } from 'node:util';

import { whyNoPostgres } from '../testing/test-database.ts';
import { toTable } from './figure.ts';
import type { Figure } from './figure.ts';
import { measureBatch } from './measure-batch.ts';
import { measureHeartbeat } from './measure-heartbeat.ts';
import { measureRefusals } from './measure-refusals.ts';
import { findPgbench } from './pgbench.ts';
import { startBenchServer } from './world.ts';

const NO_PGBENCH = 'pgbench is missing (Debian: apt-get install postgresql)';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '9' },
    only: { type: 'string' },
  },
});

const pgbench = await findPgbench();
const reason = (await whyNoPostgres()) ?? (pgbench === undefined ? NO_PGBENCH : undefined);
if (pgbench === undefined || reason !== undefined) {
  say(`nothing was measured: ${reason}`);
  process.exit(1);
}
const server = await startBenchServer();
try {
  const method = { pgbench, server, turns: Number(values.turns) };
  say('opening 10,000 sessions');
  const small = await server.makeWorld('small');
  await server.beginMeasuring([small]);
  const measures: Record<string, () => Promise<Figure[]>> = {
    heartbeat: () => measureHeartbeat(method, small),
    batch: () => measureBatch(method, small),
    refusals: () => measureRefusals(small),
  };
  const figures: Figure[] = [];
  for (const [name, measure] of Object.entries(measures)) {
    if (values.only !== undefined && values.only !== name) continue;
    say(name);
    figures.push(...(await measure()));
  }
  process.stdout.write(`\n${toTable(figures)}\n`);
} finally {
  await server.stop();
}

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
