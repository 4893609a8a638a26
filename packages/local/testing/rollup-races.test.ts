import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id } from './watch-messages.ts';
import { watch } from './watch.ts';

/** The rollup among writers. More seconds find more: CI sets CHRONOS_RACE_SECONDS. */
const SECONDS = Number(process.env['CHRONOS_RACE_SECONDS'] ?? 10);
const WRITERS = 12;
const VIDEOS = [id('f', 1), id('f', 2), id('f', 3)] as const;
const ZONES = ['UTC', 'Asia/Kolkata', 'America/New_York'];
/** Later than every minute a test can mark, so that only running transactions hold the rollup back. */
const LATER = `now() + interval '10 min'`;
const reason = await whyNoPostgres();
if (reason !== undefined) console.warn(`The rollup's races are not tested: ${reason}.`);

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

const rollUp = (now = LATER): Promise<number> => number(`private.roll_up_marked_days(0, ${now})`);
const marks = (): Promise<number> => number('(select count(*) from private.video_analytics_dirty_days)');

/** All figures, as text to compare. */
async function figures(): Promise<unknown[]> {
  const { rows } = await database.query(
    `select video_id, date::text, private.figures(analytics) as figures from public.video_analytics as analytics order by 1, 2`,
  );
  return rows;
}

/** What is published must be what everything computed again from nothing says. */
async function expectEqualsRebuild(): Promise<void> {
  const published = await figures();
  expect(published).not.toEqual([]);
  await database.exec('delete from public.video_analytics');
  await number('private.rebuild_video_analytics(null, null)');
  expect(published).toEqual(await figures());
  expect(await number('(select count(*) from public.job_failures)')).toBe(0);
}

describe.skipIf(reason !== undefined)('the rollup among writers', { timeout: 60_000 + SECONDS * 2000 }, () => {
  beforeAll(async () => {
    database = await openTestDatabase({ engine: 'postgres' });
    await database.exec(`
      insert into auth.users (id) values ('${id('e', 1)}');
      insert into public.creators (id, user_id, name) values ('${id('c', 1)}', '${id('e', 1)}', 'Creator');
      insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
      select video::uuid, '${id('c', 1)}', 'Video', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline'
      from unnest(array['${VIDEOS.join("','")}']) as video;
    `);
  }, 60_000);
  afterAll(() => database.close(), 60_000);
  // Whatever a test left open would keep the next one waiting.
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end();
  });
  beforeEach(() =>
    database.exec(`
      truncate public.video_watch_sessions, public.video_progress, public.video_analytics_events, public.video_analytics,
        public.video_analytics_revisions, private.video_analytics_dirty_days, public.job_failures;
      update public.creators set time_zone = 'UTC';
      truncate private.video_analytics_dirty_days;
    `),
  );

  it.each([
    ['two rollups', false],
    ['two rollups, rebuilds and moving time zones', true],
  ])('ends with what a rebuild says, after many writers and %s on the same days', async (_, isTravelling) => {
    const end = Date.now() + SECONDS * 1000;
    let written = 0;
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      const client = await connect();
      for (let round = 0; Date.now() < end; round += 1) {
        // Ten sessions each, some of which another writer writes too; opened up to a day ago, over two midnights.
        const session = (writer % 8) * 10 + (round % 10);
        const at = { session, seconds: (round * 7) % 100, agoSeconds: ((session * 37) % 100) * 864 };
        await client.query('begin');
        await watch(client, { ...at, video: VIDEOS[session % 3] as string, viewer: session % 20 });
        await client.query(round % 50 === 49 ? 'rollback' : 'commit');
        written += 1;
      }
    });
    const rollups = Array.from({ length: 2 }, async () => {
      const client = await connect();
      // By the clock, never ahead of it: a mark of the present minute speaks for messages still to come.
      while (Date.now() < end) await client.query('select private.roll_up_marked_days(0)');
    });
    const until = isTravelling ? end : 0;
    const travels = (async () => {
      for (let trip = 0; Date.now() < until; trip += 1) {
        await database.query('update public.creators set time_zone = $1', [ZONES[trip % 3]]);
        await number('private.rebuild_video_analytics(null, null)');
        await number('private.roll_up_recent_days(3)');
      }
    })();
    await Promise.all([...writers, ...rollups, travels]);
    expect(written).toBeGreaterThan(WRITERS);
    await rollUp();
    await rollUp(`now() + interval '20 min'`);
    expect(await marks()).toBe(0);
    await expectEqualsRebuild();
  });

  it('keeps a mark while a transaction that began in its minute is open, however long', async () => {
    const slow = await connect();
    await slow.query('begin');
    await slow.query('select 1');
    await watch(database, { session: 1, seconds: 10 });
    expect(await rollUp()).toBe(1);
    expect(await marks()).toBe(1);
    // It finds the session marked in its own minute and marks nothing itself.
    await watch(slow, { session: 1, seconds: 20 });
    expect(await rollUp()).toBe(0);
    await slow.query('commit');
    expect(await rollUp()).toBe(1);
    expect(await number('(select total_watch_time_seconds from public.video_analytics)')).toBe(20);
    expect(await marks()).toBe(0);
  });

  it('takes marks away from nobody whose start it may not see', async () => {
    await watch(database, { session: 1, seconds: 10 });
    await database.exec(`
      create role plain_owner; grant usage on schema private to plain_owner;
      grant execute on function private.oldest_transaction_start() to plain_owner;
    `);
    const oldest = (): Promise<string | null> =>
      database.transaction(async (tx) => {
        await tx.exec('set local role plain_owner');
        const { rows } = await tx.query<{ oldest: string | null }>(
          'select private.oldest_transaction_start()::text as oldest',
        );
        return rows[0]?.oldest ?? null;
      });
    const slow = await connect();
    try {
      await slow.query('begin; select 1');
      expect(await oldest()).toBe('-infinity');
      await slow.query('commit');
      expect(await oldest()).toBe(null);
    } finally {
      await database.exec(`
        revoke all on function private.oldest_transaction_start() from plain_owner;
        revoke usage on schema private from plain_owner; drop role plain_owner;
      `);
    }
  });

  it('computes everything again for a message that had not heard of the new time zone', async () => {
    await database.exec(
      `update public.creators set time_zone = 'Pacific/Kiritimati'; truncate private.video_analytics_dirty_days`,
    );
    const slow = await connect();
    const mover = await connect();
    await mover.query('begin');
    await mover.query(`update public.creators set time_zone = 'Pacific/Niue'`);
    await slow.query('begin');
    await watch(slow, { session: 1, seconds: 10 });
    await mover.query('commit');
    // As if the zone had begun to move long before the message did.
    await database.exec(
      `update private.video_analytics_dirty_days set minute = minute - interval '9 min' where date = '-infinity'`,
    );
    await rollUp();
    await slow.query('commit');
    await rollUp();
    await rollUp(`now() + interval '20 min'`);
    expect(await marks()).toBe(0);
    expect(
      await number(
        `(select sum(views) from public.video_analytics where date = (now() at time zone 'Pacific/Niue')::date)`,
      ),
    ).toBe(1);
    await expectEqualsRebuild();
  });

  it('lets a rebuild wait for its turn, and a second rollup go', async () => {
    await watch(database, { session: 1, seconds: 10 });
    const first = await connect();
    await first.query('begin');
    await first.query(`select private.roll_up_marked_days(0, ${LATER})`);
    expect(await rollUp()).toBe(0);
    const rebuilt = number('private.rebuild_video_analytics(null, null)');
    await first.query('rollback');
    expect(await rebuilt).toBe(1);
  });
});
