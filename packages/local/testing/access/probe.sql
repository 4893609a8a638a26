-- Asks the database what a caller gets. Everything a probe does is undone, so that each begins with the same rows.

create function pg_temp.probe(p_role text, p_claims text, p_sql text) returns text language plpgsql as $$
declare
  v_answer text;
begin
  begin
    -- The last: Storage sets it before it deletes the row of a file.
    perform set_config('role', p_role, true), set_config('request.jwt.claims', p_claims, true),
      set_config('storage.allow_delete_query', 'true', true);
    execute p_sql into v_answer;
    raise sqlstate 'CELL0' using message = coalesce(nullif(v_answer, ''), 'none');
  exception when others then
    return case sqlstate when 'CELL0' then sqlerrm when '42501' then 'denied' else sqlstate end;
  end;
end;
$$;

-- What a row is called: whose ids are in it, and its title, that of its course, or its file.
create function pg_temp.label(p_row jsonb) returns text language sql immutable as $$
  select concat_ws(' ',
    coalesce(string_agg(owner.key, '/' order by owner.place), 'nobody'),
    coalesce(p_row ->> 'title', split_part('{names}'::jsonb ->> (p_row ->> 'course_id'), ' ', 2),
      substring(p_row ->> 'name' from '[^/]*/[^/]*/(.*)'))
  )
  from jsonb_each_text('{owners}') with ordinality as owner (key, digits, place)
  where p_row::text like '%"' || owner.digits || '-%';
$$;

create function pg_temp.columns(p_table regclass, p_role text, p_privilege text) returns text[] language sql stable as $$
  select coalesce(array_agg(quote_ident(a.attname) order by a.attnum), '{}')
  from pg_attribute as a
  where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
    and (p_privilege = 'select' or a.attgenerated = '')
    and (p_role is null or has_column_privilege(p_role, p_table, a.attnum, p_privilege));
$$;

-- Rows that an insert is tried with: one of each name.
create temporary table samples as select null::text as name, null::text as label, null::jsonb as row limit 0;
grant select on pg_temp.samples to public;
create function pg_temp.take_samples(p_table regclass) returns void language plpgsql as $$
begin
  delete from pg_temp.samples where name = p_table::text;
  execute format('insert into pg_temp.samples select distinct on (2) %L, pg_temp.label(to_jsonb(t)), to_jsonb(t) from %s as t order by 2, 3', p_table, p_table);
end;
$$;

-- Columns that place a row under another and may be changed, with all the places there are.
create function pg_temp.moves(p_table regclass, p_role text) returns table (name text, id text) language plpgsql as $$
declare
  v_name text;
begin
  for v_name in
    select distinct quote_ident(a.attname)
    from pg_constraint as c
    inner join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.conrelid = p_table and has_column_privilege(p_role, p_table, a.attnum, 'update')
    -- A path says whose folder a file is in.
    union
    select 'name' where p_table = to_regclass('storage.objects')
  loop
    return query execute format('select distinct %L, %I::text from %s where %2$I is not null', v_name, v_name, p_table);
  end loop;
end;
$$;

-- The names of the rows that the command reaches, or the reason why it reaches none.
--
-- Each write is tried twice: naming the rows it reaches, and blindly, without reading anything. Reading brings the
-- policies of select to bear as well, so only the blind one shows what the write's own policy allows.
create function pg_temp.attempt(p_table regclass, p_command text, p_role text, p_claims text) returns text
language plpgsql as $$
declare
  v_readable text[] := pg_temp.columns(p_table, p_role, 'select');
  v_seen text := case when v_readable = '{}' then 'true as unseen' else array_to_string(v_readable, ', ') end;
  v_names text := 'select string_agg(distinct pg_temp.label(to_jsonb(hit)), '', '' order by pg_temp.label(to_jsonb(hit))) from hit';
  v_column text;
  v_write text;
begin
  case p_command
    when 'select' then
      return pg_temp.probe(p_role, p_claims, format('with hit as (select %s from %s) %s',
        case when v_readable = '{}' then '*' else v_seen end, p_table, v_names));
    when 'insert' then return pg_temp.attempt_insert(p_table, p_role, p_claims, v_seen, v_names);
    when 'move' then return pg_temp.attempt_move(p_table, p_role, p_claims);
    when 'delete' then
      return pg_temp.both(
        pg_temp.probe(p_role, p_claims, format('with hit as (delete from %s returning %s) %s', p_table, v_seen, v_names)),
        pg_temp.probe(p_role, p_claims, format('with hit as (delete from %s returning %s) select count(*) from hit', p_table, v_seen)),
        pg_temp.probe(p_role, p_claims, format('with hit as (delete from %s returning 1) select count(*) from hit', p_table)));
    when 'update' then
      v_column := pg_temp.plain_column(p_table, p_role);
      v_write := format('update %1$s set %2$I = (select sample.%2$I from jsonb_populate_record(null::%1$s, %3$L) as sample)',
        p_table, v_column, (select s.row from pg_temp.samples as s where s.name = p_table::text limit 1));
      return pg_temp.both(
        pg_temp.probe(p_role, p_claims, format('with hit as (update %s set %I = %2$I returning %s) %s',
          p_table, v_column, v_seen, v_names)),
        pg_temp.probe(p_role, p_claims, format('with hit as (update %s set %I = %2$I returning %s) select count(*) from hit',
          p_table, v_column, v_seen)),
        pg_temp.probe(p_role, p_claims, format('with hit as (%s returning 1) select count(*) from hit', v_write)));
  end case;
end;
$$;

create function pg_temp.both(p_names text, p_seen text, p_blind text) returns text language sql immutable as $$
  select case when p_seen = p_blind or (p_seen ~ '^[1-9]' and p_blind like '23%') then p_names else p_names || ' and blindly ' || p_blind end;
$$;

-- A column the role may change, best one that may be the same in all rows.
create function pg_temp.plain_column(p_table regclass, p_role text) returns text language sql stable as $$
  select a.attname
  from pg_attribute as a
  where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  order by
    not has_column_privilege(p_role, p_table, a.attnum, 'update'),
    exists (select from pg_index as i where i.indrelid = p_table and a.attnum = any (i.indkey) and i.indisunique),
    a.attnum
  limit 1;
$$;

create function pg_temp.attempt_insert(p_table regclass, p_role text, p_claims text, p_seen text, p_names text) returns text
language plpgsql as $$
declare
  v_columns text[] := pg_temp.columns(p_table, p_role, 'insert');
  v_unowned text[];
  v_insert text;
  v_sample record;
  v_outcome text;
  v_blind text;
  v_outcomes text[] := '{}';
begin
  if v_columns = '{}' then v_columns := pg_temp.columns(p_table, null, 'insert'); end if;
  v_unowned := array(
    select name from unnest(v_columns) with ordinality as c (name, place)
    where not exists (
      select from pg_attrdef as d
      inner join pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum
      where d.adrelid = p_table and quote_ident(a.attname) = c.name and pg_get_expr(d.adbin, d.adrelid) like 'private.%'
    )
    order by place
  );
  for v_sample in select * from pg_temp.samples as s where s.name = p_table::text loop
    v_insert := format('insert into %1$s (%2$s) select %2$s from jsonb_populate_record(null::%1$s, %3$L)',
      p_table, array_to_string(v_columns, ', '), v_sample.row);
    v_outcome := pg_temp.probe(p_role, p_claims, format('with hit as (%s returning %s) %s', v_insert, p_seen, p_names));
    v_blind := pg_temp.probe(p_role, p_claims, format('with hit as (%s returning 1) select count(*) from hit', v_insert));
    v_outcomes := v_outcomes || case
      -- A duplicate got past rights and policies.
      when v_outcome in ('23505', '23P01') then v_sample.label
      when v_outcome = 'denied' and v_blind <> 'denied' then 'blindly ' || v_sample.label || ' ' || v_blind
      else v_outcome
    end;
    -- Whoever names an owner is told when he forgets to, and not that he may not ask for the default.
    if v_outcome <> 'denied' and v_unowned <> v_columns and pg_temp.probe(p_role, p_claims, format(
      'insert into %1$s (%2$s) select %2$s from jsonb_populate_record(null::%1$s, %3$L) returning 1',
      p_table, array_to_string(v_unowned, ', '), v_sample.row)) = 'denied'
    then
      v_outcomes := v_outcomes || 'denied without an owner'::text;
    end if;
  end loop;
  if v_outcomes = '{}' then
    return pg_temp.probe(p_role, p_claims, format('insert into %s default values returning %L', p_table, 'an empty row'));
  end if;
  select string_agg(distinct outcome, ', ' order by outcome) into v_outcome
  from unnest(v_outcomes) as outcome
  where outcome <> 'denied' or array['denied'] @> v_outcomes;
  return v_outcome;
end;
$$;

create function pg_temp.attempt_move(p_table regclass, p_role text, p_claims text) returns text language plpgsql as $$
declare
  v_column text;
  v_id text;
  v_outcome text;
  v_outcomes text[] := '{}';
begin
  for v_column, v_id in select * from pg_temp.moves(p_table, p_role) loop
    v_outcome := pg_temp.probe(p_role, p_claims, format(
      'with hit as (update %s set %s = %L returning 1) select nullif(count(*), 0) from hit', p_table, v_column, v_id));
    if v_outcome not in ('denied', 'none') then
      v_outcomes := v_outcomes || (v_column || ' to ' || coalesce('{names}'::jsonb ->> v_id, nullif(pg_temp.label(jsonb_build_object('name', v_id)), 'nobody'), v_id));
    end if;
  end loop;
  return coalesce((select string_agg(distinct outcome, ', ' order by outcome) from unnest(v_outcomes) as outcome), 'nothing');
end;
$$;

-- What the catalog says by itself ----------------------------------------------------------------------

create function pg_temp.names_of(p_columns text[], p_whole text[]) returns text language sql immutable as $$
  select case
    when p_columns = p_whole then 'all'
    when cardinality(p_columns) > 12 and 2 * cardinality(p_columns) > cardinality(p_whole) then 'all but ' || (
      select string_agg(name, ' ') from unnest(p_whole) as name where name <> all (p_columns)
    )
    else array_to_string(p_columns, ' ')
  end;
$$;

-- Columns by role and privilege, and the privileges that concern whole rows and tables.
create function pg_temp.rights(p_table regclass) returns text language sql stable as $$
  select coalesce(string_agg(role || ': ' || concat_ws(', ', lines.columns, lines.whole), ' | ' order by place), 'none')
  from unnest(array['anon', 'authenticated', 'service_role']) with ordinality as roles (role, place),
    lateral (
      select
        (
          select string_agg(privilege || ' ' || pg_temp.names_of(held, pg_temp.columns(p_table, null, privilege)), ', ' order by n)
          from unnest(array['select', 'insert', 'update']) with ordinality as p (privilege, n),
            pg_temp.columns(p_table, role, privilege) as held
          where held <> '{}'
        ) as columns,
        (
          select string_agg(privilege, ' ' order by n)
          from unnest(array['delete', 'truncate', 'references', 'trigger']) with ordinality as p (privilege, n)
          where has_table_privilege(role, p_table, privilege)
        ) as whole
    ) as lines
  where lines.columns is not null or lines.whole is not null;
$$;

create function pg_temp.policies(p_table regclass) returns text language sql stable as $$
  select case
    when c.relkind in ('v', 'm') then coalesce(array_to_string(c.reloptions, ' '), 'none')
    else case when c.relrowsecurity then 'on' else 'off' end || coalesce(': ' || (
      select string_agg(p.polname || case when p.polroles <> array['authenticated'::regrole::oid] then ' to ' || (
          select string_agg(case role when 0 then 'public' else role::regrole::text end, ' and ') from unnest(p.polroles) as role
        ) else '' end, ', ' order by p.polname)
      from pg_policy as p
      where p.polrelid = c.oid
    ), '')
  end
  from pg_class as c
  where c.oid = p_table;
$$;

-- Functions, with the roles that may execute them, their owners apart.
create function pg_temp.executors() returns table (name text, roles text) language sql stable as $$
  select n.nspname || '.' || p.proname, coalesce(string_agg(distinct role.name, ' ' order by role.name), '')
  from pg_proc as p
  inner join pg_namespace as n on n.oid = p.pronamespace
  left join lateral (
    select case when acl.grantee = 0 then 'PUBLIC' else acl.grantee::regrole::text end as name
    from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as acl
    where acl.grantee <> p.proowner
  ) as role on true
  where n.nspname in ('public', 'private', 'partitions')
    and not exists (select from pg_depend as d where d.objid = p.oid and d.deptype = 'e')
  group by 1
  order by 1;
$$;

create function pg_temp.schema_rights() returns text language sql stable as $$
  select string_agg(format('%s %s: %s', role, n.nspname, privilege), ' | ' order by role, n.nspname, privilege)
  from pg_namespace as n, unnest(array['anon', 'authenticated', 'service_role']) as role,
    unnest(array['usage', 'create']) as privilege
  where n.nspname in ('public', 'private', 'partitions') and has_schema_privilege(role, n.oid, privilege);
$$;

-- The changes of which the catalog's own words, as above, say nothing.
create function pg_temp.unnoticed(p_changes jsonb) returns setof text language plpgsql as $$
declare
  v_change record;
  v_before text;
  v_after text;
  v_words constant text := 'select concat_ws(chr(10), pg_temp.rights($1), pg_temp.policies($1), case when $1 is null then
    concat(pg_temp.schema_rights(), (select string_agg(concat(name, roles), chr(10) order by name, roles) from pg_temp.executors())) end)';
begin
  for v_change in
    select *, lag("table") over (order by "table") is not distinct from "table" as is_known
    from jsonb_to_recordset(p_changes) as change (sql text, "table" text)
    order by "table"
  loop
    if v_before is null or not v_change.is_known then
      execute v_words into v_before using v_change."table"::regclass;
    end if;
    begin
      execute v_change.sql;
      execute v_words into v_after using v_change."table"::regclass;
      raise sqlstate 'CELL0';
    exception when sqlstate 'CELL0' then
      null;
    end;
    if v_after is not distinct from v_before then
      return next v_change.sql;
    end if;
  end loop;
end;
$$;
