import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createLocalBackend } from '../src/backend.ts';
import { createKeys } from '../src/keys.ts';
import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';
import { id } from './watch-messages.ts';

const reason = await whyNoPostgres();
if (reason !== undefined) console.warn(`Rate limits are tested on one connection only: ${reason}.`);

const HEADERS = JSON.stringify({ 'x-forwarded-for': '203.0.113.7' });
const CLAIMS = JSON.stringify({ role: 'authenticated', sub: id('e', 1) });

describe('rate limits over the API', () => {
  it('are installed by the migration, and answer 429 with Retry-After', async () => {
    const database = await openTestDatabase({ engine: 'pglite' });
    const keys = await createKeys();
    const backend = createLocalBackend({ database, keys });
    const call = (name: string, body: object): Promise<Response> =>
      backend.fetch(
        new Request(`http://localhost/rest/v1/rpc/${name}`, {
          method: 'POST',
          headers: {
            apikey: keys.publishableKey,
            'content-type': 'application/json',
            'x-forwarded-for': '203.0.113.7',
          },
          body: JSON.stringify(body),
        }),
      );
    try {
      await database.exec('update private.rate_limits set network_writes = 16');
      let response = new Response();
      for (let count = 0; count < 2000 && response.status !== 429; count += 1) {
        response = await call('update_watch_sessions', { p_snapshots: [] });
      }
      expect(response.status).toBe(429);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(300);
      expect(await response.json()).toMatchObject({ code: 'PT429' });
      // Reading writes nothing, so it goes on.
      const read = await backend.fetch(
        new Request('http://localhost/rest/v1/videos', {
          headers: { apikey: keys.publishableKey, 'x-forwarded-for': '203.0.113.7' },
        }),
      );
      expect(read.status).toBe(401);
    } finally {
      await database.close();
    }
  }, 60_000);
});

describe.skipIf(reason !== undefined)('rate limits under concurrency', { timeout: 60_000 }, () => {
  let database: TestDatabase;
  const clients: Client[] = [];

  beforeAll(async () => {
    database = await openTestDatabase({ engine: 'postgres' });
    // As the nightly job makes it. The first requests of a day without it would each make a salt of their own.
    await database.exec(`select private.rate_salt((now() at time zone 'UTC')::date)`);
    for (let count = 0; count < 8; count += 1) {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      // Whoever waits for a counter fails at once.
      await client.query(`set lock_timeout = '1ms'`);
      clients.push(client);
    }
  }, 60_000);
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await database.close();
  });

  it('let nobody wait: eight open transactions count the same user and network', async () => {
    for (const client of clients) {
      await client.query('begin');
      await client.query(`select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true)`, [
        CLAIMS,
        HEADERS,
      ]);
      for (let count = 0; count < 5; count += 1) await client.query('select public.check_request()');
      await client.query('select private.count_new_session(null::private.viewer, now())');
    }
    for (const client of clients) await client.query('commit');
    const { rows } = await database.query(
      `select sum(used) filter (where used % 16 <> 0)::integer as used from private.rate_counters where not is_full group by key`,
    );
    // 40 writes of one user and 8 sessions of one network, each counted once; samples of the network apart.
    expect(rows.map((row) => (row as { used: number | null }).used)).toEqual(expect.arrayContaining([40, 8]));
  });

  it('take back what a failed request counted', async () => {
    const [client] = clients as [Client];
    const used = async (): Promise<unknown> =>
      (await database.query('select coalesce(sum(used), 0)::integer as used from private.rate_counters')).rows[0];
    const before = await used();
    await client.query('begin');
    await client.query(`select set_config('request.jwt.claims', $1, true)`, [CLAIMS]);
    await client.query('select public.check_request()');
    await client.query('rollback');
    expect(await used()).toEqual(before);
  });
});
