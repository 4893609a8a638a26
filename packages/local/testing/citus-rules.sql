-- The two functions of Citus that supabase/scale/citus.sql calls, in what they refuse: enough to hold the file to the rules
-- where no cluster is at hand. They distribute nothing.
-- https://docs.citusdata.com/en/stable/develop/reference_ddl.html, and citus/src/backend/distributed/commands (trigger.c,
-- policy.c, foreign_constraint.c, create_distributed_table.c).

create table public.citus_tables (name regclass primary key, kind text not null, distribution_column text, colocated_with regclass);

create function public.refuse_triggers(p_table regclass) returns void language plpgsql as $$
begin
  if exists (select from pg_trigger where tgrelid = p_table and not tgisinternal) then
    raise exception 'cannot distribute relation % because it has triggers', p_table;
  end if;
end;
$$;

create function public.create_reference_table(table_name regclass) returns void language plpgsql as $$
declare
  v_key pg_constraint;
begin
  perform public.refuse_triggers(table_name);
  for v_key in select * from pg_constraint where conrelid = table_name and contype = 'f' loop
    if exists (select from public.citus_tables where name = v_key.confrelid and kind = 'distributed') then
      raise exception '% of reference table % refers to a distributed table', v_key.conname, table_name;
    end if;
    if not exists (select from public.citus_tables where name = v_key.confrelid) and v_key.confrelid <> table_name
      and (v_key.confdeltype not in ('a', 'r') or v_key.confupdtype not in ('a', 'r'))
    then
      raise exception '% of reference table % refers to local table % with a consequence', v_key.conname, table_name, v_key.confrelid::regclass;
    end if;
  end loop;
  insert into public.citus_tables values (table_name, 'reference');
end;
$$;

create function public.create_distributed_table(table_name regclass, distribution_column text, colocate_with regclass default null)
returns void language plpgsql as $$
declare
  v_column smallint := (
    select attnum from pg_attribute where attrelid = table_name and attname = distribution_column and attnotnull
  );
  v_index pg_index;
  v_key pg_constraint;
begin
  if v_column is null then
    raise exception '% has no column % that is never null', table_name, distribution_column;
  end if;
  perform public.refuse_triggers(name) from (select table_name as name union select relid from pg_partition_tree(table_name)) as part;
  for v_index in select * from pg_index where indrelid = table_name and (indisunique or indisexclusion) loop
    if not v_column = any (v_index.indkey::smallint[]) then
      raise exception 'cannot create constraint on %: % does not contain %', table_name, v_index.indexrelid::regclass, distribution_column;
    end if;
  end loop;
  if exists (
    select from pg_policy where polrelid = table_name
      and coalesce(polqual::text, '') || coalesce(polwithcheck::text, '') like '%{SUBLINK%'
  ) then
    raise exception 'cannot create policy: subqueries are not supported in policies on distributed tables (%)', table_name;
  end if;
  for v_key in select * from pg_constraint where conrelid = table_name and contype = 'f' and conparentid = 0 loop
    if not exists (select from public.citus_tables where name = v_key.confrelid) then
      raise exception '% refers to local table %', v_key.conname, v_key.confrelid::regclass;
    end if;
    if exists (select from public.citus_tables where name = v_key.confrelid and kind = 'distributed')
      and not v_column = any (v_key.conkey)
    then
      raise exception '% crosses nodes', v_key.conname;
    end if;
    if v_key.confdeltype in ('n', 'd') and v_column = any (v_key.conkey) then
      raise exception '% would set the distribution column', v_key.conname;
    end if;
  end loop;
  if exists (
    select from pg_constraint inner join public.citus_tables on name = conrelid where confrelid = table_name and kind = 'reference'
  ) then
    raise exception 'a reference table refers to %', table_name;
  end if;
  if colocate_with is not null and not exists (
    select from public.citus_tables as other where other.name = colocate_with and other.distribution_column is not null
  ) then
    raise exception '% is not distributed', colocate_with;
  end if;
  insert into public.citus_tables values (table_name, 'distributed', distribution_column, coalesce(colocate_with, table_name));
end;
$$;
