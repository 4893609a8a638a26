-- Retention: how many watched each second of a video. Every stretch that was played adds one where it begins and takes
-- one away where it ends; the running sum is the curve. That costs one step per stretch, however long the video is.

create function private.get_video_retention(p_video_id uuid, p_from date, p_to date, p_bucket_seconds integer) returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan set jit = off set work_mem = '64MB'
as $$
declare
  c_max_buckets constant integer := 43200; -- 12 h by the second
  v_video constant public.videos := private.reported_video(p_video_id);
  v_creator public.creators;
  v_period tstzrange;
  v_unit_ms constant bigint := 1000 * p_bucket_seconds;
  v_end_ms bigint := v_video.duration_ms;
  v_answer jsonb;
begin
  if p_bucket_seconds is null or p_bucket_seconds not between 1 and 3600 then
    perform private.refuse_malformed('p_bucket_seconds is not between 1 and 3600', 'Send 1 for a curve by the second.');
  end if;
  if p_from > p_to then
    perform private.refuse_malformed('p_from is after p_to', 'Send the earlier day as p_from; null is open.');
  end if;
  perform private.check_days(p_from, p_to);
  select * into v_creator from public.creators where creators.id = v_video.creator_id;
  v_period := private.period(v_creator, p_from, p_to);
  if v_end_ms is null then
    select max(upper(visit.watched)) into v_end_ms
    from private.visits as visit
    where visit.video_id = p_video_id and visit.session_start <@ v_period;
  end if;
  if v_end_ms > c_max_buckets * v_unit_ms then
    perform private.refuse_malformed('more than 43200 buckets', format('Send p_bucket_seconds of %s or more.', ceil(v_end_ms / 1000.0 / c_max_buckets)));
  end if;

  with visits as materialized (
    select visit.viewer, visit.watched, visit.rewatched, count(*) over (partition by visit.viewer) as views
    from private.visits as visit
    where visit.video_id = p_video_id and visit.is_view and visit.session_start <@ v_period
      and visit.first_contact_at >= coalesce(lower(v_period), '-infinity')
      and visit.first_contact_at < coalesce(upper(v_period) + interval '24 hours', 'infinity')
  ),
  -- What counts once, and for what: most viewers come once, and what they played is their view and they.
  played as (
    select row_number() over () as who, sources.*
    from (
      select case when visits.views = 1 then 1 else 0 end as viewers, 1 as plays, visits.watched as ranges from visits
      union all
      select 1, 0, range_agg(visits.watched) from visits where visits.views > 1 group by visits.viewer
      union all
      select 0, 1, visits.rewatched from visits where visits.rewatched <> '{}'
    ) as sources
  ),
  stretches as (
    select played.who, played.viewers, played.plays, lower(piece)::bigint as began, least(upper(piece), v_end_ms) as ended,
      lower(piece) <> lower(played.ranges) or upper(piece) <> upper(played.ranges) as is_one_of_many
    -- In the list: beside the rows, a function would be set up once for each of them, which costs more than all the rest.
    from (select played.*, unnest(played.ranges) as piece from played) as played
    where lower(piece) < v_end_ms
  ),
  -- A bucket counts when at least half of it was played; of the last one, half of what there is.
  ends as materialized (
    select stretches.*, began / v_unit_ms as head, (ended - 1) / v_unit_ms as tail,
      2 * (least(ended, (began / v_unit_ms + 1) * v_unit_ms) - began)
        >= least(v_unit_ms, v_end_ms - began / v_unit_ms * v_unit_ms) as has_head,
      2 * (ended - greatest(began, (ended - 1) / v_unit_ms * v_unit_ms))
        >= least(v_unit_ms, v_end_ms - (ended - 1) / v_unit_ms * v_unit_ms) as has_tail
    from stretches
  ),
  steps as (
    select case when has_head then head else head + 1 end as bucket, sum(viewers) as viewers, sum(plays) as plays
    from ends
    group by 1
    union all
    -- Within one bucket head and tail are the same: it counts once or, ending where it began, not at all.
    select case when has_tail or (head = tail and not has_head) then tail + 1 else tail end, - sum(viewers), - sum(plays)
    from ends
    group by 1
    union all
    -- Less than half each, but perhaps not together. Beside a stretch of half a bucket the rest is always less.
    select crumbs.bucket + edge, crumbs.viewers * (1 - 2 * edge), crumbs.plays * (1 - 2 * edge)
    from (
      select crumb.viewers, crumb.plays, crumb.bucket
      from (
        select who, viewers, plays, head as bucket, least(ended, (head + 1) * v_unit_ms) - began as ms
        from ends where is_one_of_many and not has_head
        union all
        select who, viewers, plays, tail, ended - tail * v_unit_ms
        from ends where is_one_of_many and not has_tail and tail > head
      ) as crumb
      group by crumb.who, crumb.viewers, crumb.plays, crumb.bucket
      having 2 * sum(crumb.ms) >= least(v_unit_ms, v_end_ms - crumb.bucket * v_unit_ms)
    ) as crumbs, generate_series(0, 1) as edge
  ),
  changes as (
    select steps.bucket, sum(steps.viewers) as viewers, sum(steps.plays) as plays from steps group by steps.bucket
  ),
  curve as (
    select place.bucket,
      sum(changes.viewers) over (order by place.bucket) as viewers,
      sum(changes.plays) over (order by place.bucket) as plays
    from generate_series(0, (v_end_ms - 1) / v_unit_ms) as place (bucket)
    left join changes on changes.bucket = place.bucket
  )
  select jsonb_build_object(
    'video_id', p_video_id,
    'from', p_from,
    'to', p_to,
    'time_zone', v_creator.time_zone,
    'duration_ms', v_video.duration_ms,
    'bucket_ms', v_unit_ms,
    'views', (select count(*) from visits),
    'unique_viewers', (select count(distinct visits.viewer) from visits),
    'views_left_out', (select count(*) from visits where visits.watched is null),
    'viewers', coalesce(jsonb_agg(coalesce(curve.viewers, 0) order by curve.bucket), '[]'),
    'plays', coalesce(jsonb_agg(coalesce(curve.plays, 0) order by curve.bucket), '[]')
  )
  into v_answer
  from curve;
  return v_answer;
end;
$$;
comment on function private.get_video_retention(uuid, date, date, integer) is 'Body of public.get_video_retention(). Definer: it reads sessions whoever asks, once the caller is known to own the video.';
revoke all on function private.get_video_retention(uuid, date, date, integer) from public;
grant execute on function private.get_video_retention(uuid, date, date, integer) to authenticated, service_role;

create function public.get_video_retention(
  p_video_id uuid,
  p_from date default null,
  p_to date default null,
  p_bucket_seconds integer default 1
) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_video_retention(p_video_id, p_from, p_to, p_bucket_seconds);
end;
comment on function public.get_video_retention(uuid, date, date, integer) is 'The audience of each second of a video, or of each p_bucket_seconds, over views that started from p_from to p_to in the creator''s time zone; null is open. Answers views, unique_viewers, views_left_out (views that claim more than they are credited), and two lists with one number per bucket: viewers, who played at least half of it, each once; and plays, repeats included, which may exceed them. One object, since the API cuts rows after 1,000. PT403 unless the caller owns the video.';
revoke all on function public.get_video_retention(uuid, date, date, integer) from public, anon, authenticated, service_role;
grant execute on function public.get_video_retention(uuid, date, date, integer) to authenticated, service_role;
