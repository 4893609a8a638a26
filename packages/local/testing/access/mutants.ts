import type { Queryable } from '../../src/database.ts';

/** One change to the rights in a database, and the objects that should feel it first. */
export interface Mutant {
  /** The change, as SQL. */
  sql: string;
  /**
   * `loss` takes a right away: some caller must get less, or the right is there for nobody. `leak` gives one too many:
   * here it is enough that the catalog reads differently, since a hole is one even before somebody goes through.
   */
  kind: 'loss' | 'leak';
  table: string | null;
  function: string | null;
}

/** Every policy, grant and wall of the database, one at a time taken away or opened. */
export async function listMutants(tx: Queryable): Promise<Mutant[]> {
  const { rows } = await tx.query<Mutant>(MUTANTS);
  return rows;
}

const MUTANTS = `
  with
  roles (role) as (values ('anon'), ('authenticated'), ('service_role')),
  schemas as (select * from pg_namespace where nspname in ('public', 'private', 'partitions')),
  tables as (
    select c.*, format('%I.%I', n.nspname, c.relname) as name
    from pg_class as c inner join schemas as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v')
      and not exists (select from pg_depend as d where d.objid = c.oid and d.deptype = 'e')
  ),
  columns as (
    select t.oid, t.name, a.attname, a.attnum, a.attacl, a.attgenerated
    from tables as t inner join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  ),
  policies as (
    select p.*, format('%I on %s', p.polname, t.name) as name, t.name as on_table
    from pg_policy as p,
      lateral (
        select format('%I.%I', n.nspname, c.relname) as name
        from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
        where c.oid = p.polrelid
      ) as t
  ),
  functions as (
    select p.*, format('%I.%I', n.nspname, p.proname) as name, p.oid::regprocedure::text as signature
    from pg_proc as p inner join schemas as n on n.oid = p.pronamespace
    where not exists (select from pg_depend as d where d.objid = p.oid and d.deptype = 'e')
  )

  select format('drop policy %s', name) as sql, 'loss' as kind, on_table as "table", null as function from policies
  union all
  select format('alter policy %s %s (true)', name, clause), 'leak', on_table, null
  from policies, unnest(array['using', 'with check']) as clause
  where case clause
    when 'using' then pg_get_expr(polqual, polrelid) <> 'true'
    else polcmd = 'a' or polwithcheck is not null or (polcmd = 'w' and exists (
      select
      from pg_constraint as c
      where c.conrelid = polrelid and c.contype = 'f' and has_column_privilege('authenticated', polrelid, c.conkey[1], 'update')
    ))
  end
  union all
  -- A policy for several roles, without one of them.
  select format('alter policy %s to %s', name, (
    select string_agg(other::regrole::text, ', ') from unnest(polroles) as other where other <> role
  )), 'loss', on_table, null
  from policies, unnest(polroles) as role
  where cardinality(polroles) > 1
  union all
  select format('alter policy %s to public', name), 'leak', on_table, null from policies
  union all
  select format('alter table %s disable row level security', name), 'leak', name, null from tables where relrowsecurity
  union all
  select format('create policy everything on %s using (true)', name), 'leak', name, null from tables where relkind <> 'v'
  union all
  select format('alter view %s reset (security_invoker)', name), 'leak', name, null from tables
  where relkind = 'v' and reloptions::text like '%security_invoker%'

  union all
  select format('revoke %s on %s from %s', acl.privilege_type, t.name, role), 'loss', t.name, null
  from tables as t, aclexplode(t.relacl) as acl, roles
  where acl.grantee = role::regrole
  union all
  select format('grant %s on %s to %s', privilege, t.name, role), 'leak', t.name, null
  from tables as t, roles,
    unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as privilege
  where not has_table_privilege(role, t.oid, privilege)
  union all
  select format('revoke %s (%I) on %s from %s', acl.privilege_type, c.attname, c.name, role), 'loss', c.name, null
  from columns as c, aclexplode(c.attacl) as acl, roles
  where acl.grantee = role::regrole
  union all
  select format('grant %s (%I) on %s to %s', privilege, c.attname, c.name, role), 'leak', c.name, null
  from columns as c, roles, unnest(array['select', 'insert', 'update']) as privilege
  where not has_column_privilege(role, c.oid, c.attnum, privilege) and (privilege = 'select' or c.attgenerated = '')

  union all
  select format('revoke execute on function %s from %s', f.signature, role), 'loss', null, f.name
  from functions as f, aclexplode(f.proacl) as acl, roles
  where acl.grantee = role::regrole
  union all
  select format('grant execute on function %s to %s', f.signature, role), 'leak', null, f.name
  from functions as f, (select role from roles union all values ('public')) as grantees (role)
  where role = 'public' or not has_function_privilege(role, f.oid, 'execute')
  union all
  select format('alter function %s security invoker', f.signature), 'loss', null, f.name
  from functions as f
  where f.prosecdef and exists (select from pg_proc as p where p.proname = f.proname and p.pronamespace = 'public'::regnamespace)

  union all
  select format('grant %s on schema %I to %s', privilege, nspname, role), 'leak', null, null
  from schemas, roles, unnest(array['usage', 'create']) as privilege
  where not has_schema_privilege(role, schemas.oid, privilege)
`;
