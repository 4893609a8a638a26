-- The rollup: publishes the days that were marked as out of date.

-- The figures of a row, without what says when it was written.
create function private.figures(p_day public.video_analytics) returns jsonb
language sql immutable set search_path = ''
as $$
  select to_jsonb(p_day)
    - '{video_id,date,creator_id,average_watch_time_seconds,completion_rate,created_at,updated_at}'::text[];
$$;
comment on function private.figures(public.video_analytics) is 'The figures of a day, as revisions keep them.';
revoke all on function private.figures(public.video_analytics) from public;

create function private.publish_video_days(p_days private.video_day[], p_from date, p_to date, p_now timestamptz) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = force_custom_plan set jit = off set work_mem = '64MB'
as $$
declare
  v_days private.video_day[] := case when p_days is not null then private.open_video_days(p_days) end;
  v_changed integer;
begin
  with stored as (
    select analytics.*
    from unnest(v_days) as day,
      -- Day by day: with memory to hash it in, the planner would read the whole table.
      lateral (
        select * from public.video_analytics as analytics
        where analytics.video_id = day.video_id and analytics.date = day.date
        offset 0
      ) as analytics
    where v_days is not null
    union all
    select analytics.*
    from public.video_analytics as analytics
    inner join public.creators on creators.id = analytics.creator_id
    where v_days is null and analytics.date between coalesce(p_from, '-infinity') and coalesce(p_to, 'infinity')
      and analytics.date >= coalesce(creators.frozen_before, '-infinity')
  ),
  changes as materialized (
    select stored.video_id, stored.date, coalesce(computed.creator_id, stored.creator_id) as creator_id, computed
    from private.compute_video_days(v_days, p_from, p_to) as computed
    full join stored on stored.video_id = computed.video_id and stored.date = computed.date
    where (computed.loads, computed.views, computed.unique_viewers, computed.valid_views, computed.completions,
        computed.rewatches, computed.ai_interactions, computed.reached_10, computed.reached_25, computed.reached_50,
        computed.reached_75, computed.reached_90, computed.total_watch_time_seconds, computed.late_watch_time_seconds)
      is distinct from (stored.loads, stored.views, stored.unique_viewers, stored.valid_views, stored.completions,
        stored.rewatches, stored.ai_interactions, stored.reached_10, stored.reached_25, stored.reached_50,
        stored.reached_75, stored.reached_90, stored.total_watch_time_seconds, stored.late_watch_time_seconds)
  ),
  revised as (
    -- A day counts as published an hour after its end: until then visits begun before midnight are still going on, and
    -- that is no news. The row is still the one before, to every part of this statement.
    insert into public.video_analytics_revisions (video_id, date, creator_id, before, after)
    select changes.video_id, changes.date, changes.creator_id,
      (
        select private.figures(analytics)
        from public.video_analytics as analytics
        where analytics.video_id = changes.video_id and analytics.date = changes.date
      ),
      case when (changes.computed).video_id is not null then private.figures(changes.computed) end
    from changes
    inner join public.creators on creators.id = changes.creator_id
    where changes.video_id is not null
      and p_now >= (changes.date + 1)::timestamp at time zone creators.time_zone + interval '1 hour'
  ),
  removed as (
    delete from public.video_analytics as analytics
    using changes
    where (changes.computed).video_id is null and analytics.video_id = changes.video_id and analytics.date = changes.date
    returning 1
  ),
  written as (
    insert into public.video_analytics as analytics (
      video_id, date, creator_id, loads, views, unique_viewers, valid_views, completions, rewatches, ai_interactions,
      reached_10, reached_25, reached_50, reached_75, reached_90, total_watch_time_seconds, late_watch_time_seconds
    )
    select day.video_id, day.date, day.creator_id, loads, views, unique_viewers, valid_views, completions, rewatches,
      ai_interactions, reached_10, reached_25, reached_50, reached_75, reached_90, total_watch_time_seconds,
      late_watch_time_seconds
    from (select (changes.computed).* from changes where (changes.computed).video_id is not null) as day
    on conflict (video_id, date) do update set
      creator_id = excluded.creator_id,
      loads = excluded.loads,
      views = excluded.views,
      unique_viewers = excluded.unique_viewers,
      valid_views = excluded.valid_views,
      completions = excluded.completions,
      rewatches = excluded.rewatches,
      ai_interactions = excluded.ai_interactions,
      reached_10 = excluded.reached_10,
      reached_25 = excluded.reached_25,
      reached_50 = excluded.reached_50,
      reached_75 = excluded.reached_75,
      reached_90 = excluded.reached_90,
      total_watch_time_seconds = excluded.total_watch_time_seconds,
      late_watch_time_seconds = excluded.late_watch_time_seconds,
      updated_at = now()
    returning 1
  )
  select (select count(*) from written) + (select count(*) from removed) into v_changed;
  return v_changed;
end;
$$;
comment on function private.publish_video_days(private.video_day[], date, date, timestamptz) is 'Computes days as private.compute_video_days() does, writes them, and records what changed in days already published. Answers how many changed.';
revoke all on function private.publish_video_days(private.video_day[], date, date, timestamptz) from public;

-- One bad row must not keep the other days from being published: what fails whole is tried in halves, until the days
-- that fail stand alone and are set aside. While all is well this is one block for all days.
create function private.publish_or_set_aside(p_days private.video_day[], p_now timestamptz) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  c_job constant text := 'roll_up_video_analytics';
  v_days private.video_day[] := p_days;
  v_half integer;
  v_changed integer;
  v_error text;
begin
  if cardinality(v_days) = 0 then
    return 0;
  end if;
  begin
    v_changed := private.publish_video_days(v_days, null, null, p_now);
    delete from public.job_failures as failure
    using unnest(v_days) as day
    where failure.job = c_job and (failure.subject ->> 'video_id')::uuid = day.video_id
      and (day.date = '-infinity' or (failure.subject ->> 'date')::date = day.date);
    return v_changed;
  exception
    -- Nobody's fault but the moment's: the next run tries again.
    when transaction_rollback or operator_intervention or insufficient_resources or lock_not_available then
      raise;
    when others then
      v_error := format('%s: %s', sqlstate, sqlerrm);
  end;
  if cardinality(v_days) = 1 and v_days[1].date = '-infinity' then
    begin
      v_days := private.open_video_days(v_days);
    exception when others then
      null;
    end;
  end if;
  if v_days[1].date = '-infinity' and cardinality(v_days) = 1 then
    perform private.report_job_failure(c_job, jsonb_build_object('video_id', v_days[1].video_id), v_error);
    return 0;
  elsif cardinality(v_days) = 1 then
    perform private.report_job_failure(c_job, jsonb_build_object('video_id', v_days[1].video_id, 'date', v_days[1].date), v_error);
    return 0;
  end if;
  v_half := cardinality(v_days) / 2;
  return private.publish_or_set_aside(v_days[:v_half], p_now) + private.publish_or_set_aside(v_days[v_half + 1:], p_now);
end;
$$;
comment on function private.publish_or_set_aside(private.video_day[], timestamptz) is 'Publishes days; those that cannot be computed go to public.job_failures as {video_id, date}, or {video_id} when not even its days can be told. Answers how many changed.';
revoke all on function private.publish_or_set_aside(private.video_day[], timestamptz) from public;
