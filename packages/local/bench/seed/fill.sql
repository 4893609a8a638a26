-- Writes visits as the merge would have left them, had each been told by two messages, at its start and at its end: a test
-- sends those and compares every column. As owner, past the functions: nothing but tests, benches and demos does that.

-- Without milestones the events are a third as many; nothing but counts of milestone events is then untrue.
create function watch_seed.fill(p_from bigint, p_to bigint, p_milestone_events boolean default true) returns bigint
language sql volatile set jit = off
as $$
  with told as materialized (
    select visits.*, who.*,
      watch_seed.id(plan.seed, 'visit ', visit) as id,
      watch_seed.id(plan.seed, 'video ', video) as video_id,
      watch_seed.id(plan.seed, 'creator ', creator) as creator_id,
      case when identity = 'student' then watch_seed.id(plan.seed, 'course ', course) end as course_id,
      case when identity = 'student' then watch_seed.id(plan.seed, 'module ', video / 5) end as module_id,
      opened_at + age_ms * interval '1 ms' as ended_at,
      (100 * own_ms::bigint / duration_ms)::integer as percent,
      (100 * known_ms::bigint / duration_ms)::integer as known_percent,
      (100 * then_known_ms::bigint / duration_ms)::integer as then_known_percent,
      case video % 4 when 1 then 'polled' when 3 then 'reported' else 'measured' end as evidence
    from watch_seed.plan, watch_seed.visits(p_from, p_to) as visits,
      lateral (
        select case when identity = 'anonymous' then sha256(uuid_send(watch_seed.id(plan.seed, 'anonymous ', viewer))) end as anonymous_id_hash
      ) as hashed,
      lateral (
        select hashed.anonymous_id_hash,
          case when identity = 'student' then watch_seed.id(plan.seed, 'student ', viewer) end as student_id,
          case identity
            when 'student' then watch_seed.id(plan.seed, 'student ', viewer)
            when 'anonymous' then encode(substring(
              sha256(hashed.anonymous_id_hash || uuid_send(watch_seed.id(plan.seed, 'creator ', creator))) from 1 for 16
            ), 'hex')::uuid
          end as viewer_id
      ) as who
  ),
  judged as materialized (
    select told.*,
      (private.milestone_bits_by_percent())[1 + percent] as milestones,
      (private.milestone_bits_by_percent())[1 + then_known_percent] as then_known_milestones,
      case
        when viewer_id is null then (private.milestone_bits_by_percent())[1 + percent]
        else (private.milestone_bits_by_percent())[1 + then_known_percent] & ~ (private.milestone_bits_by_percent())[1 + known_percent]
      end as new_milestones,
      percent >= 90 as completed,
      case when viewer_id is null then percent >= 90 else then_known_percent >= 90 and known_percent < 90 end as completes,
      viewer_id is not null and then_known_percent >= 90
        and rewatch_after_complete_ms >= greatest(5000, duration_ms / 20) as has_rewatched,
      -- When this viewer first watched anything of it.
      coalesce(min(opened_at) filter (where watch_ms > 0 and viewer_id is not null) over (partition by viewing), opened_at) as first_watched_at
    from told
  ),
  sessions as (
    insert into public.video_watch_sessions (
      video_id, id, creator_id, viewer_id, student_id, anonymous_id_hash, write_key_hash, course_id, module_id, evidence,
      completion_threshold, device_type, referrer_type, player_version, created_at, session_start, session_end, end_age_ms,
      close_reason, first_contact_at, claimed_duration_ms, startup_ms, rate_changes, paused_ms, rewatch_after_complete_ms, has_completed,
      rewatched, started, completed, has_rewatched, milestones, duration_seconds, percent_complete, watched, messages_sent,
      messages_received, seq, age_ms, position_ms, claimed_watch_ms, claimed_content_ms, watch_time_seconds, content_seconds,
      covered_seconds, counted_ms, furthest_position_seconds, resume_at, last_seen_at, updated_at
    )
    select video_id, id, creator_id, viewer_id, student_id, anonymous_id_hash, sha256(uuid_send(id)), course_id, module_id,
      evidence, 90, device_type, referrer_type, '1.0.0', opened_at, opened_at, ended_at, age_ms, close_reason, opened_at,
      duration_ms, 400, rate_changes, paused_ms, rewatch_after_complete_ms, completes, rewatched, content_ms >= 250, completed,
      has_rewatched, milestones, duration_ms / 1000.0, percent, watched, 2 + watch_ms / 10000, 2, 1, age_ms, position_ms,
      watch_ms, content_ms, watch_ms / 1000.0, content_ms / 1000.0, own_ms / 1000.0, own_ms, position_ms / 1000.0, ended_at,
      ended_at, ended_at
    from judged
  ),
  progress as (
    insert into public.video_progress (
      video_id, viewer_id, creator_id, student_id, created_at, first_watched_at, first_contact_at, completed_at, sessions,
      milestones, resume_session_id, percent_complete, watched, credited_ms, covered_seconds, watch_time_seconds,
      resume_position_seconds, last_watched_at, last_contact_at, updated_at
    )
    select video_id, viewer_id, min(creator_id::text)::uuid, student_id, min(opened_at),
      min(opened_at) filter (where watch_ms > 0), min(opened_at), min(ended_at) filter (where completes), count(*),
      bit_or(then_known_milestones), (array_agg(id order by ended_at desc) filter (where watch_ms > 0))[1],
      max(then_known_percent), range_agg(watched), sum(own_ms), max(then_known_ms) / 1000.0, sum(watch_ms) / 1000.0,
      coalesce((array_agg(position_ms order by ended_at desc) filter (where watch_ms > 0))[1] / 1000.0, 0),
      max(ended_at) filter (where watch_ms > 0), max(ended_at), max(ended_at)
    from judged
    where viewer_id is not null
    group by viewing, video_id, viewer_id, student_id
  ),
  events as (
    insert into public.video_analytics_events (
      video_id, "timestamp", event_type, creator_id, student_id, course_id, module_id, session_id, metadata, created_at
    )
    select judged.video_id, judged.ended_at + event.place * interval '1 us', event.type, judged.creator_id, judged.student_id,
      judged.course_id, judged.module_id, judged.id,
      jsonb_strip_nulls(jsonb_build_object(
        'percent_complete', event.percent,
        'watch_time_seconds', (judged.watch_ms / 1000.0)::numeric(12, 3),
        'session_id', judged.id,
        'device', judged.device_type,
        'completion_time', case when event.type = 'video_completed' then extract(epoch from judged.ended_at - first_watched_at) end
      )),
      judged.ended_at
    from judged,
      lateral (
        select 0 as place, 'video_started' as type, null::integer as percent where judged.content_ms >= 250
        union all
        select milestone.place, 'video_progress', milestone.percent
        from unnest(private.milestone_percents()) with ordinality as milestone (percent, place)
        where p_milestone_events and judged.new_milestones & (1 << (milestone.place::integer - 1)) <> 0
        union all
        select 101, 'video_completed', case when judged.viewer_id is null then judged.percent else judged.then_known_percent end
        where judged.completes
        union all
        select 102, 'video_rewatched', null where judged.has_rewatched
      ) as event
  )
  select count(*) from judged;
$$;
