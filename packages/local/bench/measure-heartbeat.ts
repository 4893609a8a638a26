import { figure, median } from './figure.ts';
import type { Figure } from './figure.ts';
import { runPgbench } from './pgbench.ts';
import type { Load, Rate } from './pgbench.ts';
import type { BenchServer, World } from './world.ts';

/** How to measure. */
export interface Method {
  pgbench: string;
  server: BenchServer;
  /** Times that floor and figure take turns; the median of their ratios counts. */
  turns: number;
}

/** As many as keep two cores busy through the waits for the disk. */
export const CONNECTIONS = 4;
/** Sessions of `audience.sql`. */
export const AUDIENCE = 10_000;
const HEARTBEATS_A_TURN = 6_000;
/** Counters and context a player sends after five minutes: the JSON of `packages/tracker`. */
export const COUNTERS: string = JSON.stringify({
  ...{ paused_ms: 4210, buffering_ms: 130, buffering_count: 1, seeks_forward: 1, seeks_back: 0, hidden_ms: 0 },
  ...{ muted_ms: 0, ad_ms: 0, startup_ms: 412, rate_changes: 1, caption_ms: 0, error_count: 0 },
  ...{ rewatch_after_complete_ms: 0, messages_sent: 31, furthest_position_ms: 300_000 },
});
export const CONTEXT: string = JSON.stringify({
  ...{ device_type: 'desktop', referrer_type: 'direct_link', player_version: '1.0.0', evidence: 'measured' },
});

/** Sends so many heartbeats to a world's audience, each session's next in turn. */
export async function sendHeartbeats(
  pgbench: string,
  world: World,
  {
    count = HEARTBEATS_A_TURN,
    connections = CONNECTIONS,
    isRequest = false,
  }: { count?: number; connections?: number; isRequest?: boolean } = {},
): Promise<Rate> {
  const rate = await runPgbench(pgbench, {
    ...load(world, count, connections),
    isRequest,
    script: 'heartbeat.sql',
    variables: {
      ...turnOf(connections, world.rounds),
      counters: COUNTERS,
      context: CONTEXT,
    },
  });
  world.rounds += Math.ceil(count / AUDIENCE);
  return rate;
}

function updateBarely(pgbench: string, world: World, count: number): Promise<Rate> {
  return runPgbench(pgbench, {
    ...load(world, count, CONNECTIONS),
    script: 'bare-update.sql',
    variables: turnOf(CONNECTIONS, 0),
  });
}

function load(world: World, count: number, connections: number): Omit<Load, 'script'> {
  return { url: world.url, connections, transactions: count / connections, role: 'anon' };
}

/** Variables by which connections share `all` and take them in another order each. */
export function turnOf(connections: number, rounds: number, all: number = AUDIENCE): Record<string, number> {
  const share = all / connections;
  return { clients: connections, share, i: rounds * share };
}

/** Rate against a bare update, WAL, share of in-place updates. */
export async function measureHeartbeat(
  { pgbench, server, turns, worlds }: Method & { worlds: readonly World[] },
  world: World,
): Promise<Figure[]> {
  // Every session once: what was loaded becomes warm, and its pages find their room.
  await sendHeartbeats(pgbench, world, { count: AUDIENCE });
  const ratios: number[] = [];
  const rates: number[] = [];
  const cpu = { heartbeat: [] as number[], bare: [] as number[] };
  const before = await readCounts(world);
  let sent = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    const started = await server.cpuMs(world);
    const heartbeat = await sendHeartbeats(pgbench, world);
    const between = await server.cpuMs(world);
    const bare = await updateBarely(pgbench, world, 3 * HEARTBEATS_A_TURN);
    cpu.heartbeat.push(((between - started) * 1000) / heartbeat.transactions);
    cpu.bare.push((((await server.cpuMs(world)) - between) * 1000) / bare.transactions);
    ratios.push(heartbeat.perSecond / bare.perSecond);
    rates.push(heartbeat.perSecond);
    sent += heartbeat.transactions;
  }
  const after = await readCounts(world);
  const hot = (table: keyof Counts['hot']): number =>
    (100 * (after.hot[table] - before.hot[table])) / (after.updates[table] - before.updates[table]);
  const logical = await weighHeartbeat(pgbench, world);
  await server.restart(worlds, ['wal_level=replica']);
  const replica = await weighHeartbeat(pgbench, world);
  await server.restart(worlds, []);
  return [
    figure('heartbeat against a bare update, rate', median(ratios), { atLeast: 0.35 }),
    figure('the same, by the CPU time of the server', median(cpu.bare) / median(cpu.heartbeat), {}),
    figure('heartbeats per second', median(rates), { digits: 0 }),
    figure('server CPU of a heartbeat', median(cpu.heartbeat), { digits: 0, unit: ' µs' }),
    figure('server CPU of a bare update', median(cpu.bare), { digits: 0, unit: ' µs' }),
    // Postgres logs whole rows then: the promise is for replica (docs/decisions/0109).
    figure('WAL per heartbeat, wal_level logical (Supabase)', logical, { digits: 0, unit: ' bytes' }),
    figure('WAL per heartbeat, wal_level replica', replica, { atMost: 700, digits: 0, unit: ' bytes' }),
    figure('HOT share, video_watch_sessions', hot('video_watch_sessions'), { atLeast: 99, unit: ' %' }),
    figure('HOT share, video_progress', hot('video_progress'), { atLeast: 99, unit: ' %' }),
    figure('updates of those tables per heartbeat', updatesPerHeartbeat(before, after, sent), {}),
  ];
}

/** What a server has counted. */
interface Counts {
  updates: Record<'video_watch_sessions' | 'video_progress', number>;
  hot: Record<'video_watch_sessions' | 'video_progress', number>;
}

async function readCounts({ database }: World): Promise<Counts> {
  const { rows } = await database.query<Counts>(
    `select jsonb_object_agg(relname, n_tup_upd) as updates, jsonb_object_agg(relname, n_tup_hot_upd) as hot
     from pg_stat_user_tables where relname in ('video_watch_sessions', 'video_progress')`,
  );
  return rows[0] as Counts;
}

function updatesPerHeartbeat(before: Counts, after: Counts, sent: number): number {
  const sum = ({ updates }: Counts): number => updates.video_watch_sessions + updates.video_progress;
  return (sum(after) - sum(before)) / sent;
}

/** Bytes of WAL of one heartbeat, those of events and marks of days included. */
async function weighHeartbeat(pgbench: string, world: World): Promise<number> {
  // The first after a restart bring pages in, and prune them.
  await sendHeartbeats(pgbench, world, { count: AUDIENCE });
  const before = await readWal(world);
  const { transactions } = await sendHeartbeats(pgbench, world, { count: AUDIENCE });
  return ((await readWal(world)) - before) / transactions;
}

async function readWal({ database }: World): Promise<number> {
  const { rows } = await database.query<{ bytes: string }>(`select pg_current_wal_insert_lsn() - '0/0' as bytes`);
  return Number(rows[0]?.bytes);
}
