-- Jobs: what has to happen without anybody calling. Each is harmless when doubled or missed, and service_role may run
-- it by hand where no scheduler is installed.

create function private.close_or_set_aside(p_video_ids uuid[], p_ids uuid[], p_now timestamptz) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_half integer := cardinality(p_ids) / 2;
  v_closed integer;
  v_error text;
begin
  begin
    -- Provisional: a real end replaces it, a later message clears it.
    update public.video_watch_sessions as s
    set session_end = s.last_seen_at, close_reason = 'stale', updated_at = p_now
    from unnest(p_video_ids, p_ids) as silent (video_id, id)
    where s.video_id = silent.video_id and s.id = silent.id;
    get diagnostics v_closed = row_count;
    return v_closed;
  exception
    when transaction_rollback or operator_intervention or insufficient_resources or lock_not_available then
      raise;
    when others then
      v_error := format('%s: %s', sqlstate, sqlerrm);
  end;
  if v_half > 0 then
    return private.close_or_set_aside(p_video_ids[:v_half], p_ids[:v_half], p_now)
      + private.close_or_set_aside(p_video_ids[v_half + 1:], p_ids[v_half + 1:], p_now);
  end if;
  perform private.report_job_failure(
    'close_stale_watch_sessions', jsonb_build_object('video_id', p_video_ids[1], 'id', p_ids[1]), v_error
  );
  return 0;
end;
$$;
comment on function private.close_or_set_aside(uuid[], uuid[], timestamptz) is 'Closes sessions its caller has locked; one that cannot be closed goes to public.job_failures and keeps no other. Answers how many.';
revoke all on function private.close_or_set_aside(uuid[], uuid[], timestamptz) from public;

create function private.close_stale_watch_sessions(p_max_rows integer default 10000, p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_job constant text := 'close_stale_watch_sessions';
  c_silence constant interval := interval '30 minutes';
  v_video_ids uuid[];
  v_ids uuid[];
  v_closed integer;
begin
  -- A session locked by its own message is not silent.
  select array_agg(silent.video_id), array_agg(silent.id) into v_video_ids, v_ids
  from (
    select s.video_id, s.id
    from public.video_watch_sessions as s
    where s.session_end is null and s.first_contact_at < p_now - c_silence and s.last_seen_at < p_now - c_silence
      and not private.is_set_aside(c_job, jsonb_build_object('video_id', s.video_id, 'id', s.id))
    limit p_max_rows
    for no key update skip locked
  ) as silent;
  v_closed := private.close_or_set_aside(v_video_ids, v_ids, p_now);
  -- What is no longer open needs no closing.
  delete from public.job_failures as failure
  where failure.job = c_job and not exists (
    select from public.video_watch_sessions as s
    where s.video_id = (failure.subject ->> 'video_id')::uuid and s.id = (failure.subject ->> 'id')::uuid and s.session_end is null
  );
  return v_closed;
end;
$$;
comment on function private.close_stale_watch_sessions(integer, timestamptz) is 'Body of public.close_stale_watch_sessions(), up to so many sessions in one run. Definer: nobody else writes sessions.';
revoke all on function private.close_stale_watch_sessions(integer, timestamptz) from public;
grant execute on function private.close_stale_watch_sessions(integer, timestamptz) to service_role;

create function public.close_stale_watch_sessions() returns integer
language sql volatile set search_path = ''
begin atomic
  select private.close_stale_watch_sessions();
end;
comment on function public.close_stale_watch_sessions() is 'Closes sessions not heard of for 30 minutes, at their last contact, up to 10,000 in one call; answers how many. Harmless when repeated; what cannot be closed is set aside in job_failures.';
revoke all on function public.close_stale_watch_sessions() from public, anon, authenticated, service_role;
grant execute on function public.close_stale_watch_sessions() to service_role;

create function public.ensure_event_partitions(p_months_ahead integer default 3) returns integer
language sql volatile set search_path = ''
begin atomic
  select private.ensure_event_partitions(p_months_ahead);
end;
comment on function public.ensure_event_partitions(integer) is 'Makes the monthly partitions of events up to so many months ahead, 24 at most; answers how many.';
revoke all on function public.ensure_event_partitions(integer) from public, anon, authenticated, service_role;
grant execute on function public.ensure_event_partitions(integer) to service_role;

-- The first months, so that the default partition stays empty from the start.
select private.ensure_event_partitions();

-- Every job, in one block: whoever enables pg_cron later runs it once more (docs/guides/install-supabase.md).
do $$
begin
  if exists (select from pg_catalog.pg_extension where extname = 'pg_cron') then
    perform cron.schedule('chronos-roll-up', '* * * * *', 'select private.roll_up_marked_days(60)');
    perform cron.schedule('chronos-roll-up-again', '15 3 * * *', 'select private.roll_up_recent_days(3)');
    perform cron.schedule('chronos-close-stale', '*/5 * * * *', 'select private.close_stale_watch_sessions()');
    perform cron.schedule('chronos-settle-durations', '* * * * *', 'select private.settle_video_durations()');
    perform cron.schedule('chronos-partitions', '0 2 * * *', 'select private.ensure_event_partitions()');
    perform cron.schedule('chronos-purge', '*/10 * * * *', 'select private.purge_expired_data(10000)');
  end if;
end;
$$;
