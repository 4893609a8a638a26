-- Jobs: what has to happen without anybody calling. Each is harmless when doubled or missed, and service_role may run
-- it by hand where no scheduler is installed.

create function private.close_stale_watch_sessions() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_silence constant interval := interval '30 minutes';
  v_closed integer;
begin
  -- Provisional: a real end replaces it, a later message clears it. A session locked by its own message is not silent.
  with silent as (
    select s.video_id, s.id
    from public.video_watch_sessions as s
    where s.session_end is null and s.first_contact_at < now() - c_silence and s.last_seen_at < now() - c_silence
    for no key update skip locked
  )
  update public.video_watch_sessions as s
  set session_end = s.last_seen_at, close_reason = 'stale', updated_at = now()
  from silent
  where s.video_id = silent.video_id and s.id = silent.id;
  get diagnostics v_closed = row_count;
  return v_closed;
end;
$$;
comment on function private.close_stale_watch_sessions() is 'Body of public.close_stale_watch_sessions(). Definer: nobody else writes sessions.';
revoke all on function private.close_stale_watch_sessions() from public;
grant execute on function private.close_stale_watch_sessions() to service_role;

create function public.close_stale_watch_sessions() returns integer
language sql volatile set search_path = ''
begin atomic
  select private.close_stale_watch_sessions();
end;
comment on function public.close_stale_watch_sessions() is 'Closes sessions not heard of for 30 minutes, at their last contact; answers how many.';
revoke all on function public.close_stale_watch_sessions() from public, anon, authenticated, service_role;
grant execute on function public.close_stale_watch_sessions() to service_role;

create function public.ensure_event_partitions(p_months_ahead integer default 3) returns integer
language sql volatile set search_path = ''
begin atomic
  select private.ensure_event_partitions(p_months_ahead);
end;
comment on function public.ensure_event_partitions(integer) is 'Makes the monthly partitions of events up to so many months ahead; answers how many.';
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
