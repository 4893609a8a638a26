import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLocalBackend, type Database } from '@chronos-player/local';
import { openTestDatabase } from '../../../packages/local/testing/test-database.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { createRandomFaults, type FaultRates } from './random-faults.ts';
import { createDice } from './seeded-dice.ts';
import { compareWithTruth, type Comparison } from './soak-comparison.ts';
import { SoakViewer } from './soak-viewer.ts';

/** How much of it. */
export interface SoakOptions {
  readonly viewers: number;
  /** Real time during which they watch. */
  readonly seconds: number;
  /** Their time runs so much faster than ours. 1: as in life. */
  readonly speed: number;
  readonly seed: number;
  readonly rates: FaultRates;
  /** Somewhere in the middle nothing can be reached at all for so long. */
  readonly outageSeconds: number;
  readonly log: (line: string) => void;
}

/** What came out of it. */
export interface SoakReport extends Comparison {
  readonly requests: number;
  /** Requests by what was done to them; `none`: nothing. */
  readonly met: Readonly<Record<string, number>>;
  /** What the viewers' pages were told of trouble, by code. */
  readonly errors: Readonly<Record<string, number>>;
  /** How long the database (with its HTTP server) took for a request, ms. */
  readonly databaseMs: { readonly p50: number; readonly p95: number; readonly max: number };
  /** Real seconds until the last viewer who came back had delivered everything. */
  readonly deliveredAfterSeconds: number;
}

const VIDEOS = 20;
const DURATION_SECONDS = 120;
/** Viewers do not all move in the same moment. */
const GROUPS = 20;
const TURN_MS = 50;
/** Whoever has not delivered by then never will. */
const LONGEST_DELIVERY_MS = 180_000;

/** Viewers watch through a bad network on a real Postgres 17, come back once, and the database is compared with the truth. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { viewers: count, seconds, seed, rates, outageSeconds, log } = options;
  const database = await openTestDatabase({ engine: 'postgres' });
  const { url: databaseUrl = '' } = database;
  const backend = await startLocalBackend({ port: 0, databaseUrl, jobsEveryMs: 0, log });
  const faults = await startFaultProxy(backend.url);
  try {
    const dice = createDice(seed);
    const errors: Record<string, number> = {};
    const videoIds = await addVideos(database);
    const viewers = Array.from({ length: count }, (_, index) => {
      const address = `203.0.${index >> 8}.${index & 255}`;
      const onError = (code: string): void => void (errors[code] = (errors[code] ?? 0) + 1);
      const endpoint = { supabaseUrl: faults.url, supabaseKey: backend.publishableKey };
      const own = { dice: createDice(seed + 1 + index), address, onError };
      return new SoakViewer({ ...endpoint, ...own, videoIds, durationSeconds: DURATION_SECONDS });
    });
    const inTurn = createTurns(viewers, options.speed);
    // They do not all come in the same second, nor come back in it.
    const comeOneByOne = Math.min(30, seconds / 4);
    faults.choose = createRandomFaults(rates, dice, (ms) => sleep(ms));
    await inTurn(seconds / 2, comeOneByOne);
    if (outageSeconds > 0) {
      log(`${outageSeconds} s without any connection`);
      await faults.refuse();
      await inTurn(outageSeconds);
      await faults.accept();
    }
    await inTurn(seconds / 2);
    log('all leave, and come back to deliver');
    faults.choose = () => undefined;
    for (const [index, viewer] of viewers.entries()) {
      viewer.comeBackToDeliver();
      if (index % GROUPS === 0) await inTurn((comeOneByOne * GROUPS) / count);
    }
    const deliveredAfterSeconds = await untilDelivered(viewers, inTurn);
    await faults.settle();
    const comparison = await compareWithTruth(database, viewers);
    return { ...comparison, ...describeTraffic(faults), errors, deliveredAfterSeconds };
  } finally {
    await faults.close();
    await backend.close();
    await database.close();
  }
}

async function addVideos(database: Database): Promise<readonly string[]> {
  const ids = Array.from({ length: VIDEOS }, () => randomUUID());
  await database.query(
    `with creator_user as (insert into auth.users (id) values (gen_random_uuid()) returning id),
     creator as (insert into public.creators (user_id, name) select id, 'Ada' from creator_user returning id)
     insert into public.videos (id, creator_id, title, source_type, url, duration_ms, duration_source, status, access)
     select video, creator.id, 'Soak', 'upload', 'https://example.com/soak.mp4', $2, 'pipeline', 'ready', 'public'
     from creator, unnest($1::uuid[]) as video`,
    [ids, DURATION_SECONDS * 1000],
  );
  return ids;
}

/** Lets time pass; the first viewer is there at once, the last one after `arrivalSeconds`. */
type InTurn = (seconds: number, arrivalSeconds?: number) => Promise<void>;

/** Lets everybody's time pass along with ours, group after group. */
function createTurns(viewers: readonly SoakViewer[], speed: number): InTurn {
  const lastAt = new Map<SoakViewer, number>();
  let group = 0;
  return async (seconds, arrivalSeconds = 0) => {
    const startedAt = performance.now();
    const until = startedAt + seconds * 1000;
    const isHere = (index: number): boolean =>
      (performance.now() - startedAt) * viewers.length >= index * arrivalSeconds * 1000;
    while (performance.now() < until) {
      group = (group + 1) % GROUPS;
      for (const viewer of viewers.filter((_, index) => index % GROUPS === group && isHere(index))) {
        const now = performance.now();
        viewer.advance((now - (lastAt.get(viewer) ?? now)) * speed);
        lastAt.set(viewer, now);
      }
      await sleep(TURN_MS);
    }
  };
}

async function untilDelivered(viewers: readonly SoakViewer[], inTurn: InTurn): Promise<number> {
  const startedAt = performance.now();
  while (!viewers.every(({ isDelivered }) => isDelivered)) {
    if (performance.now() - startedAt > LONGEST_DELIVERY_MS) break;
    await inTurn(1);
  }
  return (performance.now() - startedAt) / 1000;
}

function describeTraffic({ requests }: FaultProxy): Pick<SoakReport, 'requests' | 'met' | 'databaseMs'> {
  const met: Record<string, number> = {};
  for (const { fault = 'none' } of requests) met[fault] = (met[fault] ?? 0) + 1;
  const took = requests.flatMap(({ databaseMs }) => databaseMs ?? []).toSorted((a, b) => a - b);
  const at = (share: number): number => took[Math.min(took.length - 1, Math.floor(share * took.length))] ?? NaN;
  return { requests: requests.length, met, databaseMs: { p50: at(0.5), p95: at(0.95), max: at(1) } };
}
