import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { QUERIES } from './explain-queries.ts';
import type { IndexedQuery } from './explain-queries.ts';
import { openTestDatabase, whyNoPostgres } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

const noPostgres = await whyNoPostgres();
if (noPostgres !== undefined) console.warn(`No plans of queries: ${noPostgres}.`);

describe.skipIf(noPostgres !== undefined)('indexes', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase({ engine: 'postgres' });
    await database.exec(await readFile(new URL('explain.sql', import.meta.url), 'utf8'));
    // As autovacuum leaves it: statistics, and no entries that wait for their index.
    await database.exec('vacuum analyze');
  }, 120_000);
  afterAll(() => database.close());

  it('each has a query that it serves', async () => {
    const { rows } = await database.query<{ name: string }>(`
      select c.relname as name
      from pg_index as i
      inner join pg_class as c on c.oid = i.indexrelid
      where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and not i.indisunique
        and not exists (select from pg_depend as d where d.objid = i.indrelid and d.deptype = 'e')`);
    const served = new Set(QUERIES.map(({ index }) => index));
    // One that serves no query is to be deleted: every new row pays for it.
    expect(
      rows
        .map(({ name }) => name)
        .filter((name) => !served.has(name))
        .toSorted(),
    ).toEqual([]);
  });

  it.for(QUERIES)('$index: $asks', async (query) => {
    expect(await indexesOf(query)).toContain(query.index);
  });

  it('serve what the policy alone allows, by two indexes together', async () => {
    const mine: IndexedQuery = {
      asks: '',
      index: '',
      as: 'student',
      sql: 'select id from public.video_watch_sessions',
    };
    expect((await indexesOf(mine)).toSorted()).toEqual(
      expect.arrayContaining(['video_watch_sessions_creator_id_idx', 'video_watch_sessions_student_id_video_id_idx']),
    );
  });

  /** The indexes in the plan; those of a partition by the name of their parent. */
  async function indexesOf({ sql, as }: IndexedQuery): Promise<string[]> {
    const named = sql.replaceAll(/\{([a-z ]+)\}/g, (_, kind: string) => idOf(kind));
    const plan = await database.transaction(async (tx) => {
      if (as !== undefined) {
        const claims = JSON.stringify({ role: 'authenticated', sub: idOf(`${as} user`) });
        await tx.query(`select set_config('request.jwt.claims', $1, true)`, [claims]);
        await tx.exec('set local role authenticated');
      }
      const { rows } = await tx.query<{ 'QUERY PLAN': unknown }>(`explain (format json) ${named}`);
      return JSON.stringify(rows);
    });
    const names = [...plan.matchAll(/"Index Name":"([^"]+)"/g)].map(([, name]) => name);
    const { rows } = await database.query<{ name: string }>(
      `select coalesce(parent.relname, c.relname) as name
       from pg_class as c
       left join pg_inherits as i on i.inhrelid = c.oid
       left join pg_class as parent on parent.oid = i.inhparent
       where c.relkind in ('i', 'I') and c.relname = any ($1)`,
      [names],
    );
    return rows.map(({ name }) => name);
  }
});

/** As `pg_temp.id(kind, 7)` in explain.sql. */
function idOf(kind: string): string {
  return createHash('md5').update(`${kind} 7`).digest('hex');
}
