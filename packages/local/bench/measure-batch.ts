import { figure, median } from './figure.ts';
import type { Figure } from './figure.ts';
import { AUDIENCE, CONNECTIONS, CONTEXT, COUNTERS, sendHeartbeats, turnOf } from './measure-heartbeat.ts';
import type { Method } from './measure-heartbeat.ts';
import { runPgbench } from './pgbench.ts';
import { readSql } from './world.ts';
import type { World } from './world.ts';

const BATCH = 20;

/** Heartbeats per second when twenty travel in one call, against one each. */
export async function measureBatch({ pgbench, turns }: Method, world: World): Promise<Figure[]> {
  const makeBatches = await readSql('make-batches.sql');
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const single = await sendHeartbeats(pgbench, world);
    await world.database.query(makeBatches, [world.rounds, COUNTERS, CONTEXT]);
    world.rounds += 1;
    const batches = await runPgbench(pgbench, {
      url: world.url,
      script: 'batch.sql',
      connections: CONNECTIONS,
      transactions: AUDIENCE / BATCH / CONNECTIONS,
      variables: turnOf(CONNECTIONS, 0, AUDIENCE / BATCH),
      role: 'anon',
    });
    rates.push(batches.perSecond * BATCH);
    ratios.push((batches.perSecond * BATCH) / single.perSecond);
  }
  return [
    figure('batch of 20 against single calls, heartbeats per second', median(ratios), { atLeast: 4, unit: ' x' }),
    figure('heartbeats per second in batches', median(rates), { digits: 0 }),
  ];
}
