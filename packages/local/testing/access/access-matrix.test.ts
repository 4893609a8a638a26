import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openTestDatabase, whyNoPostgres } from '../test-database.ts';
import type { TestDatabase, TestEngine } from '../test-database.ts';
import {
  addRows,
  ask,
  readCalls,
  readExecutors,
  readSchemaRights,
  readTableAccess,
  tableNames,
} from './access-matrix.ts';
import { FUNCTIONS } from './expected-functions.ts';
import { PRIVATE_FUNCTIONS } from './expected-private-functions.ts';
import { PARTITION, SHARED, TABLES } from './expected-tables.ts';

const noPostgres = await whyNoPostgres();
const engines: TestEngine[] = ['pglite', 'postgres'];
if (noPostgres !== undefined) console.warn(`The access matrix runs on the embedded engine only: ${noPostgres}.`);

for (const engine of engines) {
  describe.skipIf(engine === 'postgres' && noPostgres !== undefined)(
    `access matrix on ${engine}`,
    { timeout: 60_000 },
    () => {
      let database: TestDatabase;
      beforeAll(async () => {
        database = await openTestDatabase({ engine });
        await addRows(database);
      }, 60_000);
      afterAll(() => database.close());

      it('every table gives each caller what is expected, and no table is without an expectation', async () => {
        const access = await ask(database, async (tx) => {
          return readTableAccess(tx, await tableNames(tx));
        });
        const tables = [...access].filter(([name]) => !name.startsWith('partitions.'));
        expect(
          withoutExpectation(Object.fromEntries(tables), TABLES, 'packages/local/testing/access/expected-tables.ts'),
        ).toBe('');
        expect(Object.fromEntries(tables)).toEqual(TABLES);
        const partitions = [...access].filter(([name]) => name.startsWith('partitions.'));
        expect(partitions.length).toBeGreaterThan(1);
        for (const [name, found] of partitions) expect({ [name]: found }).toEqual({ [name]: PARTITION });
      });

      it('every table has rows of both creators', async () => {
        const { rows } = await ask(database, async (tx) => {
          return tx.query<{ name: string }>(
            `select t.name
           from unnest($1::text[]) as t (name), unnest(array['ana', 'ben']) as owner
           where not exists (
             select from pg_temp.samples as s where s.name = t.name::regclass::text and s.label ~ ('^' || owner)
           )`,
            [Object.keys(TABLES).filter((name) => !(name in SHARED))],
          );
        });
        const missing = [...new Set(rows.map(({ name }) => name))];
        expect(missing, 'add rows of Ana and of Ben to packages/local/testing/access/rows.sql').toEqual([]);
      });

      it('every exposed function answers each caller as expected, and none is without an expectation', async () => {
        const { executors, found } = await ask(database, async (tx) => {
          const calls = Object.fromEntries(
            Object.values(FUNCTIONS).flatMap((f) => Object.keys(f).map((call) => [call, call])),
          );
          return { executors: await readExecutors(tx), found: await readCalls(tx, calls) };
        });
        const exposed = [...executors.keys()].filter((name) => name.startsWith('public.'));
        const answers = exposed.map((name) => [
          name,
          Object.fromEntries(Object.keys(FUNCTIONS[name] ?? {}).map((call) => [call, found[call]])),
        ]);
        expect(
          withoutExpectation(
            Object.fromEntries(answers),
            FUNCTIONS,
            'packages/local/testing/access/expected-functions.ts',
          ),
        ).toBe('');
        expect(Object.fromEntries(answers)).toEqual(FUNCTIONS);
      });

      it('every function of private is out of reach by its name, and executed by whom it is granted to', async () => {
        const { granted, answers } = await ask(database, async (tx) => {
          const executors = [...(await readExecutors(tx))].filter(([name]) => !name.startsWith('public.'));
          const { rows } = await tx.query<{ call: string }>(
            `select format('%s(%s)', p.oid::regproc, (
             select string_agg(format('null::%s', type::regtype), ', ') from unnest(p.proargtypes) as type
           )) as call
           from pg_proc as p where p.pronamespace in ('private'::regnamespace, 'partitions'::regnamespace)`,
          );
          const calls = Object.fromEntries(rows.map(({ call }) => [call, call]));
          return {
            granted: Object.fromEntries(executors.filter(([, roles]) => roles !== '')),
            answers: await readCalls(tx, calls),
          };
        });
        expect(
          withoutExpectation(granted, PRIVATE_FUNCTIONS, 'packages/local/testing/access/expected-private-functions.ts'),
        ).toBe('');
        expect(granted).toEqual(PRIVATE_FUNCTIONS);
        expect(Object.entries(answers).filter(([, answer]) => answer !== 'denied: everybody')).toEqual([]);
      });

      it('no API role may create anything, or use another schema than public', async () => {
        expect(await ask(database, readSchemaRights)).toBe(
          'anon public: usage | authenticated public: usage | service_role public: usage',
        );
      });
    },
  );
}

/** What is new, where its expectation goes and how it reads today; empty when nothing is new. */
function withoutExpectation(found: Record<string, unknown>, expected: Record<string, unknown>, file: string): string {
  const fresh = Object.keys(found).filter((name) => !(name in expected));
  if (fresh.length === 0) return '';
  const rows = fresh.map((name) => `'${name}': ${JSON.stringify(found[name], null, 2)},`);
  return `No expectation for ${fresh.join(', ')}. Decide who may do what and add it to ${file}. Today it is:\n${rows.join('\n')}`;
}
