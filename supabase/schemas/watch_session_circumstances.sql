-- What a message says of where and how the video is watched, how long it is and whether the visit has ended. Heartbeats
-- repeat it: the merge comes here only when something of it is new.
create function private.join_circumstances(
  p_message text,
  p_video_id uuid,
  p_session_id uuid,
  p_context jsonb,
  p_is_newest boolean,
  p_enters boolean,
  p_age_ms bigint,
  p_duration_ms integer,
  p_watched int4multirange,
  p_session_start timestamptz,
  p_last_seen_at timestamptz,
  p_seen_ms bigint,
  p_claimed_watch_ms bigint,
  p_claimed_content_ms bigint,
  out completion_threshold smallint,
  out duration_ms integer,
  out claimed_milestones integer,
  out is_truncated boolean
)
language plpgsql volatile set search_path = ''
as $$
declare
  c_grace_ms constant bigint := 15000;
  v_is_retest constant boolean := p_message = 'retest';
  c constant private.watch_context := private.read_context(p_context);
  v_close_reason constant text := coalesce(c.close_reason, case when p_message = 'end' then 'removed' end);
  v_video public.videos;
  s public.video_watch_sessions;
begin
  select * into v_video from public.videos where videos.id = p_video_id;
  select * into s from public.video_watch_sessions as sessions where sessions.video_id = p_video_id and sessions.id = p_session_id;

  -- The smallest age wins, and of equal ages the first word of the alphabet, so that order does not show.
  if v_close_reason is not null and (s.end_age_ms is null or (p_age_ms, v_close_reason) < (s.end_age_ms, s.close_reason)) then
    s.end_age_ms := p_age_ms;
    s.close_reason := v_close_reason;
  end if;
  if s.end_age_ms is not null then
    s.session_end := least(p_session_start + s.end_age_ms * interval '1 millisecond', p_last_seen_at);
  elsif not v_is_retest then
    -- A message of a session thought stale: it goes on.
    s.session_end := null;
    s.close_reason := null;
  end if;

  if c.evidence is distinct from s.evidence and not v_is_retest then
    s.evidence := private.join_evidence(s.evidence, c.evidence, v_video.source_type);
  end if;
  completion_threshold := coalesce(
    s.completion_threshold, case when s.evidence = any (v_video.accepted_evidence) then v_video.completion_threshold end
  );

  if p_is_newest then
    s.claimed_duration_ms := nullif(p_duration_ms, 0);
    -- A word this version does not know is no reason to lose a heartbeat.
    s.device_type := case when c.device_type in ('desktop', 'mobile', 'tablet') then c.device_type end;
    s.referrer_type := case when c.referrer_type in ('course_page', 'direct_link', 'search', 'chat_reference') then c.referrer_type end;
    s.player_version := left(c.player_version, 64);
    s.course_id := c.course_id;
    s.module_id := c.module_id;
    s.previous_session_id := c.previous_session_id;
  end if;
  if p_is_newest or p_enters then
    select * into s.course_id, s.module_id, s.previous_session_id
    from private.true_context(p_video_id, s.viewer_id, s.course_id, s.module_id, s.previous_session_id);
  end if;
  if p_is_newest then
    -- What is not true yet may come true, so it is asked again.
    s.context_digest := case
      when (c.course_id, c.module_id, c.previous_session_id) is not distinct from (s.course_id, s.module_id, s.previous_session_id)
        then jsonb_hash_extended(p_context, 0)
    end;
  end if;

  duration_ms := coalesce(v_video.duration_ms, s.claimed_duration_ms);
  if v_video.duration_ms is null then
    if p_duration_ms > 0 then
      s.claimed_milestone_durations := private.milestone_durations(s.claimed_milestone_durations, p_watched, p_duration_ms);
    end if;
    claimed_milestones := private.milestone_bits_of_claims(
      s.claimed_milestone_durations, p_claimed_content_ms,
      case when v_video.completion_accepts_late
        then least(p_claimed_watch_ms, (date_part('epoch', p_last_seen_at - p_session_start) * 1000)::bigint + c_grace_ms)
        else p_claimed_watch_ms
      end,
      case when not v_video.completion_accepts_late then p_seen_ms end
    );
  end if;
  is_truncated := c.truncated or 'truncated' = any (s.integrity_flags);

  update public.video_watch_sessions as sessions
  set course_id = s.course_id,
    module_id = s.module_id,
    previous_session_id = s.previous_session_id,
    evidence = s.evidence,
    completion_threshold = join_circumstances.completion_threshold,
    device_type = s.device_type,
    referrer_type = s.referrer_type,
    player_version = s.player_version,
    context_digest = s.context_digest,
    session_end = s.session_end,
    end_age_ms = s.end_age_ms,
    close_reason = s.close_reason,
    claimed_duration_ms = s.claimed_duration_ms,
    claimed_milestone_durations = s.claimed_milestone_durations
  where sessions.video_id = p_video_id and sessions.id = p_session_id;
end;
$$;
comment on function private.join_circumstances(text, uuid, uuid, jsonb, boolean, boolean, bigint, integer, int4multirange, timestamptz, timestamptz, bigint, bigint, bigint) is 'Joins context, end and claims of length into a session; answers what completes it, the length used, the milestones reached by claims and whether ranges were left out.';
revoke all on function private.join_circumstances(text, uuid, uuid, jsonb, boolean, boolean, bigint, integer, int4multirange, timestamptz, timestamptz, bigint, bigint, bigint) from public;
