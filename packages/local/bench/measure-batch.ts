import { figure, median } from './figure.ts';
import type { Figure } from './figure.ts';
import { AUDIENCE, CONNECTIONS, CONTEXT, COUNTERS, sendHeartbeats, turnOf } from './measure-heartbeat.ts';
import type { Method } from './measure-heartbeat.ts';
import { runPgbench } from './pgbench.ts';
import { readSql } from './world.ts';
import type { World } from './world.ts';

const BATCH = 20;

/**
 * Heartbeats per second when twenty travel in one call, against one each. Both as PostgREST sends a call: what a batch saves is
 * nineteen requests, each with a transaction, a role, claims and the hook of its own. The bare calls are shown beside it.
 */
export async function measureBatch(method: Method, world: World): Promise<Figure[]> {
  const requests = await compare(method, world, true);
  const calls = await compare(method, world, false);
  return [
    figure('batch of 20 against single calls, as requests, heartbeats per second', median(requests.ratios), {
      atLeast: 4,
      unit: ' x',
    }),
    figure('the same, as bare calls', median(calls.ratios), { unit: ' x' }),
    figure('heartbeats per second in batches, as requests', median(requests.rates), { digits: 0 }),
  ];
}

async function compare(
  { pgbench, turns }: Method,
  world: World,
  isRequest: boolean,
): Promise<{ ratios: number[]; rates: number[] }> {
  const makeBatches = await readSql('make-batches.sql');
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const single = await sendHeartbeats(pgbench, world, { isRequest });
    await world.database.query(makeBatches, [world.rounds, COUNTERS, CONTEXT]);
    world.rounds += 1;
    const batches = await runPgbench(pgbench, {
      url: world.url,
      script: 'batch.sql',
      connections: CONNECTIONS,
      transactions: AUDIENCE / BATCH / CONNECTIONS,
      variables: turnOf(CONNECTIONS, 0, AUDIENCE / BATCH),
      role: 'anon',
      isRequest,
    });
    rates.push(batches.perSecond * BATCH);
    ratios.push((batches.perSecond * BATCH) / single.perSecond);
  }
  return { ratios, rates };
}
