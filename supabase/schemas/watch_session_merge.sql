-- The merge: one message, a snapshot of running totals, joins its session. tracking.md calls this the heart.
--
-- 1. shape      malformed input is refused before anything is read
-- 2. admit      write key, and on first contact video, access and viewer
-- 3. session    joins (greatest, least, union: the only things kept), and what is credited, derived from the joins alone
-- 4. viewer     the same over all sessions of the viewer
-- 5. tell       events whose bit flipped, the dirty day, the answer
--
-- A heartbeat runs through this once every ten seconds per viewer. What costs is a statement, and an expression of
-- PL/pgSQL, prepared anew in every transaction; one more column of an update costs a fifth of that. Hence few statements,
-- variables only for what is asked twice, every other rule in the update that keeps it, and rare things elsewhere
-- (docs/decisions/0103).

create function private.merge_watch_session(
  p_message text,
  p_session_id uuid,
  p_write_key text,
  p_video_id uuid,
  p_seq integer,
  p_age_ms bigint,
  p_watch_time_ms bigint,
  p_content_ms bigint,
  p_watched int4multirange,
  p_rewatched int4multirange,
  p_position_ms integer,
  p_duration_ms integer,
  p_counters jsonb,
  p_context jsonb,
  p_anonymous_id uuid,
  p_viewer_token text,
  p_marks_dirty boolean default true,
  p_now timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_grace_ms constant bigint := 15000; -- of what completes at most a sixth of the video: docs/decisions/0104
  c_max_speed constant bigint := 4;
  c_max_kept_bytes constant integer := 65536; -- 5,000 ranges
  -- A retest is no message: the session is judged once more, under what is known of its video now.
  v_is_retest constant boolean := p_message = 'retest';
  v_heard_at constant timestamptz := case when p_message <> 'retest' then p_now end;
  v_age_ms constant bigint := coalesce(p_age_ms, 0);
  v_write_key_hash bytea;
  m private.watch_counters;
  c private.watch_context;
  s record; -- the session as it stood, and what its video says
  n record; -- the session as it is now
  v_enters boolean := false;
  v_is_newest boolean;
  v_moves boolean;
  v_session_start timestamptz;
  v_duration_ms integer;
  v_watched int4multirange;
  v_rewatched int4multirange;
  v_claimed_watch_ms bigint;
  v_claimed_content_ms bigint;
  v_seen_ms bigint;
  v_length_ms bigint;
  v_watch_ms bigint;
  v_witnessed_ms bigint;
  v_content_ms bigint;
  v_covered_ms bigint;
  v_counted_ms bigint;
  v_threshold smallint; -- percent that completes; null while the evidence is not accepted
  v_is_full boolean := false;
  p record; -- the viewer's progress as it stood
  v_viewer_watched int4multirange;
  v_credited_ms bigint;
  v_viewer_ms bigint;
  v_resumes_here boolean;
  v_first_watched_at timestamptz;
  v_resume_position_seconds numeric;
  v_viewer_percent smallint;
  v_is_complete boolean;
  v_completes boolean;
  v_new_milestones integer;
  v_rewatches boolean := false;
  v_events jsonb := '[]'::jsonb;
begin
  -- 1. shape -------------------------------------------------------------------------------------------
  if not v_is_retest then
    if p_session_id is null or p_video_id is null or p_write_key is null
      or least(p_seq, v_age_ms, p_position_ms, p_watch_time_ms, p_content_ms, p_duration_ms) < 0
      or greatest(v_age_ms, p_watch_time_ms, p_content_ms) > 2678400000 -- 31 days
      or lower_inf(p_watched) or upper_inf(p_watched) or lower(p_watched) < 0 or pg_column_size(p_watched) > 6000
      or lower_inf(p_rewatched) or upper_inf(p_rewatched) or lower(p_rewatched) < 0 or pg_column_size(p_rewatched) > 6000
      or pg_column_size(p_counters) > 4096 or jsonb_typeof(p_counters) <> 'object' or jsonb_path_exists(p_counters, 'lax $.**{3}')
      or pg_column_size(p_context) > 4096 or jsonb_typeof(p_context) <> 'object' or jsonb_path_exists(p_context, 'lax $.**{3}')
    then
      perform private.refuse_bad_shape(
        p_session_id, p_write_key, p_video_id,
        least(p_seq, v_age_ms, p_position_ms, p_watch_time_ms, p_content_ms, p_duration_ms),
        greatest(v_age_ms, p_watch_time_ms, p_content_ms), p_watched, p_rewatched, p_counters, p_context
      );
    end if;
    begin
      v_write_key_hash := sha256(decode(p_write_key, 'hex'));
      m := jsonb_populate_record(null::private.watch_counters, p_counters);
      c := jsonb_populate_record(null::private.watch_context, p_context);
    exception when data_exception then
      perform private.refuse_bad_key(p_write_key);
      perform private.refuse_malformed(
        'a value in p_counters or p_context has the wrong type: ' || sqlerrm, 'Send whole numbers, uuids and booleans as such.'
      );
    end;
    if least(m.paused_ms, m.buffering_ms, m.buffering_count, m.seeks_forward, m.seeks_back, m.hidden_ms, m.muted_ms, m.ad_ms,
      m.startup_ms, m.rate_changes, m.caption_ms, m.error_count, m.rewatch_after_complete_ms, m.messages_sent,
      m.furthest_position_ms) < 0
    then
      perform private.refuse_malformed('a counter is negative', 'Send counters from 0 upwards.');
    end if;
    if c.close_reason is null and p_message = 'end' then
      c.close_reason := 'removed';
    elsif c.close_reason not in ('removed', 'source_change', 'viewer_change', 'page_end', 'idle') then
      perform private.refuse_malformed('close_reason is unknown', 'Send removed, source_change, viewer_change, page_end or idle.');
    end if;
  end if;

  -- 2. admit -------------------------------------------------------------------------------------------
  for v_try in 1 .. 2 loop
    select
      sessions.creator_id, sessions.viewer_id, sessions.write_key_hash, sessions.course_id, sessions.module_id,
      sessions.previous_session_id, sessions.evidence, sessions.completion_threshold, sessions.session_start,
      sessions.end_age_ms, sessions.close_reason, sessions.first_contact_at, sessions.last_seen_at,
      sessions.claimed_duration_ms, sessions.claimed_milestone_durations, sessions.watched, sessions.rewatched,
      sessions.started, sessions.completed, sessions.has_rewatched, sessions.milestones, sessions.seq, sessions.age_ms,
      sessions.position_ms, sessions.claimed_watch_ms, sessions.claimed_content_ms, sessions.watch_time_seconds,
      sessions.counted_ms,
      videos.duration_ms as video_duration_ms, videos.completion_threshold as video_threshold,
      videos.completion_accepts_late, videos.accepted_evidence, videos.source_type, videos.is_deleted
    into s
    from public.video_watch_sessions as sessions
    inner join public.videos on videos.id = sessions.video_id
    where sessions.video_id = p_video_id and sessions.id = p_session_id
    for no key update of sessions;
    exit when v_try = 2;
    if v_is_retest then
      exit when found;
      return null;
    end if;
    -- A known viewer's heartbeat needs nothing more.
    exit when found and s.write_key_hash = v_write_key_hash and s.viewer_id is not null and p_message <> 'start' and not s.is_deleted;
    perform private.refuse_bad_key(p_write_key);
    v_enters := private.admit_message(
      p_message = 'start', p_video_id, p_session_id, v_write_key_hash, p_duration_ms, p_anonymous_id, p_viewer_token, p_now
    );
  end loop;

  -- 3. session -----------------------------------------------------------------------------------------
  v_is_newest := not v_is_retest
    and (coalesce(p_seq, 0), v_age_ms, coalesce(p_position_ms, 0)) > (s.seq, s.age_ms, s.position_ms);
  v_session_start := least(s.session_start, v_heard_at - least(v_age_ms, 86400000) * interval '1 millisecond'); -- at most 24 h
  v_duration_ms := coalesce(s.video_duration_ms, case when v_is_newest then nullif(p_duration_ms, 0) else s.claimed_duration_ms end);
  v_claimed_watch_ms := greatest(s.claimed_watch_ms, p_watch_time_ms);
  v_claimed_content_ms := greatest(s.claimed_content_ms, p_content_ms);

  v_watched := (s.watched + coalesce(p_watched, '{}')) * int4multirange(int4range(0, s.video_duration_ms));
  v_rewatched := (s.rewatched + coalesce(p_rewatched, '{}')) * int4multirange(int4range(0, s.video_duration_ms));
  -- No honest player comes near; a forger must not grow the row without end.
  if pg_column_size(v_watched) + pg_column_size(v_rewatched) > c_max_kept_bytes then
    v_watched := s.watched;
    v_rewatched := s.rewatched;
    v_is_full := true;
  end if;
  -- Mostly one piece: no query then.
  v_length_ms := case when v_watched = int4multirange(range_merge(v_watched))
    then coalesce(upper(v_watched) - lower(v_watched), 0) else private.range_length(v_watched) end;

  if c.close_reason is not null then
    -- The smallest age wins, and of equal ages the first word of the alphabet, so that order does not show.
    if s.end_age_ms is null or (v_age_ms, c.close_reason) < (s.end_age_ms, s.close_reason) then
      s.end_age_ms := v_age_ms;
      s.close_reason := c.close_reason;
    end if;
  end if;
  if c.evidence is distinct from s.evidence and not v_is_retest then
    s.evidence := private.join_evidence(s.evidence, c.evidence, s.source_type);
  end if;
  v_threshold := coalesce(s.completion_threshold, case when s.evidence = any (s.accepted_evidence) then s.video_threshold end);
  if s.video_duration_ms is null and p_duration_ms > 0 then
    s.claimed_milestone_durations := private.milestone_durations(s.claimed_milestone_durations, coalesce(p_watched, '{}'), p_duration_ms);
  end if;
  v_moves := v_is_newest and row(c.course_id, c.module_id, c.previous_session_id)
    is distinct from row(s.course_id, s.module_id, s.previous_session_id);
  if v_moves or v_enters then
    if v_moves then
      s.course_id := c.course_id;
      s.module_id := c.module_id;
      s.previous_session_id := c.previous_session_id;
    end if;
    select * into s.course_id, s.module_id, s.previous_session_id
    from private.true_context(p_video_id, s.viewer_id, s.course_id, s.module_id, s.previous_session_id);
  end if;

  v_seen_ms := date_part('epoch', greatest(s.last_seen_at, v_heard_at) - least(s.first_contact_at, v_heard_at)) * 1000;
  v_watch_ms := least(
    v_claimed_watch_ms, (date_part('epoch', greatest(s.last_seen_at, v_heard_at) - v_session_start) * 1000)::bigint + c_grace_ms
  );
  v_witnessed_ms := least(v_claimed_watch_ms, v_seen_ms + least(c_grace_ms, v_duration_ms / 6));
  v_content_ms := least(v_claimed_content_ms, c_max_speed * v_watch_ms);
  v_covered_ms := least(v_length_ms, v_claimed_content_ms + 1000, c_max_speed * v_watch_ms + 1000);
  v_counted_ms := case when s.completion_accepts_late then v_covered_ms
    else least(v_covered_ms, c_max_speed * v_witnessed_ms + 1000) end;

  update public.video_watch_sessions as sessions
  set course_id = s.course_id,
    module_id = s.module_id,
    previous_session_id = s.previous_session_id,
    evidence = s.evidence,
    completion_threshold = v_threshold,
    -- A word this version does not know is no reason to lose a heartbeat.
    device_type = case when not v_is_newest then sessions.device_type
      when c.device_type in ('desktop', 'mobile', 'tablet') then c.device_type end,
    referrer_type = case when not v_is_newest then sessions.referrer_type
      when c.referrer_type in ('course_page', 'direct_link', 'search', 'chat_reference') then c.referrer_type end,
    player_version = case when v_is_newest then left(c.player_version, 64) else sessions.player_version end,
    session_start = v_session_start,
    session_end = case
      when s.end_age_ms is not null
        then least(v_session_start + s.end_age_ms * interval '1 millisecond', greatest(s.last_seen_at, v_heard_at))
      -- A message of a session thought stale: it goes on.
      when v_is_retest then sessions.session_end
    end,
    end_age_ms = s.end_age_ms,
    close_reason = case when s.end_age_ms is not null or v_is_retest then s.close_reason end,
    first_contact_at = least(s.first_contact_at, v_heard_at),
    claimed_duration_ms = case when v_is_newest then nullif(p_duration_ms, 0) else sessions.claimed_duration_ms end,
    claimed_milestone_durations = s.claimed_milestone_durations,
    startup_ms = greatest(sessions.startup_ms, m.startup_ms),
    error_count = greatest(sessions.error_count, m.error_count),
    rate_changes = greatest(sessions.rate_changes, m.rate_changes),
    seeks_forward = greatest(sessions.seeks_forward, m.seeks_forward),
    seeks_back = greatest(sessions.seeks_back, m.seeks_back),
    buffering_count = greatest(sessions.buffering_count, m.buffering_count),
    buffering_ms = greatest(sessions.buffering_ms, m.buffering_ms),
    ad_ms = greatest(sessions.ad_ms, m.ad_ms),
    paused_ms = greatest(sessions.paused_ms, m.paused_ms),
    hidden_ms = greatest(sessions.hidden_ms, m.hidden_ms),
    muted_ms = greatest(sessions.muted_ms, m.muted_ms),
    caption_ms = greatest(sessions.caption_ms, m.caption_ms),
    rewatch_after_complete_ms = greatest(sessions.rewatch_after_complete_ms, m.rewatch_after_complete_ms),
    rewatched = v_rewatched,
    started = s.started or greatest(v_content_ms, v_watch_ms) >= 250,
    completed = s.completed or coalesce(100 * v_counted_ms >= v_threshold * s.video_duration_ms::bigint, false),
    milestones = s.milestones | case
      when s.video_duration_ms is not null
        then (private.milestone_bits_by_percent())[1 + least(100, 100 * v_counted_ms / s.video_duration_ms)]
      else private.milestone_bits_of_claims(
        s.claimed_milestone_durations, v_claimed_content_ms,
        case when s.completion_accepts_late then v_watch_ms else v_claimed_watch_ms end,
        case when not s.completion_accepts_late then v_seen_ms end
      )
    end,
    integrity_flags = array_remove(array[
      case when v_is_full then 'too_many_ranges' end,
      case when v_watch_ms > v_witnessed_ms then 'late' end,
      case when v_claimed_watch_ms > v_watch_ms then 'watch_bounded' end,
      case when v_length_ms > v_covered_ms then 'coverage_bounded' end,
      case when c.truncated or 'truncated' = any (sessions.integrity_flags) then 'truncated' end
    ], null),
    duration_seconds = v_duration_ms * 0.001,
    percent_complete = 100 * least(v_covered_ms, v_duration_ms) / v_duration_ms,
    watched = v_watched,
    messages_sent = greatest(sessions.messages_sent, m.messages_sent),
    messages_received = sessions.messages_received + case when v_is_retest then 0 else 1 end,
    seq = case when v_is_newest then coalesce(p_seq, 0) else sessions.seq end,
    age_ms = case when v_is_newest then v_age_ms else sessions.age_ms end,
    position_ms = case when v_is_newest then coalesce(p_position_ms, 0) else sessions.position_ms end,
    claimed_watch_ms = v_claimed_watch_ms,
    claimed_content_ms = v_claimed_content_ms,
    watch_time_seconds = v_watch_ms * 0.001,
    content_seconds = v_content_ms * 0.001,
    covered_seconds = v_covered_ms * 0.001,
    counted_ms = v_counted_ms,
    furthest_position_seconds = greatest(sessions.furthest_position_seconds, greatest(m.furthest_position_ms, p_position_ms) * 0.001),
    resume_at = v_session_start + case when v_is_newest then v_age_ms else sessions.age_ms end * interval '1 millisecond',
    last_seen_at = greatest(s.last_seen_at, v_heard_at),
    updated_at = p_now
  where sessions.video_id = p_video_id and sessions.id = p_session_id
  returning sessions.started, sessions.completed, sessions.milestones, sessions.integrity_flags,
    sessions.percent_complete, sessions.seq, sessions.position_ms, sessions.watch_time_seconds, sessions.content_seconds,
    sessions.resume_at, sessions.rewatch_after_complete_ms, sessions.first_contact_at, sessions.last_seen_at
  into n;

  -- 4. viewer ------------------------------------------------------------------------------------------
  if s.viewer_id is null then
    -- Nobody to remember: the visit speaks for itself.
    v_is_complete := n.completed;
    v_completes := n.completed and not s.completed;
    v_new_milestones := case when v_threshold is null then 0 else n.milestones & ~ s.milestones end;
    v_resume_position_seconds := n.position_ms * 0.001;
  else
    select progress.first_contact_at, progress.completed_at, progress.milestones, progress.resume_session_id,
      progress.watched, progress.credited_ms, progress.last_watched_at, progress.last_contact_at
    into p
    from public.video_progress as progress
    where progress.video_id = p_video_id and progress.viewer_id = s.viewer_id
    for no key update;

    v_viewer_watched := p.watched;
    v_credited_ms := p.credited_ms;
    if v_threshold is not null then
      v_viewer_watched := (p.watched + v_watched) * int4multirange(int4range(0, s.video_duration_ms));
      if pg_column_size(v_viewer_watched) > c_max_kept_bytes then
        v_viewer_watched := p.watched;
      end if;
      v_credited_ms := p.credited_ms + v_counted_ms
        - case when v_enters or s.completion_threshold is null then 0 else s.counted_ms end;
    end if;
    v_viewer_ms := least(
      v_credited_ms,
      case when v_viewer_watched = v_watched then v_length_ms else private.range_length(v_viewer_watched) end,
      case when not s.completion_accepts_late then
        c_max_speed * (
          (date_part('epoch', greatest(p.last_contact_at, n.last_seen_at) - least(p.first_contact_at, n.first_contact_at)) * 1000)::bigint
          + least(c_grace_ms, s.video_duration_ms / 6)
        ) + 1000
      end
    );
    v_completes := p.completed_at is null and coalesce(100 * v_viewer_ms >= s.video_threshold * s.video_duration_ms::bigint, false);
    v_is_complete := v_completes or p.completed_at is not null;
    v_resumes_here := v_watch_ms > 0 and (
      p.last_watched_at is null or p.resume_session_id = p_session_id
      or (n.resume_at, p_session_id) > (p.last_watched_at, p.resume_session_id)
    );

    update public.video_progress as progress
    set first_watched_at = case when v_watch_ms > 0 then least(progress.first_watched_at, v_session_start) else progress.first_watched_at end,
      first_contact_at = least(progress.first_contact_at, n.first_contact_at),
      completed_at = case when v_completes then p_now else progress.completed_at end,
      sessions = progress.sessions + case when v_enters then 1 else 0 end,
      milestones = progress.milestones | case
        when s.video_duration_ms is not null
          then (private.milestone_bits_by_percent())[1 + least(100, 100 * v_viewer_ms / s.video_duration_ms)]
        when v_threshold is not null then n.milestones
        else 0
      end,
      resume_session_id = case when v_resumes_here then p_session_id else progress.resume_session_id end,
      percent_complete = 100 * least(v_viewer_ms, s.video_duration_ms) / s.video_duration_ms,
      watched = v_viewer_watched,
      credited_ms = v_credited_ms,
      covered_seconds = v_viewer_ms * 0.001,
      watch_time_seconds = progress.watch_time_seconds + n.watch_time_seconds - case when v_enters then 0 else s.watch_time_seconds end,
      resume_position_seconds = case when v_resumes_here then n.position_ms * 0.001 else progress.resume_position_seconds end,
      last_watched_at = case when v_resumes_here then n.resume_at else progress.last_watched_at end,
      last_contact_at = greatest(progress.last_contact_at, n.last_seen_at),
      updated_at = p_now
    where progress.video_id = p_video_id and progress.viewer_id = s.viewer_id
    returning progress.milestones & ~ p.milestones, progress.percent_complete, progress.first_watched_at, progress.resume_position_seconds
    into v_new_milestones, v_viewer_percent, v_first_watched_at, v_resume_position_seconds;

    if p.resume_session_id = p_session_id and n.resume_at < p.last_watched_at then
      -- The holder of the resume position moved back; perhaps another visit is newer now.
      update public.video_progress as progress
      set resume_session_id = visit.session_id,
        last_watched_at = visit.resume_at,
        resume_position_seconds = visit.position_ms * 0.001
      from private.newest_visit(p_video_id, s.viewer_id) as visit
      where progress.video_id = p_video_id and progress.viewer_id = s.viewer_id
      returning progress.resume_position_seconds into v_resume_position_seconds;
    end if;
  end if;

  if v_is_complete and n.rewatch_after_complete_ms > 0 and not s.has_rewatched then
    v_rewatches := private.is_rewatch(n.rewatch_after_complete_ms, n.content_seconds, s.video_duration_ms);
    update public.video_watch_sessions as sessions set has_rewatched = v_rewatches
    where v_rewatches and sessions.video_id = p_video_id and sessions.id = p_session_id;
  end if;

  -- 5. tell --------------------------------------------------------------------------------------------
  if v_new_milestones <> 0 or v_completes or v_rewatches or n.started <> s.started then
    v_events := private.record_viewing_events(
      p_video_id, p_session_id, n.started and not s.started, v_new_milestones, v_completes, v_rewatches,
      v_viewer_percent, extract(epoch from p_now - coalesce(v_first_watched_at, v_session_start)), p_now
    );
    if v_completes and s.viewer_id is not null then
      perform private.record_sibling_rewatches(p_video_id, s.viewer_id, p_session_id, s.video_duration_ms, p_now);
    end if;
  end if;

  -- Last, because two messages that mark the same day wait for each other. Once a minute is enough: the rollup leaves a
  -- minute alone while a transaction that began in it is running.
  if p_marks_dirty and (s.seq < 0 or v_is_retest or v_session_start <> s.session_start
    or date_trunc('minute', s.last_seen_at) <> date_trunc('minute', p_now))
  then
    perform private.mark_dirty(p_video_id, s.creator_id, array[s.session_start, v_session_start], p_now);
  end if;

  return jsonb_build_object(
    'session_id', p_session_id,
    'seq', n.seq,
    'watch_time_seconds', n.watch_time_seconds,
    'percent_complete', n.percent_complete,
    'viewer_percent_complete', v_viewer_percent,
    'completed', v_is_complete,
    'resume_position_seconds', v_resume_position_seconds,
    'events', v_events,
    'flags', n.integrity_flags
  );
end;
$$;
comment on function private.merge_watch_session(text, uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text, boolean, timestamptz) is 'Joins one message into its session and answers what the database now knows. Definer: API roles write to no table.';
revoke all on function private.merge_watch_session(text, uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text, boolean, timestamptz) from public;
grant execute on function private.merge_watch_session(text, uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text, boolean, timestamptz)
  to anon, authenticated, service_role;
-- Granted for the wrappers in public, which run as the caller and let nobody choose p_now or p_marks_dirty; by its own
-- name the function is out of reach, since no API role has usage of schema private.

-- The duration came, or the evidence is accepted now: what was watched is judged again, by the same lines.
create function private.retest_watch_session(p_video_id uuid, p_session_id uuid, p_now timestamptz default now()) returns jsonb
language sql volatile set search_path = ''
as $$
  select private.merge_watch_session(
    'retest', p_session_id, null, p_video_id, null, null, null, null, null, null, null, null, null, null, null, null,
    p_now => p_now
  );
$$;
comment on function private.retest_watch_session(uuid, uuid, timestamptz) is 'Derives a stored session anew from its own joins under the video''s present duration and accepted evidence, without a message: clips, credits, viewer progress, events, dirty day. Answers as a message would; null for an unknown session.';
revoke all on function private.retest_watch_session(uuid, uuid, timestamptz) from public;
