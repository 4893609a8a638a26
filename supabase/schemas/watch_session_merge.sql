-- The merge: one message, a snapshot of running totals, joins its session. tracking.md calls this the heart.
--
-- 1. shape      malformed input is refused before anything is read
-- 2. admit      write key, and on first contact video, access and viewer
-- 3. join       greatest, least and union: the only things kept
-- 4. derive     what is credited, from the joins alone
-- 5. viewer     the same over all sessions of the viewer
-- 6. write      session, progress, events whose bit flipped, and last the dirty day
--
-- A heartbeat runs through this once every ten seconds per viewer. Hence one function (docs/decisions/0103), few
-- statements, plain expressions where a query would do, and rare things elsewhere.

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
  c_max_ms constant bigint := 2678400000; -- 31 days
  c_max_age_ms constant bigint := 86400000; -- 24 h
  c_max_ranges constant integer := 512;
  c_max_kept_bytes constant integer := 65536; -- 5,000 ranges
  c_max_json_bytes constant integer := 4096;
  c_grace_ms constant bigint := 15000;
  c_max_speed constant integer := 4;
  -- No message, but the session once more under what is known of the video now.
  v_is_retest constant boolean := p_message = 'retest';
  v_seq integer := coalesce(p_seq, 0);
  v_age_ms bigint := coalesce(p_age_ms, 0);
  v_position_ms integer := coalesce(p_position_ms, 0);
  v_write_key_hash bytea;
  m record; -- the message's counters and context
  s record; -- the session as it stands, and what its video says
  p public.video_progress; -- the viewer's progress as it stands
  n record; -- the session as it will be
  q public.video_progress; -- the progress as it will be; empty without a viewer
  v_enters boolean := false;
  v_is_newest boolean;
  v_duration_ms integer;
  v_watch_ms bigint;
  v_witnessed_ms bigint;
  v_length_ms bigint;
  v_covered_ms bigint;
  v_bound_ms bigint;
  v_counted_ms bigint;
  v_viewer_ms bigint;
  v_new_milestones integer;
  v_completes boolean;
  v_events jsonb := '[]'::jsonb;
begin
  -- 1. shape -------------------------------------------------------------------------------------------
  if not v_is_retest
    and (p_session_id is null or p_video_id is null or p_write_key is null or p_write_key !~ '^[0-9a-fA-F]{32}$')
  then
    perform private.refuse_malformed('p_session_id, p_video_id and p_write_key are required', 'Send two uuids and 32 hexadecimal digits.');
  end if;
  if least(v_seq, v_age_ms, v_position_ms, p_watch_time_ms, p_content_ms, p_duration_ms) < 0
    or greatest(v_age_ms, p_watch_time_ms, p_content_ms) > c_max_ms
  then
    perform private.refuse_malformed('a number is out of range', 'Send whole, not negative milliseconds of at most 31 days.');
  end if;
  if lower_inf(p_watched) or upper_inf(p_watched) or lower(p_watched) < 0
    or lower_inf(p_rewatched) or upper_inf(p_rewatched) or lower(p_rewatched) < 0
  then
    perform private.refuse_malformed('ranges are out of bounds', 'Send ranges from 0 upwards, such as {[0,1000),[5000,6000)}.');
  end if;
  -- Counting costs; what fits into so few bytes cannot be too many.
  if greatest(pg_column_size(p_watched), pg_column_size(p_rewatched)) > 6000 then
    if greatest((select count(*) from unnest(p_watched)), (select count(*) from unnest(p_rewatched))) > c_max_ranges then
      perform private.refuse_malformed('too many ranges', 'Send the longest 512 and say so by truncated in p_context. Never join over a gap: nobody watched it.');
    end if;
  end if;
  if pg_column_size(p_counters) > c_max_json_bytes or jsonb_typeof(p_counters) <> 'object'
    or pg_column_size(p_context) > c_max_json_bytes or jsonb_typeof(p_context) <> 'object'
    or jsonb_path_exists(p_context, 'lax $.**{3}') or jsonb_path_exists(p_counters, 'lax $.**{3}')
  then
    perform private.refuse_malformed('p_counters or p_context is not a small object', 'Send objects of at most 4 kB and depth 2.');
  end if;
  begin
    select * into m
    from jsonb_to_record(coalesce(p_counters, '{}')) as counters (
        paused_ms integer, buffering_ms integer, buffering_count integer, seeks_forward integer, seeks_back integer,
        hidden_ms integer, muted_ms integer, ad_ms integer, startup_ms integer, rate_changes integer,
        caption_ms integer, error_count integer, rewatch_after_complete_ms integer, messages_sent integer,
        furthest_position_ms integer
      ),
      jsonb_to_record(coalesce(p_context, '{}')) as context (
        device_type text, referrer_type text, course_id uuid, module_id uuid, previous_session_id uuid,
        player_version text, evidence text, truncated boolean, close_reason text
      );
  exception when data_exception then
    perform private.refuse_malformed('a value in p_counters or p_context has the wrong type: ' || sqlerrm, 'Send whole numbers, uuids and booleans as such.');
  end;
  if least(m.paused_ms, m.buffering_ms, m.buffering_count, m.seeks_forward, m.seeks_back, m.hidden_ms, m.muted_ms, m.ad_ms,
    m.startup_ms, m.rate_changes, m.caption_ms, m.error_count, m.rewatch_after_complete_ms, m.messages_sent,
    m.furthest_position_ms) < 0
  then
    perform private.refuse_malformed('a counter is negative', 'Send counters from 0 upwards.');
  end if;
  if m.close_reason is null and p_message = 'end' then
    m.close_reason := 'removed';
  elsif m.close_reason not in ('removed', 'source_change', 'viewer_change', 'page_end', 'idle') then
    perform private.refuse_malformed('close_reason is unknown', 'Send removed, source_change, viewer_change, page_end or idle.');
  end if;

  -- 2. admit -------------------------------------------------------------------------------------------
  v_write_key_hash := sha256(decode(p_write_key, 'hex'));
  for v_try in 1 .. 2 loop
    select sessions.*, videos.duration_ms as video_duration_ms, videos.completion_threshold as video_threshold,
      videos.completion_accepts_late, videos.accepted_evidence, videos.source_type, videos.is_deleted
    into s
    from public.video_watch_sessions as sessions
    inner join public.videos on videos.id = sessions.video_id
    where sessions.video_id = p_video_id and sessions.id = p_session_id
    for no key update of sessions;
    exit when v_try = 2 or (v_is_retest and found);
    if v_is_retest then return null; end if;
    if found and s.write_key_hash <> v_write_key_hash then
      perform private.refuse();
    end if;
    -- A known viewer's heartbeat needs nothing more.
    exit when found and not s.is_deleted and p_message <> 'start' and s.viewer_id is not null;
    v_enters := private.admit_message(
      p_message = 'start', p_video_id, p_session_id, v_write_key_hash, p_duration_ms, p_anonymous_id, p_viewer_token, p_now
    );
  end loop;

  -- 3. join --------------------------------------------------------------------------------------------
  n := s;
  if not v_is_retest then
    n.first_contact_at := least(s.first_contact_at, p_now);
    n.last_seen_at := greatest(s.last_seen_at, p_now);
    n.session_start := least(s.session_start, p_now - least(v_age_ms, c_max_age_ms) * interval '1 millisecond');
  end if;
  n.claimed_watch_ms := greatest(s.claimed_watch_ms, p_watch_time_ms);
  n.claimed_content_ms := greatest(s.claimed_content_ms, p_content_ms);
  n.integrity_flags := '{}';
  v_duration_ms := s.video_duration_ms;

  n.watched := s.watched + coalesce(p_watched, '{}');
  n.rewatched := s.rewatched + coalesce(p_rewatched, '{}');
  if upper(n.watched) > v_duration_ms or upper(n.rewatched) > v_duration_ms then
    n.watched := n.watched * int4multirange(int4range(0, v_duration_ms));
    n.rewatched := n.rewatched * int4multirange(int4range(0, v_duration_ms));
  end if;
  -- No honest player comes near; a forger must not grow the row without end.
  if pg_column_size(n.watched) + pg_column_size(n.rewatched) > c_max_kept_bytes then
    n.watched := s.watched;
    n.rewatched := s.rewatched;
    n.integrity_flags := array_append(n.integrity_flags, 'too_many_ranges');
  end if;

  v_is_newest := not v_is_retest and (v_seq > s.seq
    or (v_seq = s.seq and (v_age_ms > s.age_ms or (v_age_ms = s.age_ms and v_position_ms > s.position_ms))));
  if v_is_newest then
    n.seq := v_seq;
    n.age_ms := v_age_ms;
    n.position_ms := v_position_ms;
    n.claimed_duration_ms := nullif(p_duration_ms, 0);
    -- A word this version does not know is no reason to lose a heartbeat.
    n.device_type := case when m.device_type in ('desktop', 'mobile', 'tablet') then m.device_type end;
    n.referrer_type := case when m.referrer_type in ('course_page', 'direct_link', 'search', 'chat_reference') then m.referrer_type end;
    n.player_version := left(m.player_version, 64);
    n.course_id := m.course_id;
    n.module_id := m.module_id;
    n.previous_session_id := m.previous_session_id;
    if m.course_id is distinct from s.course_id or m.module_id is distinct from s.module_id then
      select * into n.course_id, n.module_id from private.lesson_context(p_video_id, m.course_id, m.module_id);
    end if;
  end if;
  if n.previous_session_id is distinct from s.previous_session_id or (v_enters and n.previous_session_id is not null) then
    if exists (
      select from public.video_watch_sessions as other
      where other.video_id = p_video_id and other.id = n.previous_session_id and other.viewer_id <> n.viewer_id
    ) then
      n.previous_session_id := null;
    end if;
  end if;
  n.resume_at := n.session_start + n.age_ms * interval '1 millisecond';

  -- The smallest age wins, and of equal ages the first word of the alphabet, so that order does not show.
  if m.close_reason is not null
    and (s.end_age_ms is null or v_age_ms < s.end_age_ms or (v_age_ms = s.end_age_ms and m.close_reason < s.close_reason))
  then
    n.end_age_ms := v_age_ms;
    n.close_reason := m.close_reason;
  end if;
  if n.end_age_ms is not null then
    n.session_end := least(n.session_start + n.end_age_ms * interval '1 millisecond', n.last_seen_at);
  elsif s.close_reason is not null and not v_is_retest then
    -- Thought stale; it goes on.
    n.session_end := null;
    n.close_reason := null;
  end if;

  -- 4. derive ------------------------------------------------------------------------------------------
  if m.evidence is distinct from s.evidence and not v_is_retest then
    n.evidence := private.join_evidence(s.evidence, m.evidence, s.source_type);
  end if;
  n.completion_threshold := coalesce(s.completion_threshold, case when n.evidence = any (s.accepted_evidence) then s.video_threshold end);

  v_bound_ms := extract(epoch from n.last_seen_at - n.session_start) * 1000 + c_grace_ms;
  v_watch_ms := least(n.claimed_watch_ms, v_bound_ms);
  v_bound_ms := extract(epoch from n.last_seen_at - n.first_contact_at) * 1000 + c_grace_ms;
  v_witnessed_ms := least(n.claimed_watch_ms, v_bound_ms);

  -- Mostly one piece: no query then.
  if n.watched = int4multirange(range_merge(n.watched)) then
    v_length_ms := coalesce(upper(n.watched)::bigint - lower(n.watched), 0);
  else
    select coalesce(sum(upper(piece)::bigint - lower(piece)), 0) into v_length_ms from unnest(n.watched) as piece;
  end if;
  v_covered_ms := least(v_length_ms, n.claimed_content_ms + 1000, c_max_speed * v_watch_ms + 1000);
  v_bound_ms := least(n.claimed_content_ms + 1000, c_max_speed * v_witnessed_ms + 1000);
  if s.completion_accepts_late then
    v_bound_ms := least(n.claimed_content_ms + 1000, c_max_speed * v_watch_ms + 1000);
  end if;
  v_counted_ms := least(v_length_ms, v_bound_ms);

  n.watch_time_seconds := v_watch_ms / 1000.0;
  n.content_seconds := least(n.claimed_content_ms, c_max_speed * v_watch_ms) / 1000.0;
  n.covered_seconds := v_covered_ms / 1000.0;
  n.counted_ms := v_counted_ms;
  n.furthest_position_seconds := greatest(1000 * s.furthest_position_seconds, m.furthest_position_ms) / 1000.0;
  n.started := s.started or greatest(least(n.claimed_content_ms, c_max_speed * v_watch_ms), v_watch_ms) >= 250;
  if s.video_duration_ms is not null then
    n.milestones := s.milestones | (private.milestone_bits_by_percent())[1 + least(100, 100 * v_counted_ms / v_duration_ms)];
    n.completed := s.completed or coalesce(100 * v_counted_ms >= n.completion_threshold * v_duration_ms::bigint, false);
  else
    v_duration_ms := n.claimed_duration_ms;
    if p_duration_ms > 0 then
      n.claimed_milestone_durations := private.milestone_durations(s.claimed_milestone_durations, coalesce(p_watched, '{}'), p_duration_ms);
    end if;
    n.milestones := s.milestones | private.milestone_bits_of_claims(n.claimed_milestone_durations, v_bound_ms);
  end if;
  n.duration_seconds := v_duration_ms / 1000.0;
  n.percent_complete := case when v_duration_ms is not null then least(100, 100 * v_covered_ms / v_duration_ms) end;
  n.rewatch_after_complete_ms := greatest(s.rewatch_after_complete_ms, m.rewatch_after_complete_ms);

  if v_watch_ms > v_witnessed_ms then n.integrity_flags := array_append(n.integrity_flags, 'late'); end if;
  if n.claimed_watch_ms > v_watch_ms then n.integrity_flags := array_append(n.integrity_flags, 'watch_bounded'); end if;
  if v_length_ms > v_covered_ms then n.integrity_flags := array_append(n.integrity_flags, 'coverage_bounded'); end if;
  if m.truncated or 'truncated' = any (s.integrity_flags) then
    n.integrity_flags := array_append(n.integrity_flags, 'truncated');
  end if;

  -- 5. viewer ------------------------------------------------------------------------------------------
  if n.viewer_id is null then
    -- Nobody to remember: the visit speaks for itself.
    v_completes := n.completed and not s.completed;
    v_new_milestones := case when n.completion_threshold is null then 0 else n.milestones & ~ s.milestones end;
  else
    select * into p
    from public.video_progress as progress
    where progress.video_id = n.video_id and progress.viewer_id = n.viewer_id
    for no key update;
    q := p;
    q.watch_time_seconds := p.watch_time_seconds + n.watch_time_seconds;
    if v_enters then
      q.sessions := p.sessions + 1;
    else
      q.watch_time_seconds := q.watch_time_seconds - s.watch_time_seconds;
    end if;
    if n.completion_threshold is not null then
      q.watched := p.watched + n.watched;
      if upper(q.watched) > s.video_duration_ms then
        q.watched := q.watched * int4multirange(int4range(0, s.video_duration_ms));
      end if;
      if pg_column_size(q.watched) > c_max_kept_bytes then
        q.watched := p.watched;
      end if;
      q.credited_ms := p.credited_ms + n.counted_ms
        - case when v_enters or s.completion_threshold is null then 0 else s.counted_ms end;
    end if;
    q.first_contact_at := least(p.first_contact_at, n.first_contact_at);
    q.last_contact_at := greatest(p.last_contact_at, n.last_seen_at);

    if q.watched = n.watched then
      v_viewer_ms := v_length_ms;
    else
      select coalesce(sum(upper(piece)::bigint - lower(piece)), 0) into v_viewer_ms from unnest(q.watched) as piece;
    end if;
    v_viewer_ms := least(v_viewer_ms, q.credited_ms);
    if not s.completion_accepts_late then
      v_bound_ms := extract(epoch from q.last_contact_at - q.first_contact_at) * 1000 + c_grace_ms;
      v_viewer_ms := least(v_viewer_ms, c_max_speed * v_bound_ms + 1000);
    end if;
    q.covered_seconds := v_viewer_ms / 1000.0;
    if s.video_duration_ms is not null then
      q.percent_complete := least(100, 100 * v_viewer_ms / s.video_duration_ms);
      q.milestones := p.milestones | (private.milestone_bits_by_percent())[1 + q.percent_complete];
      v_completes := p.completed_at is null and 100 * v_viewer_ms >= s.video_threshold * s.video_duration_ms::bigint;
    else
      q.milestones := p.milestones | case when n.completion_threshold is null then 0 else n.milestones end;
      v_completes := false;
    end if;
    if v_completes then
      q.completed_at := p_now;
    end if;
    v_new_milestones := q.milestones & ~ p.milestones;

    if v_watch_ms > 0 then
      q.first_watched_at := least(p.first_watched_at, n.session_start);
      if p.last_watched_at is null or p.resume_session_id = n.id
        or n.resume_at > p.last_watched_at or (n.resume_at = p.last_watched_at and n.id > p.resume_session_id)
      then
        q.last_watched_at := n.resume_at;
        q.resume_session_id := n.id;
        q.resume_position_seconds := n.position_ms / 1000.0;
      end if;
    end if;
  end if;
  if not s.has_rewatched and n.rewatch_after_complete_ms > 0
    and (q.completed_at is not null or (n.viewer_id is null and n.completed))
  then
    n.has_rewatched := private.is_rewatch(n.rewatch_after_complete_ms, n.content_seconds, s.video_duration_ms);
  end if;

  -- 6. write -------------------------------------------------------------------------------------------
  update public.video_watch_sessions as sessions
  set course_id = n.course_id,
    module_id = n.module_id,
    previous_session_id = n.previous_session_id,
    evidence = n.evidence,
    completion_threshold = n.completion_threshold,
    device_type = n.device_type,
    referrer_type = n.referrer_type,
    player_version = n.player_version,
    session_start = n.session_start,
    session_end = n.session_end,
    end_age_ms = n.end_age_ms,
    close_reason = n.close_reason,
    first_contact_at = n.first_contact_at,
    claimed_duration_ms = n.claimed_duration_ms,
    claimed_milestone_durations = n.claimed_milestone_durations,
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
    rewatch_after_complete_ms = n.rewatch_after_complete_ms,
    rewatched = n.rewatched,
    started = n.started,
    completed = n.completed,
    has_rewatched = n.has_rewatched,
    milestones = n.milestones,
    integrity_flags = n.integrity_flags,
    duration_seconds = n.duration_seconds,
    percent_complete = n.percent_complete,
    watched = n.watched,
    messages_sent = greatest(sessions.messages_sent, m.messages_sent),
    messages_received = sessions.messages_received + case when v_is_retest then 0 else 1 end,
    seq = n.seq,
    age_ms = n.age_ms,
    position_ms = n.position_ms,
    claimed_watch_ms = n.claimed_watch_ms,
    claimed_content_ms = n.claimed_content_ms,
    watch_time_seconds = n.watch_time_seconds,
    content_seconds = n.content_seconds,
    covered_seconds = n.covered_seconds,
    counted_ms = n.counted_ms,
    furthest_position_seconds = n.furthest_position_seconds,
    resume_at = n.resume_at,
    last_seen_at = n.last_seen_at,
    updated_at = p_now
  where sessions.video_id = p_video_id and sessions.id = p_session_id;

  if n.viewer_id is not null then
    if p.resume_session_id = n.id and n.resume_at < p.last_watched_at then
      -- The holder of the resume position moved back; perhaps another visit is newer now.
      select visit.session_id, visit.resume_at, visit.position_ms / 1000.0
      into q.resume_session_id, q.last_watched_at, q.resume_position_seconds
      from private.newest_visit(n.video_id, n.viewer_id) as visit;
    end if;
    update public.video_progress as progress
    set first_watched_at = q.first_watched_at,
      first_contact_at = q.first_contact_at,
      completed_at = q.completed_at,
      sessions = q.sessions,
      milestones = q.milestones,
      resume_session_id = q.resume_session_id,
      percent_complete = q.percent_complete,
      watched = q.watched,
      credited_ms = q.credited_ms,
      covered_seconds = q.covered_seconds,
      watch_time_seconds = q.watch_time_seconds,
      resume_position_seconds = q.resume_position_seconds,
      last_watched_at = q.last_watched_at,
      last_contact_at = q.last_contact_at,
      updated_at = p_now
    where progress.video_id = n.video_id and progress.viewer_id = n.viewer_id;
  end if;

  if (n.started and not s.started) or v_new_milestones <> 0 or v_completes or (n.has_rewatched and not s.has_rewatched) then
    v_events := private.record_viewing_events(
      n.video_id, n.id, n.started and not s.started, v_new_milestones, v_completes, n.has_rewatched and not s.has_rewatched,
      q.percent_complete, extract(epoch from p_now - coalesce(q.first_watched_at, n.session_start)), p_now
    );
    if v_completes and n.viewer_id is not null then
      perform private.record_sibling_rewatches(n.video_id, n.viewer_id, n.id, s.video_duration_ms, p_now);
    end if;
  end if;

  -- Last, because two messages that mark the same day wait for each other. Once a minute is enough: the rollup leaves a
  -- minute alone while a transaction that began in it is running.
  if p_marks_dirty and (s.seq < 0 or v_is_retest or n.session_start <> s.session_start
    or date_trunc('minute', s.last_seen_at) <> date_trunc('minute', p_now))
  then
    perform private.mark_dirty(n.video_id, n.creator_id, array[s.session_start, n.session_start], p_now);
  end if;

  return jsonb_build_object(
    'session_id', n.id,
    'seq', n.seq,
    'watch_time_seconds', n.watch_time_seconds,
    'percent_complete', n.percent_complete,
    'viewer_percent_complete', q.percent_complete,
    'completed', case when n.viewer_id is null then n.completed else q.completed_at is not null end,
    'resume_position_seconds', case when n.viewer_id is null then n.position_ms / 1000.0 else q.resume_position_seconds end,
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
