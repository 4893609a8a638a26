-- The sums of the merge, the events it records and the days it marks.

-- Only while the video has no duration: per milestone the shortest duration under which this message's own ranges
-- reach it. Kept as least over messages, so that reaching is decided per message and still in any order.
create function private.milestone_durations(p_known integer[], p_watched int4multirange, p_duration_ms integer)
returns integer[]
language sql immutable set search_path = ''
as $$
  select array_agg(
    least(p_known[milestone.place], case when 100 * own.covered_ms >= milestone.percent * p_duration_ms::bigint then p_duration_ms end)
    order by milestone.place
  )
  from unnest(private.milestone_percents()) with ordinality as milestone (percent, place),
    (select private.range_length(p_watched * int4multirange(int4range(0, p_duration_ms))) as covered_ms) as own;
$$;
comment on function private.milestone_durations(integer[], int4multirange, integer) is 'Joins one message''s (ranges, duration) pair into claimed_milestone_durations.';
revoke all on function private.milestone_durations(integer[], int4multirange, integer) from public;

-- The bounds are those of the merge, with the grace (docs/decisions/0104) of the duration claimed. If a duration reaches a milestone, so does
-- every shorter one: hence the shortest speaks for all.
create function private.milestone_bits_of_claims(p_durations integer[], p_content_ms bigint, p_watch_ms bigint, p_seen_ms bigint)
returns integer
language sql immutable set search_path = ''
as $$
  select coalesce(bit_or(1 << (milestone.place::integer - 1)), 0)
  from unnest(private.milestone_percents()) with ordinality as milestone (percent, place),
    unnest(p_durations) with ordinality as claimed (duration_ms, place)
  where claimed.place = milestone.place
    and 100 * least(p_content_ms + 1000, 4 * least(p_watch_ms, p_seen_ms + least(15000, claimed.duration_ms / 6)) + 1000)
      >= milestone.percent * claimed.duration_ms::bigint;
$$;
comment on function private.milestone_bits_of_claims(integer[], bigint, bigint, bigint) is 'Milestones reached by claims alone, as far as content and watch time claimed, and the time under the eyes of the server, allow; null for the last where late watching counts.';
revoke all on function private.milestone_bits_of_claims(integer[], bigint, bigint, bigint) from public;

-- Where a viewer goes on: the visit with the greatest resume_at that has watch time.
create function private.newest_visit(p_video_id uuid, p_viewer_id uuid, out session_id uuid, out resume_at timestamptz, out position_ms integer)
language sql stable set search_path = ''
as $$
  select s.id, s.resume_at, s.position_ms
  from public.video_watch_sessions as s
  where s.video_id = p_video_id and s.viewer_id = p_viewer_id and s.watch_time_seconds > 0
  order by s.resume_at desc, s.id desc
  limit 1;
$$;
comment on function private.newest_visit(uuid, uuid) is 'The visit that sets the resume position.';
revoke all on function private.newest_visit(uuid, uuid) from public;

-- Events whose bit has just flipped. Answers them as the caller is told.
create function private.record_viewing_events(
  p_video_id uuid,
  p_session_id uuid,
  p_started boolean,
  p_milestones integer,
  p_completed boolean,
  p_rewatched boolean,
  p_viewer_percent integer,
  p_now timestamptz
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_session public.video_watch_sessions;
  v_since timestamptz; -- his first visit
  v_events jsonb;
begin
  if p_completed then
    -- The visit carries it, so that figures need no look at events.
    update public.video_watch_sessions as s set has_completed = true where s.video_id = p_video_id and s.id = p_session_id;
  end if;
  select * into v_session from public.video_watch_sessions as s where s.video_id = p_video_id and s.id = p_session_id;
  v_since := coalesce(
    (select p.first_watched_at from public.video_progress as p where p.video_id = p_video_id and p.viewer_id = v_session.viewer_id),
    v_session.session_start
  );
  with flipped (place, event_type, percent_complete) as (
    select -1, 'video_started', null::integer where p_started
    union all
    select milestone.percent, 'video_progress', milestone.percent
    from unnest(private.milestone_percents()) with ordinality as milestone (percent, place)
    where p_milestones & (1 << (milestone.place::integer - 1)) <> 0
    union all
    select 101, 'video_completed', coalesce(p_viewer_percent, v_session.percent_complete) where p_completed
    union all
    select 102, 'video_rewatched', null where p_rewatched
  ),
  recorded as (
    insert into public.video_analytics_events (
      video_id, "timestamp", event_type, creator_id, student_id, course_id, module_id, session_id, metadata
    )
    select v_session.video_id,
      -- A microsecond apart, so that newest first shows them in the order in which they became true.
      p_now + (row_number() over (order by flipped.place) - 1) * interval '1 microsecond',
      flipped.event_type, v_session.creator_id, v_session.student_id,
      v_session.course_id, v_session.module_id, v_session.id,
      jsonb_strip_nulls(jsonb_build_object(
        'percent_complete', flipped.percent_complete,
        'watch_time_seconds', v_session.watch_time_seconds,
        'session_id', v_session.id,
        'device', v_session.device_type,
        'completion_time', case when flipped.event_type = 'video_completed' then extract(epoch from p_now - v_since) end
      ))
    from flipped
  )
  select jsonb_agg(
    jsonb_strip_nulls(jsonb_build_object('event_type', flipped.event_type, 'percent_complete', flipped.percent_complete))
    order by flipped.place
  )
  into v_events
  from flipped;
  return v_events;
end;
$$;
comment on function private.record_viewing_events(uuid, uuid, boolean, integer, boolean, boolean, integer, timestamptz) is 'Inserts viewing events; answers [{event_type, percent_complete}] in order. A completion tells the viewer''s percent, the session''s where nobody is known.';
revoke all on function private.record_viewing_events(uuid, uuid, boolean, integer, boolean, boolean, integer, timestamptz) from public;

-- In plpgsql, whose plans are kept: every sixth heartbeat comes by.
create function private.mark_dirty(p_video_id uuid, p_creator_id uuid, p_moment timestamptz, p_now timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into private.video_analytics_dirty_days (minute, video_id, date)
  select date_trunc('minute', p_now), p_video_id, (p_moment at time zone creators.time_zone)::date
  from public.creators
  where creators.id = p_creator_id
  on conflict (minute, video_id, date) do nothing;
end;
$$;
comment on function private.mark_dirty(uuid, uuid, timestamptz, timestamptz) is 'Marks the day of a moment, in the creator''s time zone, as out of date. Of two days the earlier first, so that nobody waits in a circle.';
revoke all on function private.mark_dirty(uuid, uuid, timestamptz, timestamptz) from public;

create function private.is_rewatch(p_rewatch_ms bigint, p_content_seconds numeric, p_duration_ms integer) returns boolean
language sql immutable set search_path = ''
as $$
  -- The player counts it, so it is believed only as far as content was credited.
  select least(p_rewatch_ms, 1000 * p_content_seconds) >= greatest(5000, p_duration_ms / 20);
$$;
comment on function private.is_rewatch(bigint, numeric, integer) is 'Whether so much was played again that it is a rewatch: 5 s, and 5 % of the video.';
revoke all on function private.is_rewatch(bigint, numeric, integer) from public;

-- A viewer has just completed the video: visits of his that had already played it again, by their own count, are
-- rewatches now. A visit locked by its own message looks for itself, since it waits for the progress row we hold.
create function private.record_sibling_rewatches(
  p_video_id uuid,
  p_viewer_id uuid,
  p_session_id uuid,
  p_duration_ms integer,
  p_now timestamptz
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_sibling public.video_watch_sessions;
begin
  for v_sibling in
    select *
    from public.video_watch_sessions as s
    where s.video_id = p_video_id and s.viewer_id = p_viewer_id and s.id <> p_session_id
      and not s.has_rewatched and private.is_rewatch(s.rewatch_after_complete_ms, s.content_seconds, p_duration_ms)
    for no key update skip locked
  loop
    update public.video_watch_sessions as s set has_rewatched = true
    where s.video_id = v_sibling.video_id and s.id = v_sibling.id;
    perform private.record_viewing_events(v_sibling.video_id, v_sibling.id, false, 0, false, true, null, p_now);
    perform private.mark_dirty(v_sibling.video_id, v_sibling.creator_id, v_sibling.session_start, p_now);
  end loop;
end;
$$;
comment on function private.record_sibling_rewatches(uuid, uuid, uuid, integer, timestamptz) is 'Records video_rewatched for earlier visits of a viewer who has just completed the video.';
revoke all on function private.record_sibling_rewatches(uuid, uuid, uuid, integer, timestamptz) from public;
