-- What is known about one student: told to him, and erased for him. The tables are named once, in
-- private.student_tables(): a project may have others that know a student_id, and those are none of ours. A test holds
-- the list complete. How a table takes part its columns say:
--
-- student_id            the rows are his
-- viewer_id             the same, under the name by which viewers are counted
-- student_id not null   the rows are nothing without him: erased with him
-- otherwise             the rows are figures too: they stay, and forget whose they were (docs/decisions/0107)

create function private.student_tables(
  out relation regclass,
  out name text,
  out his text,
  out owned text,
  out key text,
  out hidden text[],
  out forgets text
) returns setof record
language sql stable set search_path = ''
as $$
  with columns as (
    select
      tables.oid as relation, tables.relname as name, columns.attname as "column", columns.attnotnull as is_required,
      columns.atttypid = 'bytea'::regtype as is_secret
    from pg_catalog.pg_class as tables
    inner join pg_catalog.pg_attribute as columns on columns.attrelid = tables.oid
    where tables.oid in (
        'public.enrollments'::regclass, 'public.video_analytics_events'::regclass,
        'public.video_progress'::regclass, 'public.video_watch_sessions'::regclass
      )
      and columns.attnum > 0 and not columns.attisdropped
  )
  select
    columns.relation::regclass,
    columns.name,
    case when 'student_id' = any (array_agg(columns."column")) then 't.student_id = $1' else 't.viewer_id = $1' end,
    case
      when 'creator_id' = any (array_agg(columns."column")) then 't.creator_id = $2'
      when 'video_id' = any (array_agg(columns."column"))
        then 't.video_id in (select videos.id from public.videos where videos.creator_id = $2)'
      when 'course_id' = any (array_agg(columns."column"))
        then 't.course_id in (select courses.id from public.courses where courses.creator_id = $2)'
      else 'false'
    end,
    (
      select string_agg(format('t.%I', keys.attname), ', ' order by array_position(i.indkey::smallint[], keys.attnum))
      from pg_catalog.pg_index as i
      inner join pg_catalog.pg_attribute as keys on keys.attrelid = i.indrelid and keys.attnum = any (i.indkey)
      where i.indrelid = columns.relation and i.indisprimary
    ),
    coalesce(array_agg(columns."column"::text) filter (where columns.is_secret), '{}'),
    case when not bool_or(columns."column" = 'student_id' and columns.is_required) then
      string_agg(format('%I = %s', columns."column", case columns."column"
        when 'viewer_id' then '$2'
        when 'metadata' then 'private.metadata_of_nobody(t.metadata)'
        -- The one referrer that figures count; it says nothing of anybody.
        when 'referrer_type' then 'case when t.referrer_type = ''chat_reference'' then t.referrer_type end'
        else 'null'
      end), ', ') filter (where columns."column" in (
        'viewer_id', 'student_id', 'anonymous_id_hash', 'previous_session_id', 'course_id', 'module_id', 'device_type',
        'referrer_type', 'player_version', 'context_digest', 'metadata'
      ))
    end
  from columns
  group by columns.relation, columns.name
  order by columns.name;
$$;
comment on function private.student_tables() is 'The tables with rows of students, and per table as SQL: which rows are his ($1), which of those concern a creator ($2), their order, what is never told, and what they forget ($2 a new viewer id); null where the rows go.';
revoke all on function private.student_tables() from public;

create function private.metadata_of_nobody(p_metadata jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(fact.key, fact.value), '{}')
  from jsonb_each(p_metadata) as fact
  where fact.key in ('percent_complete', 'watch_time_seconds', 'completion_time');
$$;
comment on function private.metadata_of_nobody(jsonb) is 'The numbers of an event; no device, no session, no words.';
revoke all on function private.metadata_of_nobody(jsonb) from public;

-- A student asks about himself, a server with the service key about anybody. A creator asks about a student his platform
-- signs for, and is told what concerns his own videos and courses.
create function private.admit_student_request(p_student_id uuid, out creator_id uuid)
language plpgsql stable set search_path = ''
as $$
begin
  if private.is_operator() then
    if not exists (select from public.students where students.id = p_student_id) then
      raise sqlstate 'PT404' using message = 'no such student', hint = 'Send students.id. Who has been erased is found no more.';
    end if;
    return;
  end if;
  if p_student_id = private.my_student_id() then return; end if;
  select students.creator_id into creator_id
  from public.students
  where students.id = p_student_id and students.creator_id = private.my_creator_id();
  if not found then
    raise sqlstate 'PT403' using
      message = 'not allowed',
      hint = 'A student asks about himself, a creator about students his platform signs for, a server with the service key about anybody.';
  end if;
end;
$$;
comment on function private.admit_student_request(uuid) is 'Whether the caller may ask about a student, and as which creator if as one; PT403 otherwise, PT404 for service_role where there is none.';
revoke all on function private.admit_student_request(uuid) from public;

create function private.export_student_data(p_student_id uuid, p_page integer, p_now timestamptz default now()) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  c_rows_per_page constant integer := 500;
  v_creator_id uuid := private.admit_student_request(p_student_id);
  v_table record;
  v_rows jsonb;
  v_tables jsonb;
  v_is_last boolean := true;
begin
  if p_page is null or p_page < 0 then
    perform private.refuse_malformed('p_page is negative', 'Send 0 for the first page, then next_page until it is null.');
  end if;
  select jsonb_build_object('students', coalesce(jsonb_agg(to_jsonb(students)) filter (where p_page = 0), '[]'))
  into v_tables
  from public.students where students.id = p_student_id;

  for v_table in select * from private.student_tables() loop
    -- One row more than a page holds says whether there is another.
    execute format(
      'select coalesce(jsonb_agg(to_jsonb(page) - %L::text[]), ''[]'')
       from (select t.* from %s as t where %s and (%s or $2 is null) order by %s offset $3 limit $4) as page',
      v_table.hidden, v_table.relation, v_table.his, v_table.owned, v_table.key
    )
    into v_rows
    using p_student_id, v_creator_id, p_page::bigint * c_rows_per_page, c_rows_per_page + 1;
    if jsonb_array_length(v_rows) > c_rows_per_page then
      v_is_last := false;
      v_rows := v_rows - c_rows_per_page;
    end if;
    v_tables := v_tables || jsonb_build_object(v_table.name, v_rows);
  end loop;
  return jsonb_build_object(
    'student_id', p_student_id,
    'exported_at', p_now,
    'page', p_page,
    'next_page', case when not v_is_last then p_page + 1 end,
    'tables', v_tables
  );
end;
$$;
comment on function private.export_student_data(uuid, integer, timestamptz) is 'Body of public.export_student_data(). Definer: what is told is decided here, not by policies.';
revoke all on function private.export_student_data(uuid, integer, timestamptz) from public;
grant execute on function private.export_student_data(uuid, integer, timestamptz) to authenticated, service_role;

create function public.export_student_data(p_student_id uuid, p_page integer default 0) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.export_student_data(p_student_id, p_page);
end;
comment on function public.export_student_data(uuid, integer) is 'Everything about one student: {student_id, exported_at, page, next_page, tables: {table: [row]}}, at most 500 rows of each table on a page; ask for next_page until it is null. By the student himself, by service_role, by a creator for students his platform signs for. No hash and no key is in it. PT403 not allowed, PT404 no such student.';
revoke all on function public.export_student_data(uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.export_student_data(uuid, integer) to authenticated, service_role;

-- Sessions first and then the student: the order in which a first message goes. A session that became his in between has
-- not been waited for, and to wait for it now could be for ever, so everything is let go and begun again.
create function private.lock_student(p_student_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_tries constant integer := 20;
  v_sessions bigint;
begin
  for v_try in 1 .. c_max_tries loop
    begin
      perform
      from public.video_watch_sessions as s
      where s.student_id = p_student_id
      order by s.video_id, s.viewer_id, s.id
      for no key update;
      get diagnostics v_sessions = row_count;
      perform from public.students where students.id = p_student_id for update;
      if v_sessions = (select count(*) from public.video_watch_sessions as s where s.student_id = p_student_id) then
        return;
      end if;
      raise sqlstate 'PT503' using
        message = 'the student is opening sessions just now',
        hint = 'Send the request again.';
    exception when sqlstate 'PT503' then
      if v_try = c_max_tries then raise; end if;
    end;
  end loop;
end;
$$;
comment on function private.lock_student(uuid) is 'Keeps all messages of a student waiting until the transaction ends; PT503 if he does not stop opening sessions.';
revoke all on function private.lock_student(uuid) from public;

create function private.erase_student_data(p_student_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- One for all his rows, so that he still counts as one viewer; random, so that nothing leads back.
  v_nobody uuid := gen_random_uuid();
  v_table record;
  v_count bigint;
  v_erased jsonb := '{}'::jsonb;
begin
  perform private.admit_student_request(p_student_id);
  perform private.lock_student(p_student_id);
  for v_table in select * from private.student_tables() loop
    if v_table.forgets is null then
      execute format('delete from %s as t where %s', v_table.relation, v_table.his) using p_student_id;
    else
      execute format('update %s as t set %s where %s', v_table.relation, v_table.forgets, v_table.his)
        using p_student_id, v_nobody;
    end if;
    get diagnostics v_count = row_count;
    v_erased := v_erased || jsonb_build_object(v_table.name, v_count);
  end loop;
  delete from public.students where students.id = p_student_id;
  get diagnostics v_count = row_count;
  if v_count = 0 then
    raise sqlstate 'PT404' using message = 'no such student', hint = 'Another request has erased him.';
  end if;
  return v_erased || jsonb_build_object('students', v_count);
end;
$$;
comment on function private.erase_student_data(uuid) is 'Body of public.erase_student_data(). Definer: nobody else writes these tables.';
revoke all on function private.erase_student_data(uuid) from public;
grant execute on function private.erase_student_data(uuid) to authenticated, service_role;

create function public.erase_student_data(p_student_id uuid) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.erase_student_data(p_student_id);
end;
comment on function public.erase_student_data(uuid) is 'Forgets one student for good: his row and enrolments go; his visits and events stay as figures under a random viewer id, without course, device or words. Figures and rebuilds are the same as before. By the student himself, by service_role, by a creator for students his platform signs for. Answers how many rows per table. PT403 not allowed, PT404 no such student, PT503 send again. Deleting his sign-in is the caller''s.';
revoke all on function public.erase_student_data(uuid) from public, anon, authenticated, service_role;
grant execute on function public.erase_student_data(uuid) to authenticated, service_role;
