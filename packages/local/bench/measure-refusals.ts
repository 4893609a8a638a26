import { figure } from './figure.ts';
import type { Figure } from './figure.ts';
import { readSql } from './world.ts';
import type { World } from './world.ts';

const CALLS = 1_000;

/** How far the times of the ways to be refused lie apart, per RPC (torture list 21). */
export async function measureRefusals({ database }: World): Promise<Figure[]> {
  await database.exec(await readSql('refusals.sql'));
  const { rows } = await database.transaction(async (tx) => {
    await tx.exec('set local role authenticated; select bench.be_student(2)');
    return tx.query<{ rpc: string; kind: string; median_us: number }>(
      'select rpc, kind, median_us::float8 from bench.time_refusals($1)',
      [CALLS],
    );
  });
  return ['start', 'update'].map((rpc) => {
    const taken = rows.filter((row) => row.rpc === rpc).toSorted((a, b) => a.median_us - b.median_us);
    const [fastest, slowest] = [taken[0], taken.at(-1)];
    if (fastest === undefined || slowest === undefined) throw new Error(`No refusals of ${rpc} were timed.`);
    const spread = 100 * (slowest.median_us / fastest.median_us - 1);
    const told = taken.map(({ kind, median_us: us }) => `${kind} ${us.toFixed(0)} µs`).join(', ');
    return figure(`refusals of ${rpc}_watch_session, spread of medians (${told})`, spread, {
      ...{ atMost: 10, digits: 0, unit: ' %' },
    });
  });
}
