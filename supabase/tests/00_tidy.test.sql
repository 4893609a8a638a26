-- Rules that hold for the whole catalog, so that whatever is added later obeys them too.
begin;
create extension if not exists pgtap;
select plan(19);

create temporary view our_tables as
select c.oid, n.nspname as schema, c.relname as name, c.relrowsecurity, c.relkind, c.relispartition
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('public', 'private', 'partitions') and c.relkind in ('r', 'p')
  and not exists (select from pg_depend as d where d.objid = c.oid and d.deptype = 'e');

create temporary view our_functions as
select p.*, n.nspname as schema
from pg_proc as p
inner join pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('public', 'private', 'partitions')
  and not exists (select from pg_depend as d where d.objid = p.oid and d.deptype = 'e');

select cmp_ok((select count(*) from our_tables), '>=', 16::bigint, 'the views below see our tables');

select is_empty(
  $$ select schema || '.' || name from our_tables where not relrowsecurity $$,
  'row level security is on for every table, partitions included'
);

select is_empty(
  $$ select schema || '.' || name from our_tables where obj_description(oid, 'pg_class') is null $$,
  'every table says what it is'
);

select is_empty(
  $$ select t.schema || '.' || t.name || '.' || a.attname
     from our_tables as t
     inner join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
     where not t.relispartition and col_description(t.oid, a.attnum) is null $$,
  'every column says what it holds'
);

select is_empty(
  $$ select proname from our_functions where obj_description(oid, 'pg_proc') is null $$,
  'every function says what it does'
);

select is_empty(
  $$ select p.polname from pg_policy as p
     where obj_description(p.oid, 'pg_policy') is null
       and not exists (select from pg_depend as d where d.objid = p.polrelid and d.deptype = 'e')
       -- Only its owner, who is Storage, may comment on a policy of storage.objects: theirs stand in video_files.sql.
       and p.polrelid <> 'storage.objects'::regclass $$,
  'every policy is a sentence'
);

-- Policies for all commands or for everybody would overlap with those of one command or role: none may say so.
select is_empty(
  $$ select p.polrelid::regclass || ': ' || string_agg(p.polname, ', ')
     from pg_policy as p
     inner join our_tables as t on t.oid = p.polrelid
     cross join unnest(p.polroles) as role
     where p.polpermissive
     group by p.polrelid, p.polcmd, role
     having count(*) > 1 or p.polcmd = '*' or role = 0 $$,
  'one permissive policy per table, role and command, combined into one sentence'
);

select is_empty(
  $$ select t.schema || '.' || t.name
     from our_tables as t
     inner join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
     where has_table_privilege('anon', t.oid, 'select, insert, update, delete, truncate, references, trigger')
       or has_column_privilege('anon', t.oid, a.attnum, 'select, insert, update, references') $$,
  'anon touches no table: he gets what functions return'
);

select is_empty(
  $$ select t.schema || '.' || t.name
     from our_tables as t, unnest(array['authenticated', 'service_role']) as role
     where t.schema <> 'public' and has_table_privilege(role, t.oid, 'select, insert, update, delete, truncate') $$,
  'no API role touches a table outside public'
);

select is_empty(
  $$ select c.oid::regclass, role
     from pg_class as c
     inner join pg_namespace as n on n.oid = c.relnamespace and n.nspname in ('public', 'private', 'partitions')
     cross join unnest(array['anon', 'authenticated', 'service_role']) as role
     where c.relkind = 'S' and has_sequence_privilege(role, c.oid, 'usage, select, update') $$,
  'no API role reads or moves a sequence'
);

select is_empty(
  $$ select t.name
     from our_tables as t, unnest(array['authenticated', 'service_role']) as role
     where t.name in ('video_watch_sessions', 'video_progress', 'video_analytics_events', 'video_analytics', 'video_analytics_revisions')
       and has_table_privilege(role, t.oid, 'insert, update, delete, truncate') $$,
  'what is measured and computed is written by functions alone'
);

select is_empty(
  $$ select role || ' ' || schema
     from unnest(array['anon', 'authenticated', 'service_role']) as role, unnest(array['private', 'partitions']) as schema
     where has_schema_privilege(role, schema, 'usage') $$,
  'no API role may look up names in private or partitions: that is what keeps p_now out of reach'
);

select is_empty(
  $$ select schema || '.' || proname
     from our_functions as f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) as acl
     where acl.grantee = 0 and acl.privilege_type = 'EXECUTE' $$,
  'PUBLIC executes no function'
);

select is_empty(
  $$ select schema || '.' || proname from our_functions
     where not coalesce(proconfig, '{}') @> '{"search_path=\"\""}' $$,
  'every function has an empty search_path'
);

select is_empty(
  $$ select proname from our_functions where schema = 'public' and prosecdef $$,
  'exposed functions run as their caller'
);

select is_empty(
  $$ select proname from our_functions where schema = 'public' group by proname having count(*) > 1 $$,
  'exposed functions have one signature each'
);

-- A foreign key without an index makes deleting the other row a scan of this table. The excused ones point at rows that
-- are deleted by hand, once in years: the tables are large and every index is paid by each new row.
select is_empty(
  $$ select c.conrelid::regclass || '.' || c.conname
     from pg_constraint as c
     inner join our_tables as t on t.oid = c.conrelid
     where c.contype = 'f' and not t.relispartition
       and not exists (
         select from pg_index as i
         where i.indrelid = c.conrelid
           and (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey
       ) $$,
  'every foreign key has an index that begins with it'
);

select is_empty(
  $$ select string_agg(i.indexrelid::regclass::text, ', ')
     from pg_index as i
     inner join our_tables as t on t.oid = i.indrelid
     group by i.indrelid, i.indkey::text, i.indclass::text, i.indoption::text, pg_get_expr(i.indpred, i.indrelid)
     having count(*) > 1 $$,
  'no index is there twice'
);

select is_empty(
  $$ select t.name || '.' || a.attname
     from our_tables as t
     inner join pg_attribute as a on a.attrelid = t.oid and a.attname = 'id' and not a.attisdropped
     where not a.atthasdef $$,
  'every id has a default'
);

select * from finish();
rollback;
