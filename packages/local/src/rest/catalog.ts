import type { Queryable } from '../database.ts';

/** A column as the request may name it. */
export interface Column {
  name: string;
  /** As `format_type` writes it: safe in SQL text. */
  type: string;
  /** The default's expression; null when there is none or when the column is generated. */
  default: string | null;
}

/** Something with columns that can be selected from and filtered: a table, a view, the result of a function. */
export interface Relation {
  schema: string;
  name: string;
  columns: readonly Column[];
}

/** A table or view. */
export interface Table extends Relation {
  primaryKey: readonly string[];
}

/** An input argument of a function. */
export interface Argument {
  name: string;
  type: string;
  isRequired: boolean;
}

/** A function that can be called by argument names. */
export interface Routine {
  schema: string;
  name: string;
  arguments: readonly Argument[];
  /** STABLE or IMMUTABLE: runs in a read-only transaction. */
  isReadOnly: boolean;
  returnsSet: boolean;
  returns: 'void' | 'scalar' | 'composite';
  /** Columns of a composite result. */
  columns: readonly Column[];
}

/** The catalog is read with every request, never cached: a migration needs no reload, and it costs under a millisecond. */
const TABLE_SQL = `
  select json_build_object(
    'schema', n.nspname,
    'name', c.relname,
    'columns', (
      select json_agg(json_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end
      ) order by a.attnum)
      from pg_catalog.pg_attribute a
      left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
    'primaryKey', (
      select coalesce(json_agg(a.attname order by array_position(i.indkey::int2[], a.attnum)), '[]')
      from pg_catalog.pg_index i
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::int2[])
      where i.indrelid = c.oid and i.indisprimary)
  )::text as found
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition`;

/** The table, view or partitioned table of that name; partitions themselves are not exposed, as in PostgREST. */
export async function findTable(db: Queryable, schema: string, name: string): Promise<Table | undefined> {
  const { rows } = await db.query<{ found: string }>(TABLE_SQL, [schema, name]);
  return rows[0] === undefined ? undefined : (JSON.parse(rows[0].found) as Table);
}

const ROUTINES_SQL = `
  select json_build_object(
    'schema', n.nspname,
    'name', p.proname,
    'arguments', (
      select coalesce(json_agg(json_build_object(
        'name', coalesce(p.proargnames[i], ''),
        'type', format_type(t, null),
        'isRequired', input <= p.pronargs - p.pronargdefaults
      ) order by i), '[]')
      from (
        select i, t, count(*) over (order by i) as input
        from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as u (t, i)
        where coalesce(p.proargmodes[i], 'i') in ('i', 'b', 'v')) as inputs),
    'isReadOnly', p.provolatile <> 'v',
    'returnsSet', p.proretset,
    'returns', case
      when r.oid = 'void'::regtype then 'void'
      when r.typtype = 'c' or r.oid = 'record'::regtype or p.proargmodes && '{o,b,t}' then 'composite'
      else 'scalar' end,
    'columns', coalesce(
      case when r.typtype = 'c' then (
        select json_agg(json_build_object(
          'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'default', null) order by a.attnum)
        from pg_catalog.pg_attribute a
        where a.attrelid = r.typrelid and a.attnum > 0 and not a.attisdropped)
      else (
        select json_agg(json_build_object(
          'name', p.proargnames[i], 'type', format_type(t, null), 'default', null) order by i)
        from unnest(p.proallargtypes) with ordinality as u (t, i)
        where p.proargmodes[i] in ('o', 'b', 't')) end, '[]')
  )::text as found
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_type r on r.oid = p.prorettype
  where n.nspname = $1 and p.proname = $2 and p.prokind = 'f' and r.oid <> 'trigger'::regtype
  order by p.oid`;

/** Every function of that name, overloads included. */
export async function findRoutines(db: Queryable, schema: string, name: string): Promise<Routine[]> {
  const { rows } = await db.query<{ found: string }>(ROUTINES_SQL, [schema, name]);
  return rows.map(({ found }) => JSON.parse(found) as Routine);
}
