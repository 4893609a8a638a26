-- What expired days were computed from is dropped once they are frozen (expired_days.sql), in bounded steps; a row that
-- cannot be dropped is set aside and reported, and stops nothing else.

create function private.drop_or_set_aside(p_table regclass, p_rows tid[]) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_half integer := cardinality(p_rows) / 2;
  v_dropped integer;
  v_subject jsonb;
  v_error text;
begin
  begin
    execute format('delete from %s as t where t.ctid = any ($1)', p_table) using p_rows;
    get diagnostics v_dropped = row_count;
    return v_dropped;
  exception
    when transaction_rollback or operator_intervention or insufficient_resources or lock_not_available then
      raise;
    when others then
      v_error := format('%s: %s', sqlstate, sqlerrm);
  end;
  if v_half > 0 then
    return private.drop_or_set_aside(p_table, p_rows[:v_half]) + private.drop_or_set_aside(p_table, p_rows[v_half + 1:]);
  end if;
  execute format(
    'select jsonb_strip_nulls(jsonb_build_object(''table'', %L, ''video_id'', t.video_id, ''id'', to_jsonb(t) -> ''id'', ''viewer_id'',
       case when to_jsonb(t) ? ''id'' then null else to_jsonb(t) -> ''viewer_id'' end)) from %s as t where t.ctid = any ($1)',
    p_table, p_table
  )
  into v_subject using p_rows;
  perform private.report_job_failure('purge_expired_data', v_subject, v_error);
  return 0;
end;
$$;
comment on function private.drop_or_set_aside(regclass, tid[]) is 'Deletes rows its caller has locked; a row that cannot be deleted goes to public.job_failures and keeps no other. Answers how many.';
revoke all on function private.drop_or_set_aside(regclass, tid[]) from public;

-- What is set aside is done when its row is gone: by a later run, or by whoever saw to it.
create function private.forget_dropped_failures() returns void
language sql volatile set search_path = ''
as $$
  delete from public.job_failures as failure
  where failure.job = 'purge_expired_data' and failure.subject ? 'table' and not case failure.subject ->> 'table'
    when 'public.video_watch_sessions' then exists (
      select from public.video_watch_sessions as s
      where s.video_id = (failure.subject ->> 'video_id')::uuid and s.id = (failure.subject ->> 'id')::uuid
    )
    when 'public.video_progress' then exists (
      select from public.video_progress as p
      where p.video_id = (failure.subject ->> 'video_id')::uuid and p.viewer_id = (failure.subject ->> 'viewer_id')::uuid
    )
    else exists (
      select from public.video_analytics_events as e
      where e.video_id = (failure.subject ->> 'video_id')::uuid and e.id = (failure.subject ->> 'id')::uuid
    )
  end;
$$;
comment on function private.forget_dropped_failures() is 'Takes back reports of rows that could not be dropped and are gone by now.';
revoke all on function private.forget_dropped_failures() from public;

create function private.purge_creator(p_creator_id uuid, p_max_rows integer, p_now timestamptz) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  c_live constant interval := interval '1 day';
  c_outbox constant interval := interval '8 days';
  v_creator public.creators;
  v_until timestamptz;
  v_rows tid[];
  v_part record;
  v_dropped integer := 0;
begin
  select * into v_creator from public.creators where creators.id = p_creator_id for no key update;
  v_creator := private.freeze_days(v_creator, p_now);
  v_until := v_creator.frozen_until;
  if v_until is null then return 0; end if;

  -- A visit somebody is still at keeps its row, though it counts no more.
  with expired as materialized (
    select s.video_id, s.id, s.last_seen_at, s.ctid as tuple
    from public.video_watch_sessions as s
    where s.creator_id = p_creator_id and s.session_start < v_until
      and s.first_contact_at < v_until + interval '24 hours' and s.last_seen_at < p_now - c_live
      and not private.is_set_aside(
        'purge_expired_data', jsonb_build_object('table', 'public.video_watch_sessions', 'video_id', s.video_id, 'id', s.id)
      )
    order by s.first_contact_at
    limit p_max_rows
    for update skip locked
  ),
  noted as (
    insert into private.dropped_sessions (video_id, session_id, dropped_at)
    select expired.video_id, expired.id, p_now from expired where expired.last_seen_at > p_now - c_outbox
    on conflict (video_id, session_id) do nothing
  )
  select array_agg(expired.tuple) into v_rows from expired;
  v_dropped := v_dropped + coalesce(private.drop_or_set_aside('public.video_watch_sessions', v_rows), 0);

  -- What the creator's pipeline did is about nobody and stays.
  for v_part in
    select expired.part, array_agg(expired.tuple) as tuples
    from (
      select e.tableoid::regclass as part, e.ctid as tuple
      from public.video_analytics_events as e
      where e.creator_id = p_creator_id and e."timestamp" < v_until
        and private.event_kind(e.event_type) is distinct from 'pipeline'
        and not private.is_set_aside(
          'purge_expired_data', jsonb_build_object('table', e.tableoid::regclass::text, 'video_id', e.video_id, 'id', e.id)
        )
      order by e."timestamp"
      limit p_max_rows
      for update skip locked
    ) as expired
    group by expired.part
  loop
    v_dropped := v_dropped + private.drop_or_set_aside(v_part.part, v_part.tuples);
  end loop;

  -- A student's progress is his record of what he has completed: it stays until he is erased. Nobody asks for an
  -- unnamed viewer's.
  select array_agg(expired.tuple) into v_rows
  from (
    select p.ctid as tuple
    from public.video_progress as p
    where p.creator_id = p_creator_id and p.student_id is null and p.last_contact_at < v_until
      and not exists (
        select from public.video_watch_sessions as s where s.video_id = p.video_id and s.viewer_id = p.viewer_id
      )
      and not private.is_set_aside(
        'purge_expired_data', jsonb_build_object('table', 'public.video_progress', 'video_id', p.video_id, 'viewer_id', p.viewer_id)
      )
    limit p_max_rows
    for update of p skip locked
  ) as expired;
  -- Asked again now that they are locked: a visit may have been bound to one in between. One that is bound from here on
  -- waits for the lock and makes its row anew.
  select array_agg(p.ctid) into v_rows
  from public.video_progress as p
  where p.ctid = any (v_rows) and not exists (
    select from public.video_watch_sessions as s where s.video_id = p.video_id and s.viewer_id = p.viewer_id
  );
  return v_dropped + coalesce(private.drop_or_set_aside('public.video_progress', v_rows), 0);
end;
$$;
comment on function private.purge_creator(uuid, integer, timestamptz) is 'Freezes the days of a creator that have expired, and drops up to so many sessions, events and progress rows of them. Answers how many.';
revoke all on function private.purge_creator(uuid, integer, timestamptz) from public;

create function private.drop_empty_event_partitions(p_now timestamptz) returns integer
language plpgsql volatile set search_path = '' set lock_timeout = '500ms'
as $$
declare
  v_part regclass;
  v_is_empty boolean;
  v_dropped integer := 0;
begin
  for v_part in
    select child.oid::regclass
    from pg_catalog.pg_inherits as i
    inner join pg_catalog.pg_class as child on child.oid = i.inhrelid
    where i.inhparent = 'public.video_analytics_events'::regclass and child.relname ~ '_y\d{4}m\d\d$'
      -- A month that ended a month ago: nothing is written there any more.
      and to_date(right(child.relname, 7), 'YYYY"m"MM') < date_trunc('month', p_now at time zone 'UTC') - interval '1 month'
  loop
    execute format('select not exists (select from %s)', v_part) into v_is_empty;
    continue when not v_is_empty;
    begin
      -- Every message wants the parent: hence the lock_timeout.
      execute format('drop table %s', v_part);
      v_dropped := v_dropped + 1;
    exception
      when lock_not_available then
        exit; -- A busy night; the next one will do.
    end;
  end loop;
  return v_dropped;
end;
$$;
comment on function private.drop_empty_event_partitions(timestamptz) is 'Drops months of events that are over and hold nothing; answers how many.';
revoke all on function private.drop_empty_event_partitions(timestamptz) from public;

create function private.purge_expired_data(p_max_rows integer, p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_job constant text := 'purge_expired_data';
  c_outbox constant interval := interval '8 days';
  c_failures_kept constant interval := interval '30 days';
  v_today date := (p_now at time zone 'UTC')::date;
  v_creator_id uuid;
  v_dropped integer := 0;
begin
  if p_max_rows is null or p_max_rows not between 1 and 1000000 then
    perform private.refuse_malformed('p_max_rows is not between 1 and 1000000', 'Send how many rows one call may drop; call again for more.');
  end if;
  -- One at a time; a second caller has nothing to add.
  if not pg_try_advisory_xact_lock(hashtext('chronos.purge_expired_data')) then
    return 0;
  end if;

  for v_creator_id in
    select creators.id from public.creators
    where creators.retention_days is not null
    order by creators.frozen_before nulls first, creators.id
  loop
    exit when v_dropped >= p_max_rows;
    begin
      v_dropped := v_dropped + private.purge_creator(v_creator_id, p_max_rows - v_dropped, p_now);
      perform private.clear_job_failure(c_job, jsonb_build_object('creator_id', v_creator_id));
    exception
      when transaction_rollback or operator_intervention or insufficient_resources or lock_not_available then
        raise;
      when others then
        perform private.report_job_failure(c_job, jsonb_build_object('creator_id', v_creator_id), format('%s: %s', sqlstate, sqlerrm));
    end;
  end loop;
  perform private.forget_dropped_failures();

  delete from private.dropped_sessions as dropped where dropped.dropped_at < p_now - c_outbox;
  delete from public.job_failures as failure where failure.updated_at < p_now - c_failures_kept;
  delete from private.rate_counters as counters where counters.ends_at < p_now;
  delete from private.rate_salts as salts where salts.date < v_today;
  perform private.rate_salt(v_today), private.rate_salt(v_today + 1);
  perform private.drop_empty_event_partitions(p_now);
  return v_dropped;
end;
$$;
comment on function private.purge_expired_data(integer, timestamptz) is 'Body of public.purge_expired_data(). Definer: nobody else deletes what was measured.';
revoke all on function private.purge_expired_data(integer, timestamptz) from public;
grant execute on function private.purge_expired_data(integer, timestamptz) to service_role;

create function public.purge_expired_data(p_max_rows integer default 10000) returns integer
language sql volatile set search_path = ''
begin atomic
  select private.purge_expired_data(p_max_rows);
end;
comment on function public.purge_expired_data(integer) is 'Freezes days past creators.retention_days and drops their sessions and events, about p_max_rows in one call, and what else has served its time: rate counters and salts, reports of failures, empty months. Answers how many rows; call again until it is 0. Harmless when repeated; what cannot be dropped is set aside in job_failures.';
revoke all on function public.purge_expired_data(integer) from public, anon, authenticated, service_role;
grant execute on function public.purge_expired_data(integer) to service_role;
