import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id } from './watch-messages.ts';
import { watch } from './watch.ts';

/** The other jobs among writers. More seconds find more: CI sets CHRONOS_RACE_SECONDS. */
const SECONDS = Number(process.env['CHRONOS_RACE_SECONDS'] ?? 10);
const reason = await whyNoPostgres();
if (reason !== undefined) console.warn(`The races of jobs are not tested: ${reason}.`);

let database: TestDatabase;
const clients: Client[] = [];

/** A connection of its own, as every client of the API has one. */
async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  clients.push(client);
  return client;
}

async function number(sql: string): Promise<number> {
  const { rows } = await database.query<{ number: string }>(`select ${sql} as number`);
  return Number(rows[0]?.number);
}

describe.skipIf(reason !== undefined)('jobs among writers', { timeout: 60_000 + SECONDS * 1000 }, () => {
  beforeAll(async () => {
    database = await openTestDatabase({ engine: 'postgres' });
    await database.exec(`
      insert into auth.users (id) values ('${id('e', 1)}');
      insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'Creator');
      insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
      values ('${id('f', 1)}', '${id('c', 1)}', 'Video', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline');
    `);
  }, 60_000);
  afterAll(() => database.close(), 60_000);
  // Whatever a test left open would keep the next one waiting.
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end();
  });
  beforeEach(() =>
    database.exec('truncate public.video_watch_sessions, public.video_progress, public.video_analytics_events'),
  );

  it('never closes a session that a late message is just reviving', async () => {
    await watch(database, { session: 1, seconds: 10 });
    await watch(database, { session: 2, seconds: 10 });
    await database.exec(`
      update public.video_watch_sessions set first_contact_at = first_contact_at - interval '1 h', last_seen_at = last_seen_at - interval '1 h';
    `);
    const late = await connect();
    await late.query('begin');
    await watch(late, { session: 1, seconds: 20 });
    expect(await number('private.close_stale_watch_sessions()')).toBe(1);
    await late.query('commit');
    const { rows } = await database.query(
      `select right(id::text, 1) as session, close_reason from public.video_watch_sessions order by 1`,
    );
    expect(rows).toEqual([
      { session: '1', close_reason: null },
      { session: '2', close_reason: 'stale' },
    ]);
    // And the other way round: what was closed comes back to life.
    await watch(database, { session: 2, seconds: 20 });
    expect(await number('(select count(*) from public.video_watch_sessions where session_end is null)')).toBe(2);
  });

  it('sweeps while messages come, and no message is lost', async () => {
    const end = Date.now() + SECONDS * 200;
    const senders = await Promise.all(Array.from({ length: 4 }, connect));
    for (let session = 0; session < 4; session += 1) await watch(database, { session, seconds: 1 });
    const sweeps = (async () => {
      while (Date.now() < end) {
        await database.exec(`
          update public.video_watch_sessions set first_contact_at = first_contact_at - interval '1 h', last_seen_at = last_seen_at - interval '1 h';
        `);
        await number('private.close_stale_watch_sessions()');
      }
    })();
    const sent = await Promise.all(
      senders.map(async (client, session) => {
        let seconds = 1;
        while (Date.now() < end) await watch(client, { session, seconds: (seconds += 1) });
        return seconds;
      }),
    );
    await sweeps;
    const { rows } = await database.query(`select seq from public.video_watch_sessions order by id`);
    expect(rows).toEqual(sent.map((seq) => ({ seq })));
  });

  it('makes partitions only when nobody has to wait for it, and gives up otherwise until the next run', async () => {
    const reader = await connect();
    await reader.query('begin');
    await reader.query('select count(*) from public.video_analytics_events');
    expect(await number('private.ensure_event_partitions(9)')).toBe(0);
    await reader.query('commit');
    expect(await number('private.ensure_event_partitions(9)')).toBe(6);
  });

  it('makes partitions while events of their months arrive, and loses none', async () => {
    const writers = await Promise.all(Array.from({ length: 4 }, connect));
    const sent = writers.map(async (client) => {
      const EVENTS = 300;
      for (let event = 0; event < EVENTS; event += 1) {
        await client.query(`
          insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id)
          values ('${id('f', 1)}', now() + interval '18 months' + random() * interval '6 months', 'video_started', '${id('c', 1)}')
        `);
      }
      return EVENTS;
    });
    // Twice at once, and again until all are there.
    for (let made = 0; made < 15;) {
      const runs = await Promise.all([
        number('private.ensure_event_partitions(24)'),
        number('private.ensure_event_partitions(24)'),
      ]);
      made += runs[0] + runs[1];
    }
    const counts = await Promise.all(sent);
    const events = counts.reduce((sum, count) => sum + count, 0);
    expect(await number('(select count(*) from public.video_analytics_events)')).toBe(events);
    expect(await number('(select count(*) from partitions.video_analytics_events_default)')).toBe(0);
  });
});
