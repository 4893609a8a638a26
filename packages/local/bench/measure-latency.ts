import { figure, median } from './figure.ts';
import type { Figure } from './figure.ts';
import { AUDIENCE, sendHeartbeats } from './measure-heartbeat.ts';
import type { Method } from './measure-heartbeat.ts';
import type { World } from './world.ts';

/** A heartbeat among many sessions against one among 10,000: both servers' worth of data on one server, in turns. */
export async function measureLatency({ pgbench, turns }: Method, small: World, large: World): Promise<Figure[]> {
  for (const world of [small, large]) await sendHeartbeats(pgbench, world, { count: AUDIENCE });
  const ratios: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const few = await sendHeartbeats(pgbench, small);
    const many = await sendHeartbeats(pgbench, large);
    ratios.push(many.latencyMs / few.latencyMs);
  }
  const { rows } = await large.database.query<{ sessions: number; bytes: number }>(
    `select count(*)::float8 as sessions, pg_database_size(current_database())::float8 as bytes from public.video_watch_sessions`,
  );
  const { sessions = Number.NaN, bytes = Number.NaN } = rows[0] ?? {};
  return [
    figure(`heartbeat latency with ${(sessions / 1e6).toFixed(2)} M sessions against 10,000`, median(ratios), {
      ...{ atMost: 1.3, unit: ' x' },
    }),
    figure('size of that database', bytes / 1e9, { digits: 1, unit: ' GB' }),
  ];
}
