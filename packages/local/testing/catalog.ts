import type { Queryable } from '../src/database.ts';

/** Everything in a database that a migration made, as text that can be compared: one line per fact. */
export async function readCatalog(database: Queryable): Promise<string[]> {
  const { rows } = await database.query<{ fact: string }>(CATALOG);
  return rows.map(({ fact }) => fact);
}

const CATALOG = `
  with relations as (
    select c.*, n.nspname || '.' || c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private', 'partitions')
  ),
  functions as (
    select p.*, p.oid::regprocedure::text as name
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('public', 'private', 'partitions')
  ),
  facts (fact) as (
    select format('schema %s %s %s', nspname, nspacl, obj_description(oid, 'pg_namespace')) from pg_namespace
    where nspname in ('public', 'private', 'partitions')
    union all
    select format('relation %s %s owner %s rls %s %s options %s partition %s acl %s: %s', relkind, name, relowner::regrole,
      relrowsecurity, relforcerowsecurity, reloptions, pg_get_expr(relpartbound, oid),
      (select array_agg(acl::text order by acl::text) from unnest(relacl) as acl), obj_description(oid, 'pg_class'))
    from relations
    union all
    select format('column %s.%s %s not null %s generated %s default %s acl %s: %s', r.name, a.attname,
      format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), a.attacl,
      col_description(r.oid, a.attnum))
    from relations r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0
    left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
    union all
    select format('constraint %s on %s: %s %s', conname, conrelid::regclass, pg_get_constraintdef(c.oid),
      obj_description(c.oid, 'pg_constraint')) from pg_constraint c
    where conrelid in (select oid from relations)
    union all
    select format('index %s: %s', pg_get_indexdef(indexrelid), obj_description(indexrelid, 'pg_class')) from pg_index where indrelid in (select oid from relations)
    union all
    select format('function %s owner %s acl %s: %s %s', name, proowner::regrole,
      (select array_agg(acl::text order by acl::text) from unnest(proacl) as acl), obj_description(oid, 'pg_proc'),
      pg_get_functiondef(oid))
    from functions where prokind = 'f'
    union all
    select format('trigger %s', pg_get_triggerdef(oid)) from pg_trigger
    where (tgrelid in (select oid from relations) or tgfoid in (select oid from functions)) and not tgisinternal
    union all
    select format('policy %s on %s %s %s %s using %s check %s: %s', polname, polrelid::regclass, polcmd, polpermissive,
      polroles::regrole[], pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), obj_description(oid, 'pg_policy'))
    from pg_policy where not exists (select from pg_depend d where d.objid = polrelid and d.deptype = 'e')
    union all
    select format('bucket %s public %s limit %s types %s', id, public, file_size_limit, allowed_mime_types) from storage.buckets
    union all
    select format('role %s super %s createrole %s bypassrls %s login %s in %s', rolname, rolsuper, rolcreaterole, rolbypassrls,
      rolcanlogin, (select array_agg(roleid::regrole::text order by 1) from pg_auth_members where member = r.oid))
    from pg_roles r where rolname !~ '^pg_'
    union all
    select format('type %s %s', t.oid::regtype, obj_description(t.oid, 'pg_type')) from pg_type t
    join pg_namespace n on n.oid = t.typnamespace where n.nspname in ('public', 'private')
  )
  select fact from facts order by fact
`;
