import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Queryable } from '../../src/database.ts';
import { openTestDatabase, whyNoPostgres } from '../test-database.ts';
import type { TestDatabase } from '../test-database.ts';
import { addRows, ask, readCalls, readTableAccess, tableNames } from './access-matrix.ts';
import { FUNCTIONS } from './expected-functions.ts';
import { listMutants } from './mutants.ts';
import type { Mutant } from './mutants.ts';

/** A matrix is worth what it notices: so every right is taken away, and every wall opened, one at a time. */
describe('access matrix', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase({ engine: (await whyNoPostgres()) === undefined ? 'postgres' : 'pglite' });
    await addRows(database);
  }, 60_000);
  afterAll(() => database.close());

  it('notices the loss of every policy and grant, and every leak', { timeout: 600_000 }, async () => {
    const { mutants, survivors } = await ask(database, async (tx) => {
      const matrix = await Matrix.read(tx);
      const all = await listMutants(tx);
      const alive: string[] = [];
      // Quick ones first: a leak, and a lost column, show in what the catalog says.
      const quick = all.filter(({ kind, sql }) => kind === 'leak' || /^revoke \w+ \(/.test(sql));
      const { rows } = await tx.query<{ sql: string }>('select pg_temp.unnoticed($1::jsonb) as sql', [
        JSON.stringify(quick),
      ]);
      const unnoticed = new Set(rows.map(({ sql }) => sql));
      const noticed = new Set(quick.filter(({ sql }) => !unnoticed.has(sql)));
      for (const mutant of all) {
        if (!noticed.has(mutant) && !(await matrix.notices(tx, mutant))) alive.push(mutant.sql);
      }
      return { mutants: all, survivors: alive };
    });
    const count = (kind: Mutant['kind']): number => mutants.filter((mutant) => mutant.kind === kind).length;
    console.info(
      `${mutants.length - survivors.length} of ${mutants.length} mutants killed (${count('loss')} losses, ${count('leak')} leaks).`,
    );
    // A right that nobody misses is to be deleted. Otherwise the matrix is too weak: rows.sql lacks the row, or
    // expected-functions.ts the call, that needs it.
    expect(survivors).toEqual([]);
  });
});

/** The matrix as it stands, and what depends on what in it. */
class Matrix {
  readonly #facts: Map<string, string>;
  readonly #tables: string[];

  private constructor(facts: Map<string, string>, tables: string[]) {
    this.#facts = facts;
    this.#tables = tables;
  }

  static async read(tx: Queryable): Promise<Matrix> {
    const tables = await tableNames(tx);
    const facts = new Map([...(await tableFacts(tx, tables)), ...(await functionFacts(tx, callsOf()))]);
    return new Matrix(facts, tables);
  }

  /** Whether anything in the matrix reads differently while the mutant lives. Looks at what is near first. */
  async notices(tx: Queryable, mutant: Mutant): Promise<boolean> {
    await tx.exec(`savepoint before; ${mutant.sql}`);
    try {
      const { tables, functions } = await this.#near(tx, mutant);
      return (
        this.#differs(await tableFacts(tx, tables)) ||
        this.#differs(await functionFacts(tx, callsOf(functions))) ||
        this.#differs(await functionFacts(tx, callsOf())) ||
        this.#differs(await tableFacts(tx, this.#tables))
      );
    } finally {
      await tx.exec('rollback to savepoint before; release savepoint before');
    }
  }

  #differs(facts: Map<string, string>): boolean {
    return [...facts].some(([name, fact]) => this.#facts.get(name) !== fact);
  }

  /** The table itself, or the tables and exposed functions that use the function. */
  async #near(tx: Queryable, mutant: Mutant): Promise<{ tables: string[]; functions: string[] }> {
    if (mutant.table !== null) return { tables: [mutant.table], functions: [] };
    const { rows } = await tx.query<{ table: string | null; function: string | null }>(
      `select distinct coalesce(p.polrelid, d.adrelid, c.conrelid)::regclass::text as "table", f.oid::regproc::text as function
       from pg_depend as dep
       left join pg_policy as p on dep.classid = 'pg_policy'::regclass and p.oid = dep.objid
       left join pg_attrdef as d on dep.classid = 'pg_attrdef'::regclass and d.oid = dep.objid
       left join pg_constraint as c on dep.classid = 'pg_constraint'::regclass and c.oid = dep.objid
       left join pg_proc as f on dep.classid = 'pg_proc'::regclass and f.oid = dep.objid
       where dep.refclassid = 'pg_proc'::regclass
         and dep.refobjid in (select oid from pg_proc where oid::regproc::text in ($1, replace($1, 'public.', '')))`,
      [mutant.function],
    );
    const qualified = (name: string): string => (name.includes('.') ? name : `public.${name}`);
    return {
      tables: rows.flatMap((row) => (row.table === null ? [] : [qualified(row.table)])).slice(0, 3),
      functions: [
        mutant.function ?? '',
        ...rows.flatMap((row) => (row.function === null ? [] : [qualified(row.function)])),
      ],
    };
  }
}

function callsOf(functions: string[] = Object.keys(FUNCTIONS)): Record<string, string> {
  return Object.fromEntries(
    functions.flatMap((name) => Object.keys(FUNCTIONS[name] ?? {}).map((call) => [call, call])),
  );
}

/** What callers get, and the columns they are granted: no probe touches each of those. */
async function tableFacts(tx: Queryable, tables: string[]): Promise<Map<string, string>> {
  const access = await readTableAccess(tx, tables);
  return new Map(
    [...access].flatMap(([name, row]) =>
      Object.entries(row)
        .filter(([key]) => key !== 'policies')
        .map(([key, value]) => [`${name} ${key}`, value] as const),
    ),
  );
}

async function functionFacts(tx: Queryable, calls: Record<string, string>): Promise<Map<string, string>> {
  return new Map(Object.entries(await readCalls(tx, calls)));
}
