import type { Queryable } from '../../src/database.ts';

/** A table or view as the database knows it. */
export interface Relation {
  /** `public.videos`: the key of everything below. */
  name: string;
  kind: 'table' | 'view';
  comment: string | null;
  columns: Column[];
  constraints: Constraint[];
  /** Those no constraint made. */
  indexes: string[];
  triggers: { name: string; event: string; comment: string | null }[];
  /** Per API role, what it may do: with all columns, or with those named. */
  grants: { role: string; verb: string; columns: string[] | null }[];
}

export interface Column {
  name: string;
  type: string;
  isNullable: boolean;
  /** As Postgres prints it. */
  default: string | null;
  isGenerated: boolean;
  comment: string | null;
}

export interface Constraint {
  name: string;
  /** Primary key, unique, foreign key, check, exclusion. */
  kind: 'p' | 'u' | 'f' | 'c' | 'x';
  columns: string[];
  /** Foreign keys: where to, and what a deletion there does here (`c` cascade, `n` null, `a` refused). */
  references: string | null;
  onDelete: string;
  comment: string | null;
}

export interface Routine {
  name: string;
  arguments: string;
  result: string;
  comment: string | null;
  /** API roles that may execute it. */
  roles: string[];
}

export interface Policy {
  name: string;
  table: string;
  command: string;
  comment: string | null;
}

export interface DatabaseType {
  name: string;
  comment: string | null;
  attributes: string[];
}

export interface Catalog {
  relations: Relation[];
  routines: Routine[];
  policies: Policy[];
  types: DatabaseType[];
}

/** Everything a reader may ask about; partitions are left out, being more of the same. */
export async function readCatalogForDocs(database: Queryable): Promise<Catalog> {
  const { rows } = await database.query<{ catalog: Catalog }>(
    `select jsonb_build_object(
       'relations', (${RELATIONS}), 'routines', (${ROUTINES}), 'policies', (${POLICIES}), 'types', (${TYPES})
     ) as catalog`,
  );
  return (rows[0] as { catalog: Catalog }).catalog;
}

const OURS = `('public', 'private', 'partitions')`;
const ROLES = `unnest(array['anon', 'authenticated', 'service_role']) with ordinality as role (name, place)`;

const COLUMNS = `
  select jsonb_agg(jsonb_build_object(
    'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'isNullable', not a.attnotnull,
    'default', pg_get_expr(d.adbin, d.adrelid), 'isGenerated', a.attgenerated <> '', 'comment', col_description(c.oid, a.attnum)
  ) order by a.attnum)
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped`;

const CONSTRAINTS = `
  select jsonb_agg(jsonb_build_object(
    'name', k.conname, 'kind', k.contype, 'onDelete', k.confdeltype, 'comment', obj_description(k.oid, 'pg_constraint'),
    'columns', (select jsonb_agg(a.attname order by place)
      from unnest(k.conkey) with ordinality as key (number, place) join pg_attribute a on a.attrelid = c.oid and a.attnum = number),
    'references', (select format('%s.%s', f.relnamespace::regnamespace, f.relname) from pg_class f where f.oid = k.confrelid)
  ) order by array_position(array['p', 'u', 'f', 'x', 'c'], k.contype::text), k.conkey, k.conname)
  from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c', 'x')`;

const INDEXES = `
  select jsonb_agg(x.relname order by x.relname) from pg_index i join pg_class x on x.oid = i.indexrelid
  where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))`;

const TRIGGERS = `
  select jsonb_agg(jsonb_build_object(
    'name', t.tgname, 'event', lower(substring(pg_get_triggerdef(t.oid) from '((?:BEFORE|AFTER|INSTEAD OF) .*?) ON ')),
    'comment', obj_description(t.tgfoid, 'pg_proc')
  ) order by t.tgname)
  from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal`;

const GRANTS = `
  select jsonb_agg(jsonb_build_object('role', role.name, 'verb', verb, 'columns', columns) order by role.place, verb_place)
  from ${ROLES},
    unnest(array['select', 'insert', 'update', 'delete']) with ordinality as verbs (verb, verb_place),
    lateral (select case when has_table_privilege(role.name, c.oid, verb) then null else (
      select jsonb_agg(a.attname order by a.attnum) from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and verb <> 'delete'
        and has_column_privilege(role.name, c.oid, a.attnum, case verb when 'delete' then 'select' else verb end)
    ) end as columns) as granted
  where has_table_privilege(role.name, c.oid, verb) or columns is not null`;

const RELATIONS = `
  select jsonb_agg(jsonb_build_object(
    'name', format('%s.%s', c.relnamespace::regnamespace, c.relname), 'comment', obj_description(c.oid, 'pg_class'),
    'kind', case when c.relkind in ('v', 'm') then 'view' else 'table' end,
    'columns', (${COLUMNS}), 'constraints', coalesce((${CONSTRAINTS}), '[]'), 'indexes', coalesce((${INDEXES}), '[]'),
    'triggers', coalesce((${TRIGGERS}), '[]'), 'grants', coalesce((${GRANTS}), '[]')
  ))
  from pg_class c
  where c.relnamespace::regnamespace::text in ${OURS} and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`;

const ROUTINES = `
  select jsonb_agg(jsonb_build_object(
    'name', format('%s.%s', p.pronamespace::regnamespace, p.proname), 'arguments', pg_get_function_arguments(p.oid),
    'result', pg_get_function_result(p.oid), 'comment', obj_description(p.oid, 'pg_proc'),
    'roles', coalesce((select jsonb_agg(role.name order by role.place) from ${ROLES}
      where has_function_privilege(role.name, p.oid, 'execute')), '[]')
  ) order by p.oid)
  from pg_proc p
  where p.pronamespace::regnamespace::text in ${OURS}
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`;

const POLICIES = `
  select jsonb_agg(jsonb_build_object(
    'name', p.polname, 'table', format('%s.%s', c.relnamespace::regnamespace, c.relname),
    'command', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
    'comment', obj_description(p.oid, 'pg_policy')
  ) order by array_position(array['*', 'r', 'a', 'w', 'd'], p.polcmd::text), p.polname)
  from pg_policy p join pg_class c on c.oid = p.polrelid`;

const TYPES = `
  select jsonb_agg(jsonb_build_object(
    'name', format('%s.%s', t.typnamespace::regnamespace, t.typname), 'comment', obj_description(t.oid, 'pg_type'),
    'attributes', coalesce((select jsonb_agg(format('%s %s', a.attname, format_type(a.atttypid, a.atttypmod)) order by a.attnum)
      from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0), '[]')
  ) order by t.oid)
  from pg_type t left join pg_class c on c.oid = t.typrelid
  where t.typnamespace::regnamespace::text in ${OURS} and t.typtype in ('c', 'e', 'd') and coalesce(c.relkind = 'c', true)`;
