-- The rollup: computes days of video_analytics from sessions and events, always whole days and from nothing, so that
-- late messages, replays and a job that runs twice are right by construction.

create type private.video_day as (video_id uuid, date date);
comment on type private.video_day is 'A day of a video, in its creator''s time zone.';

-- Frozen days keep the figures they have, since their sessions may be gone. What still begins in one, because the time
-- zone has moved, is counted on the first day that is open.
create function private.open_video_days(p_days private.video_day[]) returns private.video_day[]
language sql stable set search_path = ''
as $$
  select coalesce(array_agg(row(day.video_id, greatest(day.date, creators.frozen_before))::private.video_day), '{}')
  from unnest(p_days) as day
  inner join public.videos on videos.id = day.video_id
  inner join public.creators on creators.id = videos.creator_id;
$$;
comment on function private.open_video_days(private.video_day[]) is 'These days, with the first open day in place of a frozen one; days of videos that are gone are left out.';
revoke all on function private.open_video_days(private.video_day[]) from public;

create function private.compute_video_days(p_days private.video_day[]) returns setof public.video_analytics
language sql stable set search_path = ''
as $$
  with days as (
    select day.video_id, day.date, videos.creator_id,
      case when day.date = creators.frozen_before then creators.frozen_until
        else day.date::timestamp at time zone creators.time_zone
      end as day_start,
      (day.date + 1)::timestamp at time zone creators.time_zone as day_end
    from (select distinct * from unnest(p_days)) as day
    inner join public.videos on videos.id = day.video_id
    inner join public.creators on creators.id = videos.creator_id
    where day.date >= coalesce(creators.frozen_before, '-infinity')
  ),
  visits as (
    select days.video_id, days.date, days.creator_id, s.viewer_id, s.started, s.watch_time_seconds, s.percent_complete,
      s.milestones, s.has_rewatched, s.referrer_type,
      s.completed or exists (
        select from public.video_analytics_events as e
        where e.video_id = s.video_id and e.event_type = 'video_completed' and e.session_id = s.id
          and e."timestamp" >= days.day_start
      ) as completed
    from days
    -- A session begins at most 24 h before its first contact: that index finds it.
    inner join public.video_watch_sessions as s on s.video_id = days.video_id
      and s.first_contact_at >= days.day_start and s.first_contact_at < days.day_end + interval '24 hours'
      and s.session_start >= days.day_start and s.session_start < days.day_end
  )
  select
    visits.video_id,
    visits.date,
    visits.creator_id,
    count(*)::integer as loads,
    count(*) filter (where started)::integer as views,
    (count(distinct viewer_id) filter (where started) + count(*) filter (where started and viewer_id is null))::integer as unique_viewers,
    count(*) filter (where started and (watch_time_seconds >= 30 or percent_complete >= 50))::integer as valid_views,
    count(*) filter (where started and completed)::integer as completions,
    count(*) filter (where started and has_rewatched)::integer as rewatches,
    count(*) filter (where referrer_type = 'chat_reference')::integer as ai_interactions,
    count(*) filter (where started and milestones & private.milestone_bit(10) <> 0)::integer as reached_10,
    count(*) filter (where started and milestones & private.milestone_bit(25) <> 0)::integer as reached_25,
    count(*) filter (where started and milestones & private.milestone_bit(50) <> 0)::integer as reached_50,
    count(*) filter (where started and milestones & private.milestone_bit(75) <> 0)::integer as reached_75,
    count(*) filter (where started and milestones & private.milestone_bit(90) <> 0)::integer as reached_90,
    coalesce(sum(watch_time_seconds) filter (where started), 0) as total_watch_time_seconds,
    null::numeric as average_watch_time_seconds,
    null::numeric as completion_rate,
    '{}'::jsonb as metadata,
    now() as created_at,
    now() as updated_at
  from visits
  group by visits.video_id, visits.date, visits.creator_id;
$$;
comment on function private.compute_video_days(private.video_day[]) is 'Figures of these days, from sessions and events; days without sessions give no row.';
revoke all on function private.compute_video_days(private.video_day[]) from public;

-- The figures of a row, without what says when it was written.
create function private.figures(p_day public.video_analytics) returns jsonb
language sql immutable set search_path = ''
as $$
  select to_jsonb(p_day)
    - '{video_id,date,creator_id,average_watch_time_seconds,completion_rate,created_at,updated_at}'::text[];
$$;
comment on function private.figures(public.video_analytics) is 'The figures of a day, as revisions keep and compare them.';
revoke all on function private.figures(public.video_analytics) from public;

create function private.publish_video_days(p_days private.video_day[]) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_days private.video_day[] := private.open_video_days(p_days);
  v_changed integer;
begin
  with computed as materialized (
    select * from private.compute_video_days(v_days)
  ),
  stored as materialized (
    select analytics.*
    from public.video_analytics as analytics
    inner join (select distinct * from unnest(v_days)) as day using (video_id, date)
  ),
  changes as materialized (
    select
      coalesce(computed.video_id, stored.video_id) as video_id,
      coalesce(computed.date, stored.date) as date,
      coalesce(computed.creator_id, stored.creator_id) as creator_id,
      case when stored.video_id is not null then private.figures(stored) end as before,
      case when computed.video_id is not null then private.figures(computed) end as after
    from computed
    full join stored on stored.video_id = computed.video_id and stored.date = computed.date
  ),
  revised as (
    -- A day counts as published an hour after its end: until then visits begun before midnight are still going on, and
    -- that is no news.
    insert into public.video_analytics_revisions (video_id, date, creator_id, before, after)
    select changes.video_id, changes.date, changes.creator_id, changes.before, changes.after
    from changes
    inner join public.creators on creators.id = changes.creator_id
    where changes.before is not null and changes.before is distinct from changes.after
      and now() >= (changes.date + 1)::timestamp at time zone creators.time_zone + interval '1 hour'
  ),
  removed as (
    delete from public.video_analytics as analytics
    using changes
    where changes.after is null and analytics.video_id = changes.video_id and analytics.date = changes.date
    returning 1
  ),
  written as (
    insert into public.video_analytics as analytics (
      video_id, date, creator_id, loads, views, unique_viewers, valid_views, completions, rewatches, ai_interactions,
      reached_10, reached_25, reached_50, reached_75, reached_90, total_watch_time_seconds
    )
    select computed.video_id, computed.date, computed.creator_id, loads, views, unique_viewers, valid_views, completions,
      rewatches, ai_interactions, reached_10, reached_25, reached_50, reached_75, reached_90, total_watch_time_seconds
    from computed
    inner join changes using (video_id, date)
    where changes.before is distinct from changes.after
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
      updated_at = now()
    returning 1
  )
  select (select count(*) from written) + (select count(*) from removed) into v_changed;
  return v_changed;
end;
$$;
comment on function private.publish_video_days(private.video_day[]) is 'Computes these days, writes them, and records what changed in days already published. Answers how many changed.';
revoke all on function private.publish_video_days(private.video_day[]) from public;

-- Every day on which a video has sessions or figures.
create function private.known_video_days(p_video_id uuid, p_from date, p_to date) returns setof private.video_day
language sql stable set search_path = ''
as $$
  select videos.id, (s.session_start at time zone creators.time_zone)::date
  from public.videos
  inner join public.creators on creators.id = videos.creator_id
  inner join public.video_watch_sessions as s on s.video_id = videos.id
  where (p_video_id is null or videos.id = p_video_id)
    and s.session_start >= coalesce(p_from::timestamp at time zone creators.time_zone, '-infinity')
    and s.session_start < coalesce((p_to + 1)::timestamp at time zone creators.time_zone, 'infinity')
  union
  select analytics.video_id, analytics.date
  from public.video_analytics as analytics
  where (p_video_id is null or analytics.video_id = p_video_id)
    and analytics.date between coalesce(p_from, '-infinity') and coalesce(p_to, 'infinity');
$$;
comment on function private.known_video_days(uuid, date, date) is 'Days with sessions or figures, of one video or all, within a range whose null ends are open.';
revoke all on function private.known_video_days(uuid, date, date) from public;

create function private.roll_up_video_analytics(p_settle_seconds integer, p_rebuild boolean, p_from date, p_to date)
returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_oldest timestamptz;
  v_settled timestamptz;
  v_days private.video_day[];
begin
  if p_settle_seconds < 0 then
    perform private.refuse_malformed('p_settle_seconds is negative', 'Send 0 or more seconds.');
  end if;
  -- One at a time; a second caller has nothing to add.
  if not pg_try_advisory_xact_lock(hashtext('chronos.roll_up_video_analytics')) then
    return 0;
  end if;

  if p_rebuild then
    select array_agg(day) into v_days from private.known_video_days(null, p_from, p_to) as day;
    return private.publish_video_days(coalesce(v_days, '{}'));
  end if;

  -- A transaction may rely on a mark it found, so a mark goes only when all that began in its minute have ended.
  -- Marks of younger minutes are computed too, as far as the settle time allows, but stay.
  select least(now(), min(activity.xact_start)) into v_oldest
  from pg_stat_activity as activity
  where activity.datname = current_database() and activity.pid <> pg_backend_pid()
    and activity.backend_type <> 'autovacuum worker';
  v_settled := now() - make_interval(secs => p_settle_seconds);

  with taken as (
    delete from private.video_analytics_dirty_days as dirty
    where dirty.minute + interval '1 minute' <= least(v_oldest, v_settled)
    returning dirty.video_id, dirty.date
  ),
  marked as (
    select taken.video_id, taken.date from taken
    union
    select dirty.video_id, dirty.date from private.video_analytics_dirty_days as dirty where dirty.minute <= v_settled
  ),
  -- A mark without a date means every day of the video: its creator changed his time zone.
  days as (
    select marked.video_id, marked.date from marked where marked.date > '-infinity'
    union
    select known.video_id, known.date
    from marked, private.known_video_days(marked.video_id, null, null) as known
    where marked.date = '-infinity'
  )
  select array_agg(row(days.video_id, days.date)::private.video_day) into v_days from days;

  -- A new statement sees everything that had committed before the marks were taken.
  return private.publish_video_days(coalesce(v_days, '{}'));
end;
$$;
comment on function private.roll_up_video_analytics(integer, boolean, date, date) is 'Body of public.roll_up_video_analytics(). Definer: nobody else writes figures.';
revoke all on function private.roll_up_video_analytics(integer, boolean, date, date) from public;
grant execute on function private.roll_up_video_analytics(integer, boolean, date, date) to service_role;

create function public.roll_up_video_analytics(
  p_settle_seconds integer default 60,
  p_rebuild boolean default false,
  p_from date default null,
  p_to date default null
) returns integer
language sql volatile set search_path = ''
begin atomic
  select private.roll_up_video_analytics(p_settle_seconds, p_rebuild, p_from, p_to);
end;
comment on function public.roll_up_video_analytics(integer, boolean, date, date) is 'Computes the days marked as out of date, leaving alone what is younger than p_settle_seconds; with p_rebuild every day from p_from to p_to, null being open. Answers how many days changed. Harmless when repeated.';
revoke all on function public.roll_up_video_analytics(integer, boolean, date, date) from public, anon, authenticated, service_role;
grant execute on function public.roll_up_video_analytics(integer, boolean, date, date) to service_role;
