-- The three runs of the rollup: every minute what was marked, every night the last days, and on request everything.

-- A transaction may rely on a mark it found, so a mark goes only when all that began in its minute have ended. A
-- transaction whose start is hidden from the owner of these functions may have begun at any time.
create function private.oldest_transaction_start() returns timestamptz
language sql volatile set search_path = ''
as $$
  select min(coalesce(activity.xact_start, '-infinity'))
  from pg_catalog.pg_stat_activity as activity
  where activity.datname = current_database() and activity.pid <> pg_backend_pid()
    and activity.backend_type is distinct from 'autovacuum worker'
    and (
      activity.xact_start is not null
      or (activity.state is null and exists (
        select from pg_catalog.pg_locks where pg_locks.locktype = 'virtualxid' and pg_locks.pid = activity.pid
      ))
    );
$$;
comment on function private.oldest_transaction_start() is 'When the oldest running transaction of this database began; -infinity if that cannot be told, null if there is none beside this one.';
revoke all on function private.oldest_transaction_start() from public;

-- p_settle_seconds: how long a mark rests before its day is computed. Lengths of videos are settled elsewhere, by agreement.
create function private.roll_up_marked_days(p_settle_seconds integer, p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_settled timestamptz := p_now - make_interval(secs => p_settle_seconds);
  v_oldest timestamptz;
  v_days private.video_day[];
begin
  if p_settle_seconds is null or p_settle_seconds < 0 then
    perform private.refuse_malformed('p_settle_seconds is negative', 'Send 0 or more seconds.');
  end if;
  -- One at a time; a second caller has nothing to add.
  if not pg_try_advisory_xact_lock(hashtext('chronos.roll_up_video_analytics')) then
    return 0;
  end if;

  v_oldest := least(p_now, private.oldest_transaction_start());
  -- Marks of younger minutes are computed too, as far as the settle time allows, but stay.
  with taken as (
    delete from private.video_analytics_dirty_days as dirty
    where dirty.minute + interval '1 minute' <= least(v_oldest, v_settled)
    returning dirty.video_id, dirty.date
  ),
  -- A mark without a date means every day of the video: its creator changed his time zone. Messages that had not heard
  -- of it may still be under way, with marks by the old zone, so it comes back once with the minute it was first seen
  -- in, and is done when all that began before have ended.
  seen as (
    insert into private.video_analytics_dirty_days (minute, video_id, date)
    select date_trunc('minute', p_now), taken.video_id, 'infinity' from taken where taken.date = '-infinity'
    on conflict (minute, video_id, date) do nothing
  ),
  marked as (
    select taken.video_id, taken.date from taken
    union
    select dirty.video_id, dirty.date from private.video_analytics_dirty_days as dirty where dirty.minute <= v_settled
  )
  select array_agg(distinct row(marked.video_id, case when isfinite(marked.date) then marked.date else '-infinity' end)::private.video_day)
  into v_days
  from marked;

  -- A new statement sees everything that had committed before the marks were taken.
  return private.publish_or_set_aside(coalesce(v_days, '{}'), p_now);
end;
$$;
comment on function private.roll_up_marked_days(integer, timestamptz) is 'Publishes the days marked as out of date, leaving alone what is younger than so many seconds. Answers how many changed. Definer: nobody else writes figures.';
revoke all on function private.roll_up_marked_days(integer, timestamptz) from public;
grant execute on function private.roll_up_marked_days(integer, timestamptz) to service_role;

-- Whatever a mark may have missed: a night's pass over the last days of every time zone, and once more what was set
-- aside. The calendar of UTC plus a day on either side holds the days of all zones, so that no zone is asked here.
create function private.roll_up_recent_days(p_days integer, p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_today constant date := (p_now at time zone 'UTC')::date;
  v_days private.video_day[];
begin
  if p_days is null or p_days not between 0 and 31 then
    perform private.refuse_malformed('p_days is not between 0 and 31', 'Ask for fewer days, or rebuild everything.');
  end if;
  perform pg_advisory_xact_lock(hashtext('chronos.roll_up_video_analytics'));
  select array_agg(row(day.video_id, day.date)::private.video_day) into v_days
  from (
    select videos.id as video_id, v_today + n as date
    from public.videos, generate_series(-1 - p_days, 1) as n
    where exists (
      select from public.video_watch_sessions as s
      where s.video_id = videos.id and s.first_contact_at >= (v_today - p_days - 2)::timestamp at time zone 'UTC'
    )
    union
    select analytics.video_id, analytics.date
    from public.video_analytics as analytics
    where analytics.date between v_today - 1 - p_days and v_today + 1
    union
    select (failure.subject ->> 'video_id')::uuid, coalesce((failure.subject ->> 'date')::date, '-infinity')
    from public.job_failures as failure
    where failure.job = 'roll_up_video_analytics'
  ) as day;
  return private.publish_or_set_aside(coalesce(v_days, '{}'), p_now);
end;
$$;
comment on function private.roll_up_recent_days(integer, timestamptz) is 'Publishes the last so many days and today of every creator, in his time zone, and tries again what was set aside. Answers how many changed. Definer: nobody else writes figures.';
revoke all on function private.roll_up_recent_days(integer, timestamptz) from public;
grant execute on function private.roll_up_recent_days(integer, timestamptz) to service_role;

create function private.rebuild_video_analytics(p_from date, p_to date, p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_changed integer;
  v_days private.video_day[];
begin
  perform pg_advisory_xact_lock(hashtext('chronos.roll_up_video_analytics'));
  begin
    v_changed := private.publish_video_days(null, p_from, p_to, p_now);
    delete from public.job_failures as failure
    where failure.job = 'roll_up_video_analytics'
      and (failure.subject ->> 'date')::date between coalesce(p_from, '-infinity') and coalesce(p_to, 'infinity');
    return v_changed;
  exception
    when transaction_rollback or operator_intervention or insufficient_resources or lock_not_available then
      raise;
    when others then
      -- All days of all videos then, piece by piece: slower, but it finds the culprit.
      null;
  end;
  select array_agg(row(videos.id, '-infinity')::private.video_day) into v_days from public.videos;
  return private.publish_or_set_aside(coalesce(v_days, '{}'), p_now);
end;
$$;
comment on function private.rebuild_video_analytics(date, date, timestamptz) is 'Publishes every day from p_from to p_to, null being open. Answers how many changed. Definer: nobody else writes figures.';
revoke all on function private.rebuild_video_analytics(date, date, timestamptz) from public;
grant execute on function private.rebuild_video_analytics(date, date, timestamptz) to service_role;

create function public.roll_up_video_analytics(
  p_settle_seconds integer default 60,
  p_rebuild boolean default false,
  p_from date default null,
  p_to date default null
) returns integer
language sql volatile set search_path = ''
begin atomic
  select case when p_rebuild then private.rebuild_video_analytics(p_from, p_to) else private.roll_up_marked_days(p_settle_seconds) end;
end;
comment on function public.roll_up_video_analytics(integer, boolean, date, date) is 'Computes the days marked as out of date, leaving alone what is younger than p_settle_seconds; with p_rebuild every day from p_from to p_to, null being open. Answers how many days changed. Harmless when repeated; what cannot be computed is set aside in job_failures.';
revoke all on function public.roll_up_video_analytics(integer, boolean, date, date) from public, anon, authenticated, service_role;
grant execute on function public.roll_up_video_analytics(integer, boolean, date, date) to service_role;

create function public.roll_up_recent_video_analytics(p_days integer default 3) returns integer
language sql volatile set search_path = ''
begin atomic
  select private.roll_up_recent_days(p_days);
end;
comment on function public.roll_up_recent_video_analytics(integer) is 'Computes the last p_days days and today of every video again, marked or not, and what was set aside. Answers how many days changed. Meant for every night.';
revoke all on function public.roll_up_recent_video_analytics(integer) from public, anon, authenticated, service_role;
grant execute on function public.roll_up_recent_video_analytics(integer) to service_role;
