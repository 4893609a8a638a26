-- What a creator sees first: his figures over some days, all videos together.

create function private.get_creator_dashboard(p_days integer, p_from date, p_to date, p_creator_id uuid, p_now timestamptz)
returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan set jit = off set work_mem = '64MB'
as $$
declare
  c_max_days constant integer := 366;
  c_max_videos constant integer := 10;
  -- Different viewers are counted from sessions, about a second per million.
  c_max_counted_loads constant bigint := 1000000;
  v_creator constant public.creators := private.named_creator(p_creator_id);
  v_to constant date := coalesce(p_to, (p_now at time zone v_creator.time_zone)::date);
  v_from date := p_from;
  v_period tstzrange;
  v_viewers bigint;
  v_totals jsonb;
  v_days jsonb;
  v_videos jsonb;
  v_computed_at timestamptz;
begin
  perform private.check_days(p_from, p_to);
  if v_from is null and p_days between 1 and c_max_days then
    v_from := v_to - (p_days - 1);
  end if;
  if v_from is null or v_to - v_from not between 0 and c_max_days - 1 then
    perform private.refuse_malformed('not 1 to 366 days', 'Send p_days from 1 to 366, or p_from and p_to no further apart.');
  end if;

  with days as materialized (
    select analytics.*
    from public.video_analytics as analytics
    where analytics.creator_id = v_creator.id and analytics.date between v_from and v_to
  ),
  sums as (
    -- Everything together is the row without day and video.
    select days.date, days.video_id, max(days.updated_at) as computed_at, jsonb_build_object(
      'loads', coalesce(sum(days.loads), 0),
      'views', coalesce(sum(days.views), 0),
      'valid_views', coalesce(sum(days.valid_views), 0),
      'completions', coalesce(sum(days.completions), 0),
      'completion_rate', 100.0 * sum(days.completions) / nullif(sum(days.views), 0),
      'rewatches', coalesce(sum(days.rewatches), 0),
      'ai_interactions', coalesce(sum(days.ai_interactions), 0),
      'total_watch_time_seconds', coalesce(sum(days.total_watch_time_seconds), 0),
      'late_watch_time_seconds', coalesce(sum(days.late_watch_time_seconds), 0),
      'average_watch_time_seconds', sum(days.total_watch_time_seconds) / nullif(sum(days.views), 0)
    ) as figures
    from days
    group by grouping sets ((), (days.date), (days.video_id))
  )
  select
    (select figures from sums where date is null and video_id is null),
    (select computed_at from sums where date is null and video_id is null),
    (
      select jsonb_agg(jsonb_build_object('date', v_from + n) || coalesce(sums.figures, (
        select jsonb_object_agg(name, case when name !~ '^(completion_rate|average_)' then 0 end)
        from sums as whole, jsonb_object_keys(whole.figures) as name
        where whole.date is null and whole.video_id is null
      )) order by n)
      from generate_series(0, v_to - v_from) as n
      left join sums on sums.date = v_from + n
    ),
    (
      select coalesce(jsonb_agg(jsonb_build_object('video_id', best.video_id, 'title', videos.title) || best.figures
        order by (best.figures ->> 'views')::bigint desc, best.video_id), '[]')
      from (
        select sums.video_id, sums.figures from sums where sums.video_id is not null
        order by (sums.figures ->> 'views')::bigint desc, sums.video_id
        limit c_max_videos
      ) as best
      inner join public.videos on videos.id = best.video_id
    )
  into v_totals, v_computed_at, v_days, v_videos;

  -- Never the sum of the days: who came on two of them is one viewer. Nor a guess where sessions are gone.
  if v_from >= coalesce(v_creator.frozen_before, '-infinity') and (v_totals ->> 'loads')::bigint <= c_max_counted_loads then
    v_period := private.period(v_creator, v_from, v_to);
    select count(*) into v_viewers
    from (
      select distinct visit.viewer
      from private.visits as visit
      where visit.creator_id = v_creator.id and visit.is_view and visit.session_start <@ v_period
        and visit.first_contact_at >= lower(v_period) and visit.first_contact_at < upper(v_period) + interval '24 hours'
    ) as viewers;
  end if;

  return jsonb_build_object(
    'creator_id', v_creator.id,
    'time_zone', v_creator.time_zone,
    'from', v_from,
    'to', v_to,
    'computed_at', v_computed_at,
    'totals', v_totals || jsonb_build_object('unique_viewers', v_viewers),
    'days', v_days,
    'videos', v_videos
  );
end;
$$;
comment on function private.get_creator_dashboard(integer, date, date, uuid, timestamptz) is 'Body of public.get_creator_dashboard(). Definer, for service_role, and to count viewers.';
revoke all on function private.get_creator_dashboard(integer, date, date, uuid, timestamptz) from public;
grant execute on function private.get_creator_dashboard(integer, date, date, uuid, timestamptz) to authenticated, service_role;

create function public.get_creator_dashboard(
  p_days integer default 28,
  p_from date default null,
  p_to date default null,
  p_creator_id uuid default null
) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_creator_dashboard(p_days, p_from, p_to, p_creator_id, now());
end;
comment on function public.get_creator_dashboard(integer, date, date, uuid) is 'Figures of the signed-in creator over the last p_days days, today included, in his time zone, or from p_from to p_to; up to 366 days. Answers totals, days (one entry each, empty ones too) and the ten videos with the most views. totals.unique_viewers counts different viewers over the whole period and all videos; null where that would need sessions that were dropped, or more than a million. Days have no such number: it must not be added up. service_role names p_creator_id. PT400 for a period that is none, PT403 for somebody else''s figures.';
revoke all on function public.get_creator_dashboard(integer, date, date, uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_creator_dashboard(integer, date, date, uuid) to authenticated, service_role;
