-- The sessions behind a number. What they add up to is the number: explanation and figure read the same view.

create function private.explain_metric(p_metric text, p_video_id uuid, p_date date, p_limit integer, p_after uuid)
returns table (
  session_id uuid,
  value numeric,
  viewer_id uuid,
  student_id uuid,
  session_start timestamptz,
  watch_time_seconds numeric,
  percent_complete smallint,
  evidence text,
  device_type text,
  integrity_flags text[]
)
language plpgsql stable security definer set search_path = ''
as $$
#variable_conflict use_column
declare
  c_metrics constant text[] := '{loads,views,unique_viewers,valid_views,completions,rewatches,ai_interactions,reached_10,reached_25,reached_50,reached_75,reached_90,total_watch_time_seconds,late_watch_time_seconds}'::text[];
  v_video constant public.videos := private.reported_video(p_video_id);
  v_milestone constant integer := private.milestone_bit(substring(p_metric from '^reached_(\d{1,3})$')::integer);
  v_period tstzrange;
begin
  if p_metric is null or not p_metric = any (c_metrics) then
    perform private.refuse_malformed('unknown metric', format('Ask for one of %s. A ratio is explained by its two counts.', array_to_string(c_metrics, ', ')));
  end if;
  if p_date is null or p_limit is null or p_limit not between 1 and 1000 then
    perform private.refuse_malformed('p_date is missing or p_limit not between 1 and 1000', 'Send a day and at most 1000; go on with p_after.');
  end if;
  perform private.check_days(p_date, p_date);
  select private.period(creators, p_date, p_date) into v_period
  from public.creators
  where creators.id = v_video.creator_id and p_date >= coalesce(creators.frozen_before, '-infinity');
  return query
  select visit.session_id, visit.value, visit.viewer_id, visit.student_id, visit.session_start, visit.watch_time_seconds,
    visit.percent_complete, visit.evidence, visit.device_type, visit.integrity_flags
  from (
    select visit.*, case p_metric
        when 'loads' then 1
        when 'views' then visit.is_view::integer
        -- A viewer counts at one of his views.
        when 'unique_viewers' then (visit.is_view and row_number() over (partition by visit.viewer, visit.is_view order by visit.session_id) = 1)::integer
        when 'valid_views' then visit.is_valid_view::integer
        when 'completions' then visit.is_completion::integer
        when 'rewatches' then visit.is_rewatch::integer
        when 'ai_interactions' then visit.is_ai_interaction::integer
        when 'total_watch_time_seconds' then visit.watch_time_seconds
        when 'late_watch_time_seconds' then visit.late_watch_time_seconds
        else (visit.milestones & v_milestone <> 0)::integer
      end as value
    from private.visits as visit
    where visit.video_id = p_video_id and visit.session_start <@ v_period
      and visit.first_contact_at >= lower(v_period) and visit.first_contact_at < upper(v_period) + interval '24 hours'
  ) as visit
  where visit.value <> 0 and (p_after is null or visit.session_id > p_after)
  -- By id: the start of a session may still move by milliseconds between two pages.
  order by visit.session_id
  limit p_limit;
end;
$$;
comment on function private.explain_metric(text, uuid, date, integer, uuid) is 'Body of public.explain_metric(). Definer: it reads sessions whoever asks, once the caller is known to own the video.';
revoke all on function private.explain_metric(text, uuid, date, integer, uuid) from public;
grant execute on function private.explain_metric(text, uuid, date, integer, uuid) to authenticated, service_role;

create function public.explain_metric(
  p_metric text,
  p_video_id uuid,
  p_date date,
  p_limit integer default 100,
  p_after uuid default null
)
returns table (
  session_id uuid,
  value numeric,
  viewer_id uuid,
  student_id uuid,
  session_start timestamptz,
  watch_time_seconds numeric,
  percent_complete smallint,
  evidence text,
  device_type text,
  integrity_flags text[]
)
language sql stable set search_path = ''
begin atomic
  select * from private.explain_metric(p_metric, p_video_id, p_date, p_limit, p_after);
end;
comment on function public.explain_metric(text, uuid, date, integer, uuid) is 'The sessions behind a figure of video_analytics, named by its column: value is what each adds, and over all pages they add up to the figure. At most p_limit (1 to 1000) in order of session_id, after p_after. Nothing for days whose sessions were dropped. PT400 for an unknown metric, PT403 unless the caller owns the video.';
revoke all on function public.explain_metric(text, uuid, date, integer, uuid) from public, anon, authenticated, service_role;
grant execute on function public.explain_metric(text, uuid, date, integer, uuid) to authenticated, service_role;
