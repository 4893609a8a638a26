import { readFile } from 'node:fs/promises';

import type { Database, Queryable } from '../../src/database.ts';
import { CALLERS, fillIn, NAMES, OWNERS, requestOf } from './cast.ts';
import type { Caller } from './cast.ts';

/**
 * What each caller gets of a table, one line per command: outcomes, each with those who get it.
 *
 * `ana public: ana | none: sam tom | denied: anon`: Ana reaches the row so called, two reach no row, one is refused by
 * privilege or policy (42501). `all` is every row there is.
 */
export interface TableAccess {
  select: string;
  insert: string;
  update: string;
  delete: string;
  /** Where its rows may be moved to, by a column that refers to another table; absent where no caller bound by policies may. */
  move?: string;
  /** What the catalog grants: columns by role and privilege, and what concerns whole tables. */
  rights: string;
  /** Policies, and whether row level security is on: nobody feels the loss of either where nothing is granted. */
  policies: string;
}

/** What each caller gets out of a function: per call its outcomes, in the same words. */
export type FunctionAccess = Record<string, string>;

const COMMANDS = ['select', 'insert', 'update', 'delete', 'move'] as const;
const HERE = new URL('.', import.meta.url);

/** Fills a fresh database with rows of both creators. */
export async function addRows(database: Queryable): Promise<void> {
  await database.exec(fillIn(await readFile(new URL('rows.sql', HERE), 'utf8')));
}

/** Lets `work` ask the questions below, in a transaction that leaves nothing behind. */
export async function ask<T>(database: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const undo = Symbol('undo');
  let answer: T | undefined;
  await database
    .transaction(async (tx) => {
      await prepare(tx);
      answer = await work(tx);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return answer as T;
}

async function prepare(tx: Queryable): Promise<void> {
  const probe = await readFile(new URL('probe.sql', HERE), 'utf8');
  await tx.exec(probe.replaceAll('{owners}', JSON.stringify(OWNERS)).replaceAll('{names}', JSON.stringify(NAMES)));
  for (const table of await tableNames(tx)) await tx.query(`select pg_temp.take_samples($1::regclass)`, [table]);
}

/** Every table and view of the project. */
export async function tableNames(tx: Queryable): Promise<string[]> {
  const { rows } = await tx.query<{ name: string }>(`
    select c.oid::regclass::text as name
    from pg_class as c
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and (c.relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'partitions'::regnamespace)
        or exists (select from pg_policy as p where p.polrelid = c.oid))
      and not exists (select from pg_depend as d where d.objid = c.oid and d.deptype = 'e')
    order by 1`);
  return rows.map(({ name }) => (name.includes('.') ? name : `public.${name}`));
}

/** Asks everything about some tables. */
export async function readTableAccess(tx: Queryable, tables: string[]): Promise<Map<string, TableAccess>> {
  const { rows } = await tx.query<{
    name: string;
    command: string;
    caller: Caller;
    outcome: string;
    everything: string;
  }>(
    `select t.name, command, caller.key as caller,
       pg_temp.attempt(t.name::regclass, command, caller.value ->> 'role', caller.value ->> 'claims') as outcome,
       (select string_agg(distinct s.label, ', ' order by s.label) from pg_temp.samples as s where s.name = t.name::regclass::text) as everything
     from unnest($1::text[]) as t (name), unnest($2::text[]) as command, jsonb_each($3::jsonb) as caller
     where command <> 'move' or caller.key <> 'service'`,
    [tables, [...COMMANDS], JSON.stringify(Object.fromEntries(CALLERS.map((caller) => [caller, requestOf(caller)])))],
  );
  const { rows: facts } = await tx.query<{ name: string; rights: string; policies: string }>(
    `select t.name, pg_temp.rights(t.name::regclass) as rights, pg_temp.policies(t.name::regclass) as policies
     from unnest($1::text[]) as t (name)`,
    [tables],
  );
  return new Map(
    facts.map(({ name, rights, policies }) => {
      const line = (command: string): string => {
        const cells = rows.filter((row) => row.name === name && row.command === command);
        return summarize(
          cells.map((c) => ({ caller: c.caller, outcome: c.outcome === c.everything ? 'all' : c.outcome })),
        );
      };
      const lines = Object.fromEntries(COMMANDS.map((command) => [command, line(command)]));
      const { move, ...access } = { ...lines, rights, policies } as Required<TableAccess>;
      return [name, move === 'nothing: everybody' ? access : { ...access, move }];
    }),
  );
}

/** Asks what calls of functions answer; `calls` are SQL expressions by name. */
export async function readCalls(tx: Queryable, calls: Record<string, string>): Promise<FunctionAccess> {
  const probes = Object.entries(calls).flatMap(([name, expression]) =>
    CALLERS.map((caller) => ({
      name,
      caller,
      ...requestOf(caller),
      sql: `select (${fillIn(expression, caller)})::text`,
    })),
  );
  const { rows } = await tx.query<{ name: string; caller: Caller; outcome: string }>(
    `select p.name, p.caller, pg_temp.probe(p.role, p.claims, p.sql) as outcome
     from jsonb_to_recordset($1::jsonb) as p (name text, caller text, role text, claims text, sql text)`,
    [JSON.stringify(probes)],
  );
  return Object.fromEntries(
    Object.keys(calls).map((name) => [name, summarize(rows.filter((row) => row.name === name))]),
  );
}

/** Every function of the project, with the roles that may execute it (its owner apart). */
export async function readExecutors(tx: Queryable): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ name: string; roles: string }>('select * from pg_temp.executors()');
  return new Map(rows.map(({ name, roles }) => [name, roles]));
}

/** What API roles may do with the schemas of the project. */
export async function readSchemaRights(tx: Queryable): Promise<string> {
  const { rows } = await tx.query<{ rights: string }>('select pg_temp.schema_rights() as rights');
  return rows[0]?.rights ?? '';
}

/** `a: x y | b: z` in the order of the callers. */
function summarize(cells: { caller: Caller; outcome: string }[]): string {
  const byOutcome = new Map<string, Caller[]>();
  const inOrder = cells.toSorted((a, b) => CALLERS.indexOf(a.caller) - CALLERS.indexOf(b.caller));
  for (const { caller, outcome } of inOrder) {
    byOutcome.set(outcome, [...(byOutcome.get(outcome) ?? []), caller]);
  }
  return [...byOutcome]
    .map(([outcome, callers]) => `${outcome}: ${callers.length === cells.length ? 'everybody' : callers.join(' ')}`)
    .join(' | ');
}
