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

-- What a row is called: whose ids are in it, and its title or that of its course.
create function pg_temp.label(p_row jsonb) returns text language sql immutable as $$
  select concat_ws(' ',
    coalesce(string_agg(owner.key, '/' order by owner.place), 'nobody'),
    coalesce(p_row ->> 'title', split_part('{names}'::jsonb ->> (p_row ->> 'course_id'), ' ', 2))
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

-- Columns that refer to other rows and may be changed, with everything they refer to.
create function pg_temp.moves(p_table regclass, p_role text) returns table (name text, id text) language plpgsql as $$
declare
  v_name text;
begin
  for v_name in
    select distinct quote_ident(a.attname)
    from pg_constraint as c
    inner join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.conrelid = p_table and has_column_privilege(p_role, p_table, a.attnum, 'update')
  loop
    return query execute format('select distinct %L, %I::text from %s where %2$I is not null', v_name, v_name, p_table);
  end loop;
end;
$$;

-- The names of the rows that the command reaches, or the reason why it reaches none.
create function pg_temp.attempt(p_table regclass, p_command text, p_role text, p_claims text) returns text
language plpgsql as $$
declare
  v_readable text[] := pg_temp.columns(p_table, p_role, 'select');
  v_seen text := case when v_readable = '{}' then 'true as unseen' else array_to_string(v_readable, ', ') end;
  v_names text := 'select string_agg(distinct pg_temp.label(to_jsonb(hit)), '', '' order by pg_temp.label(to_jsonb(hit))) from hit';
  v_columns text[];
  v_sample record;
  v_column text;
  v_id text;
  v_outcome text;
  v_outcomes text[] := '{}';
begin
  if p_command = 'select' then
    return pg_temp.probe(p_role, p_claims, format('with hit as (select %s from %s) %s',
      case when v_readable = '{}' then '*' else v_seen end, p_table, v_names));
  elsif p_command = 'delete' then
    return pg_temp.probe(p_role, p_claims, format('with hit as (delete from %s returning %s) %s', p_table, v_seen, v_names));
  end if;
  if p_command = 'move' then
    for v_column, v_id in select * from pg_temp.moves(p_table, p_role) loop
      v_outcome := pg_temp.probe(p_role, p_claims, format('with hit as (update %s set %s = %L returning %s) %s',
        p_table, v_column, v_id, v_seen, v_names));
      if v_outcome not in ('denied', 'none') then
        v_outcomes := v_outcomes || (v_column || ' to ' || coalesce('{names}'::jsonb ->> v_id, 'another'));
      end if;
    end loop;
    select string_agg(distinct outcome, ', ' order by outcome) into v_outcome from unnest(v_outcomes) as outcome;
    return coalesce(v_outcome, 'nothing');
  end if;
  v_columns := pg_temp.columns(p_table, p_role, p_command);
  if v_columns = '{}' then v_columns := pg_temp.columns(p_table, null, p_command); end if;
  if p_command = 'update' then
    return pg_temp.probe(p_role, p_claims, format('with hit as (update %s set %2$s = %2$s returning %3$s) %4$s',
      p_table, v_columns[1], v_seen, v_names));
  end if;
  for v_sample in select * from pg_temp.samples where name = p_table::text loop
    v_outcome := pg_temp.probe(p_role, p_claims, format(
      'with hit as (insert into %1$s (%2$s) select %2$s from jsonb_populate_record(null::%1$s, %3$L) returning %4$s) %5$s',
      p_table, array_to_string(v_columns, ', '), v_sample.row, v_seen, v_names));
    -- A duplicate got past rights and policies.
    v_outcomes := v_outcomes || case when v_outcome in ('23505', '23P01') then v_sample.label else v_outcome end;
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

-- What the catalog says of columns, one line per role: no rows are needed to see these.
create function pg_temp.describe(p_table regclass, p_role text, p_privilege text) returns text language sql stable as $$
  select case
    when held = '{}' then null
    when held = whole then 'all'
    when cardinality(held) > 12 and 2 * cardinality(held) > cardinality(whole) then 'all but ' || (
      select string_agg(name, ' ') from unnest(whole) as name where name <> all (held)
    )
    else array_to_string(held, ' ')
  end
  from pg_temp.columns(p_table, p_role, p_privilege) as held, pg_temp.columns(p_table, null, p_privilege) as whole;
$$;
