-- Figures of days, from visits. Always whole days and from nothing, so that late messages, replays and a job that runs
-- twice are right by construction.

create type private.video_day as (video_id uuid, date date);
comment on type private.video_day is 'A day of a video, in its creator''s time zone; -infinity means all its days.';

create function private.known_video_days(p_video_id uuid) returns setof private.video_day
language sql stable set search_path = ''
as $$
  select visit.video_id, (visit.session_start at time zone creators.time_zone)::date
  from private.visits as visit
  inner join public.creators on creators.id = visit.creator_id
  where visit.video_id = p_video_id
  union
  select analytics.video_id, analytics.date
  from public.video_analytics as analytics
  where analytics.video_id = p_video_id;
$$;
comment on function private.known_video_days(uuid) is 'Days on which a video has visits or figures.';
revoke all on function private.known_video_days(uuid) from public;

-- Frozen days keep the figures they have, since their sessions may be gone. What still begins in one, because the time
-- zone has moved, is counted on the first day that is open.
create function private.open_video_days(p_days private.video_day[]) returns private.video_day[]
language sql stable set search_path = ''
as $$
  select coalesce(array_agg(distinct row(day.video_id, greatest(day.date, creators.frozen_before))::private.video_day), '{}')
  from (
    select asked.video_id, asked.date from unnest(p_days) as asked where asked.date > '-infinity'
    union all
    select known.video_id, known.date
    from unnest(p_days) as asked, private.known_video_days(asked.video_id) as known
    where asked.date = '-infinity'
  ) as day
  inner join public.videos on videos.id = day.video_id
  inner join public.creators on creators.id = videos.creator_id;
$$;
comment on function private.open_video_days(private.video_day[]) is 'These days, each once, with the first open day in place of a frozen one; days of videos that are gone are left out.';
revoke all on function private.open_video_days(private.video_day[]) from public;

create function private.day_start(p_date date, p_time_zone text, p_frozen_before date, p_frozen_until timestamptz)
returns timestamptz
language sql stable set search_path = ''
as $$
  select case
    when p_date = p_frozen_before then p_frozen_until
    when p_date is not null then greatest(p_date::timestamp at time zone p_time_zone, p_frozen_until)
  end;
$$;
comment on function private.day_start(date, text, date, timestamptz) is 'The moment a day that is not frozen begins for a creator: midnight in his time zone.';
revoke all on function private.day_start(date, text, date, timestamptz) from public;

-- Two ways to the same rows. Days that are asked for are looked up one by one; without any, all sessions are read once,
-- and each is put on its day by a search among its creator's midnights: twice as fast as a time zone per row.
-- Days travel as one number, 1000000 x place of the video + days since 1970: what has to be sorted is then short.
create function private.compute_video_days(p_days private.video_day[], p_from date, p_to date)
returns setof public.video_analytics
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan set jit = off set work_mem = '64MB'
as $$
#variable_conflict use_column
declare
  c_epoch constant date := date '1970-01-01';
  v_first date := p_from;
  v_last date := p_to;
begin
  if p_days is null then
    select greatest(v_first, (min(earliest.first_contact_at) at time zone 'UTC')::date - 2),
      least(v_last, (max(latest.first_contact_at) at time zone 'UTC')::date + 1)
    into v_first, v_last
    from public.videos,
      lateral (select s.first_contact_at from public.video_watch_sessions as s where s.video_id = videos.id
        order by s.first_contact_at limit 1) as earliest,
      lateral (select s.first_contact_at from public.video_watch_sessions as s where s.video_id = videos.id
        order by s.first_contact_at desc limit 1) as latest;
  end if;
  return query
  with numbered as materialized (
    select 1000000 * row_number() over () as place, videos.id as video_id, videos.creator_id,
      creators.time_zone, creators.frozen_before, creators.frozen_until,
      dense_rank() over (order by creators.time_zone, creators.frozen_before, creators.frozen_until) as calendar
    from public.videos
    inner join public.creators on creators.id = videos.creator_id
    where p_days is null or videos.id in (select asked.video_id from unnest(p_days) as asked)
  ),
  asked as materialized (
    select numbered.place + (day.date - c_epoch) as key, day.video_id,
      private.day_start(day.date, time_zone, frozen_before, frozen_until) as day_start,
      private.day_start(day.date + 1, time_zone, frozen_before, frozen_until) as day_end
    from unnest(p_days) as day
    inner join numbered on numbered.video_id = day.video_id
    where day.date >= coalesce(frozen_before, '-infinity')
  ),
  calendars as materialized (
    select kind.*, array(
      select private.day_start(kind.first_day + n, kind.time_zone, kind.frozen_before, kind.frozen_until)
      from generate_series(0, v_last + 1 - kind.first_day) as n
    ) as day_starts
    from (
      select distinct calendar, time_zone, frozen_before, frozen_until, greatest(v_first, frozen_before) as first_day
      from numbered
    ) as kind
    where p_days is null
  ),
  dated as (
    select asked.key, visit.*
    from asked,
      lateral (
        select visit.viewer, visit.is_view, visit.is_valid_view, visit.is_completion, visit.is_rewatch,
          visit.is_ai_interaction, visit.milestones, visit.watch_time_seconds, visit.late_watch_time_seconds
        from private.visits as visit
        where visit.video_id = asked.video_id
          -- A session begins at most 24 h before its first contact: that index finds it.
          and visit.first_contact_at >= asked.day_start and visit.first_contact_at < asked.day_end + interval '24 hours'
          and visit.session_start >= asked.day_start and visit.session_start < asked.day_end
        -- Day by day, whatever the planner thinks of so many at once: it would read all sessions for some thousand days.
        offset 0
      ) as visit
    where p_days is not null
    union all
    select numbered.place + (first_day - c_epoch) - 1 + width_bucket(visit.session_start, day_starts),
      visit.viewer, visit.is_view, visit.is_valid_view, visit.is_completion, visit.is_rewatch, visit.is_ai_interaction,
      visit.milestones, visit.watch_time_seconds, visit.late_watch_time_seconds
    from private.visits as visit
    inner join numbered on numbered.video_id = visit.video_id
    inner join calendars on calendars.calendar = numbered.calendar
    where p_days is null
      and visit.first_contact_at >= (v_first - 1)::timestamp at time zone 'UTC'
      and visit.first_contact_at < (v_last + 3)::timestamp at time zone 'UTC'
  ),
  -- As a step of its own: what is asked of a day's key below would be asked of every session above.
  figures as materialized (
    select
      key,
      count(*)::integer as loads,
      count(*) filter (where is_view)::integer as views,
      count(distinct viewer) filter (where is_view)::integer as unique_viewers,
      count(*) filter (where is_valid_view)::integer as valid_views,
      count(*) filter (where is_completion)::integer as completions,
      count(*) filter (where is_rewatch)::integer as rewatches,
      count(*) filter (where is_ai_interaction)::integer as ai_interactions,
      count(*) filter (where milestones & private.milestone_bit(10) <> 0)::integer as reached_10,
      count(*) filter (where milestones & private.milestone_bit(25) <> 0)::integer as reached_25,
      count(*) filter (where milestones & private.milestone_bit(50) <> 0)::integer as reached_50,
      count(*) filter (where milestones & private.milestone_bit(75) <> 0)::integer as reached_75,
      count(*) filter (where milestones & private.milestone_bit(90) <> 0)::integer as reached_90,
      coalesce(sum(watch_time_seconds), 0) as total_watch_time_seconds,
      coalesce(sum(late_watch_time_seconds), 0) as late_watch_time_seconds
    from dated
    group by key
  )
  select numbered.video_id, c_epoch + (key % 1000000)::integer, creator_id,
    loads, views, unique_viewers, valid_views, completions, rewatches, ai_interactions,
    reached_10, reached_25, reached_50, reached_75, reached_90,
    total_watch_time_seconds::numeric(16, 3), late_watch_time_seconds::numeric(16, 3),
    null::numeric, null::numeric, '{}'::jsonb, now(), now()
  from figures
  inner join numbered on numbered.place = key - key % 1000000
  -- The first and the last of the days read at once hold what began before and after them.
  where p_days is not null
    or c_epoch + (key % 1000000)::integer between greatest(v_first, frozen_before) and v_last;
end;
$$;
comment on function private.compute_video_days(private.video_day[], date, date) is 'Figures of these days, or, when they are null, of all days from p_from to p_to, null being open. Days without visits and frozen days give no row.';
revoke all on function private.compute_video_days(private.video_day[], date, date) from public;
