import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id, send } from './watch-messages.ts';

const TABLES = ['video_watch_sessions', 'video_progress'];
const SESSIONS = 20;
const HEARTBEATS = 50;

const noPostgres = await whyNoPostgres();
if (noPostgres !== undefined) console.warn(`Nothing about updates in place: ${noPostgres}.`);

describe.skipIf(noPostgres !== undefined)('a heartbeat', { timeout: 120_000 }, () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openTestDatabase({ engine: 'postgres' });
    await database.exec(`
      insert into auth.users (id) values ('${id('e', 1)}');
      insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'C');
      insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
      values ('${id('f', 1)}', '${id('c', 1)}', 'V', 'upload', '/v.mp4', 'ready', 'public', 3600000, 'pipeline')`);
  }, 60_000);
  afterEach(() => database.close());

  it('rewrites its rows in place: no index learns of it', async () => {
    for (const [table, share] of await hotShares()) expect([table, share >= 0.99]).toEqual([table, true]);
  });

  it('would not with an index on what it changes: hence none on last_seen_at', async () => {
    await database.exec('create index on public.video_watch_sessions (last_seen_at)');
    expect(Object.fromEntries(await hotShares())['video_watch_sessions']).toBeLessThan(0.01);
  });

  /** Plays some sessions side by side; answers the share of their updates that were made in place, by table. */
  async function hotShares(): Promise<[string, number][]> {
    for (let session = 0; session < SESSIONS; session++) await beat(session, 0);
    const before = await readStatistics();
    for (let seq = 1; seq <= HEARTBEATS; seq++) {
      for (let session = 0; session < SESSIONS; session++) await beat(session, seq);
    }
    const after = await readStatistics();
    return TABLES.map((table) => {
      const updates = after[table]!.updates - before[table]!.updates;
      expect(updates).toBeGreaterThanOrEqual(SESSIONS * HEARTBEATS);
      return [table, (after[table]!.hot - before[table]!.hot) / updates];
    });
  }

  async function beat(session: number, seq: number): Promise<void> {
    const ms = seq * 10_000;
    await send(database, {
      message: {
        ...{ kind: seq === 0 ? 'start' : 'update', session, seq, ageMs: ms, watchMs: ms, contentMs: ms },
        ...{ watched: ms === 0 ? [] : [[0, ms]], rewatched: [], positionMs: ms, durationMs: 3_600_000 },
        ...{ counters: {}, context: {}, arrivesMs: ms + 50 * (session % 7) },
      },
      video: id('f', 1),
      anonymous: id('b', session),
    });
  }

  async function readStatistics(): Promise<Record<string, { updates: number; hot: number }>> {
    const read = async (): Promise<Record<string, { updates: number; hot: number }>> => {
      await database.query('select pg_stat_force_next_flush()');
      const { rows } = await database.query<{ relname: string; updates: number; hot: number }>(
        `select relname, n_tup_upd::integer as updates, n_tup_hot_upd::integer as hot from pg_stat_all_tables
         where schemaname = 'public' and relname = any ($1)`,
        [TABLES],
      );
      return Object.fromEntries(rows.map(({ relname, ...counts }) => [relname, counts]));
    };
    // Each connection of the pool hands in its own counts when it is asked to and then idles.
    await read();
    return read();
  }
});
