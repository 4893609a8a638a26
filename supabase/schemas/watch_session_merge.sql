-- The merge: one message, a snapshot of running totals, joins its session. tracking.md calls this the heart.
--
-- 1. shape      malformed input is refused before anything is read
-- 2. admit      write key, and on first contact video, access and viewer
-- 3. session    joins (greatest, least, union: the only things kept), and what is credited, derived from the joins alone
-- 4. viewer     the same over all sessions of the viewer
-- 5. tell       events whose bit flipped, the dirty day, the answer
--
-- A heartbeat runs through this once every ten seconds per viewer. What costs is preparing: every statement, and every
-- step of an expression, is set up anew before it runs once. Hence few statements; what only needs the row and the message
-- is joined where the row is read; a variable only for what is asked twice; every other rule in the update that keeps it;
-- and what is rare behind an if, or elsewhere (docs/decisions/0103, 0109). Context, end and claims of length, which
-- heartbeats only repeat, are in watch_session_circumstances.sql.

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
  v_write_key_hash bytea;
  m private.watch_counters;
  v_fault text; -- what is wrong with their types
  v_was_asked boolean; -- whether the message may come in at all
  v_enters boolean; -- whether it brings the session its viewer
  s record; -- the session as it stood, what it has in common with the message, and what its video says
  n record; -- the session as it is now
  v_length_ms bigint;
  v_watch_ms bigint;
  v_witnessed_ms bigint;
  v_content_ms bigint;
  v_covered_ms bigint;
  v_counted_ms bigint;
  v_counted_percent integer;
  v_claimed_milestones integer; -- while the video has no duration
  v_is_full boolean;
  v_flags text[] := '{}'::text[];
  p record; -- the viewer's progress likewise
  v_viewer_ms bigint;
  v_viewer_percent integer;
  v_resume_position_seconds numeric;
  v_is_complete boolean;
  v_completes boolean;
  v_new_milestones integer;
  v_rewatches boolean;
  v_events jsonb;
begin
  -- 1. shape -------------------------------------------------------------------------------------------
  if num_nulls(p_seq, p_age_ms, p_position_ms, p_watched, p_rewatched) > 0 then
    p_seq := coalesce(p_seq, 0);
    p_age_ms := coalesce(p_age_ms, 0);
    p_position_ms := coalesce(p_position_ms, 0);
    p_watched := coalesce(p_watched, '{}');
    p_rewatched := coalesce(p_rewatched, '{}');
  end if;
  if not v_is_retest then
    begin
      v_write_key_hash := sha256(decode(p_write_key, 'hex'));
      m := jsonb_populate_record(null::private.watch_counters, p_counters);
    exception when data_exception then
      v_fault := sqlerrm;
    end;
    if v_fault is not null
      or least(p_seq, p_position_ms, p_duration_ms, m.paused_ms, m.buffering_ms, m.buffering_count, m.seeks_forward, m.seeks_back,
        m.hidden_ms, m.muted_ms, m.ad_ms, m.startup_ms, m.rate_changes, m.caption_ms, m.error_count,
        m.rewatch_after_complete_ms, m.messages_sent, m.furthest_position_ms) < 0
      or least(p_age_ms, p_watch_time_ms, p_content_ms) < 0
      or greatest(p_age_ms, p_watch_time_ms, p_content_ms) > 2678400000 -- 31 days
      or not p_watched <@ '{[0,2147483647)}'::int4multirange or not p_rewatched <@ '{[0,2147483647)}'::int4multirange
      or greatest(pg_column_size(p_watched), pg_column_size(p_rewatched), pg_column_size(p_counters)) > 4096
      or jsonb_path_exists(p_counters, 'lax $.**{3}')
    then
      perform private.refuse_bad_shape(
        v_fault, p_write_key, least(p_seq, p_age_ms, p_position_ms, p_watch_time_ms, p_content_ms, p_duration_ms),
        greatest(p_age_ms, p_watch_time_ms, p_content_ms), p_watched, p_rewatched, p_counters
      );
    end if;
  end if;

  -- 2. admit -------------------------------------------------------------------------------------------
  loop
    select
      sessions.creator_id, sessions.viewer_id, sessions.completion_threshold as old_threshold, sessions.completion_threshold as threshold,
      sessions.started, sessions.completed, sessions.has_rewatched, sessions.milestones, sessions.watch_time_seconds,
      sessions.counted_ms, sessions.rewatched,
      videos.duration_ms as video_duration_ms, videos.duration_ms, videos.completion_threshold as video_threshold,
      videos.completion_accepts_late,
      -- Joined with the message.
      (sessions.watched + p_watched) * int4multirange(int4range(0, videos.duration_ms)) as watched,
      greatest(sessions.claimed_watch_ms, p_watch_time_ms) as claimed_watch_ms,
      greatest(sessions.claimed_content_ms, p_content_ms) as claimed_content_ms,
      least(sessions.session_start, v_heard_at - least(p_age_ms, 86400000) * interval '1 millisecond') as session_start, -- at most 24 h
      least(sessions.first_contact_at, v_heard_at) as first_contact_at,
      greatest(sessions.last_seen_at, v_heard_at) as last_seen_at,
      (date_part('epoch', greatest(sessions.last_seen_at, v_heard_at) - least(sessions.first_contact_at, v_heard_at)) * 1000)::bigint
        as seen_ms,
      -- What there is to do.
      v_is_retest or (
        sessions.write_key_hash = v_write_key_hash and sessions.viewer_id is not null and p_message <> 'start' and not videos.is_deleted
      ) as is_known,
      not v_is_retest and (p_seq, p_age_ms, p_position_ms) > (sessions.seq, sessions.age_ms, sessions.position_ms) as is_newest,
      sessions.context_digest is not distinct from jsonb_hash_extended(p_context, 0) and sessions.seq >= 0
        and sessions.close_reason is null and p_message = 'update'
        and (sessions.completion_threshold is not null or sessions.evidence <> all (videos.accepted_evidence))
        and videos.duration_ms is not null and sessions.claimed_duration_ms is not distinct from p_duration_ms as goes_on,
      'truncated' = any (sessions.integrity_flags) as is_truncated,
      sessions.session_start as old_session_start,
      sessions.seq >= 0 and not v_is_retest and date_trunc('minute', sessions.last_seen_at) = date_trunc('minute', p_now) as is_day_marked
    into s
    from public.video_watch_sessions as sessions
    inner join public.videos on videos.id = sessions.video_id
    where sessions.video_id = p_video_id and sessions.id = p_session_id
    for no key update of sessions;
    -- A known viewer's heartbeat needs nothing more.
    exit when s.is_known or v_was_asked;
    if v_is_retest then return null; end if;
    if p_session_id is null or p_video_id is null or p_write_key is null then
      perform private.refuse_malformed('p_session_id, p_video_id and p_write_key are required', 'Send two uuids and 32 hexadecimal digits.');
    end if;
    perform private.refuse_bad_key(p_write_key);
    perform private.read_context(p_context);
    v_enters := private.admit_message(
      p_message = 'start', p_video_id, p_session_id, v_write_key_hash, p_duration_ms, p_anonymous_id, p_viewer_token, p_now
    );
    v_was_asked := true;
  end loop;

  -- 3. session -----------------------------------------------------------------------------------------
  if v_enters or not s.goes_on then
    select * into s.threshold, s.duration_ms, v_claimed_milestones, s.is_truncated
    from private.join_circumstances(
      p_message, p_video_id, p_session_id, p_context, s.is_newest, v_enters, p_age_ms, p_duration_ms, p_watched,
      s.session_start, s.last_seen_at, s.seen_ms, s.claimed_watch_ms, s.claimed_content_ms
    );
  end if;
  if not s.is_newest then
    -- What is late says nothing of where the player is now.
    select sessions.seq, sessions.age_ms into p_seq, p_age_ms
    from public.video_watch_sessions as sessions
    where sessions.video_id = p_video_id and sessions.id = p_session_id;
  end if;

  -- Mostly one piece, played once: no query then.
  if p_rewatched <> s.rewatched or s.watched <> int4multirange(range_merge(s.watched)) then
    s.rewatched := (s.rewatched + p_rewatched) * int4multirange(int4range(0, s.video_duration_ms));
    -- No honest player comes near; a forger must not grow the row without end.
    if pg_column_size(s.watched) + pg_column_size(s.rewatched) > c_max_kept_bytes then
      v_is_full := true;
      select sessions.watched, sessions.rewatched into s.watched, s.rewatched
      from public.video_watch_sessions as sessions
      where sessions.video_id = p_video_id and sessions.id = p_session_id;
    end if;
    v_length_ms := private.range_length(s.watched);
  else
    v_length_ms := coalesce(upper(s.watched) - lower(s.watched), 0);
  end if;

  v_watch_ms := s.claimed_watch_ms;
  v_witnessed_ms := least(v_watch_ms, s.seen_ms + least(c_grace_ms, s.duration_ms / 6));
  if v_witnessed_ms < v_watch_ms then
    v_watch_ms := least(v_watch_ms, (date_part('epoch', s.last_seen_at - s.session_start) * 1000)::bigint + c_grace_ms);
  end if;
  v_content_ms := least(s.claimed_content_ms, c_max_speed * v_watch_ms);
  v_covered_ms := least(v_length_ms, v_content_ms + 1000);
  v_counted_ms := v_covered_ms;
  if v_witnessed_ms < s.claimed_watch_ms or v_covered_ms < v_length_ms or s.is_truncated or v_is_full then
    if not s.completion_accepts_late then
      v_counted_ms := least(v_covered_ms, c_max_speed * v_witnessed_ms + 1000);
    end if;
    v_flags := array_remove(array[
      case when v_is_full then 'too_many_ranges' end,
      case when v_watch_ms > v_witnessed_ms then 'late' end,
      case when s.claimed_watch_ms > v_watch_ms then 'watch_bounded' end,
      case when v_length_ms > v_covered_ms then 'coverage_bounded' end,
      case when s.is_truncated then 'truncated' end
    ], null);
  end if;
  v_counted_percent := 100 * least(v_counted_ms, s.video_duration_ms) / s.video_duration_ms;

  update public.video_watch_sessions as sessions
  set session_start = s.session_start,
    first_contact_at = s.first_contact_at,
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
    rewatched = s.rewatched,
    started = s.started or greatest(v_content_ms, v_watch_ms) >= 250,
    completed = s.completed or coalesce(v_counted_percent >= s.threshold, false),
    milestones = s.milestones | coalesce((private.milestone_bits_by_percent())[1 + v_counted_percent], v_claimed_milestones, 0),
    integrity_flags = v_flags,
    duration_seconds = s.duration_ms * 0.001,
    percent_complete = 100 * least(v_covered_ms, s.duration_ms) / s.duration_ms,
    watched = s.watched,
    messages_sent = greatest(sessions.messages_sent, m.messages_sent),
    messages_received = sessions.messages_received + case when v_is_retest then 0 else 1 end,
    seq = p_seq,
    age_ms = p_age_ms,
    position_ms = case when s.is_newest then p_position_ms else sessions.position_ms end,
    claimed_watch_ms = s.claimed_watch_ms,
    claimed_content_ms = s.claimed_content_ms,
    watch_time_seconds = v_watch_ms * 0.001,
    content_seconds = v_content_ms * 0.001,
    covered_seconds = v_covered_ms * 0.001,
    counted_ms = v_counted_ms,
    furthest_position_seconds = greatest(sessions.furthest_position_seconds, greatest(m.furthest_position_ms, p_position_ms) * 0.001),
    resume_at = s.session_start + p_age_ms * interval '1 millisecond',
    last_seen_at = s.last_seen_at,
    updated_at = p_now
  where sessions.video_id = p_video_id and sessions.id = p_session_id
  returning sessions.started, sessions.completed, sessions.milestones, sessions.percent_complete, sessions.position_ms,
    sessions.watch_time_seconds, sessions.resume_at, sessions.rewatch_after_complete_ms
  into n;

  -- 4. viewer ------------------------------------------------------------------------------------------
  if s.viewer_id is null then
    -- Nobody to remember: the visit speaks for itself.
    v_is_complete := n.completed;
    v_completes := n.completed and not s.completed;
    v_new_milestones := case when s.threshold is null then 0 else n.milestones & ~ s.milestones end;
    v_resume_position_seconds := n.position_ms * 0.001;
  else
    select
      progress.completed_at, progress.milestones, progress.resume_session_id, progress.last_watched_at,
      case when s.threshold is null then progress.watched else (progress.watched + s.watched) * int4multirange(int4range(0, s.video_duration_ms)) end as watched,
      progress.credited_ms + case
        when s.threshold is null then 0
        when v_enters or s.old_threshold is null then v_counted_ms
        else v_counted_ms - s.counted_ms
      end as credited_ms,
      (date_part('epoch',
        greatest(progress.last_contact_at, s.last_seen_at) - least(progress.first_contact_at, s.first_contact_at)) * 1000)::bigint
        + least(c_grace_ms, s.video_duration_ms / 6) as seen_ms,
      v_watch_ms > 0 and (
        progress.last_watched_at is null or progress.resume_session_id = p_session_id
        or (n.resume_at, p_session_id) > (progress.last_watched_at, progress.resume_session_id)
      ) as resumes_here
    into p
    from public.video_progress as progress
    where progress.video_id = p_video_id and progress.viewer_id = s.viewer_id
    for no key update;

    v_viewer_ms := v_length_ms;
    if p.watched <> s.watched then
      if pg_column_size(p.watched) > c_max_kept_bytes then
        select progress.watched into p.watched
        from public.video_progress as progress
        where progress.video_id = p_video_id and progress.viewer_id = s.viewer_id;
      end if;
      v_viewer_ms := private.range_length(p.watched);
    end if;
    v_viewer_ms := least(
      v_viewer_ms, p.credited_ms, case when not s.completion_accepts_late then c_max_speed * p.seen_ms + 1000 end
    );
    v_viewer_percent := 100 * least(v_viewer_ms, s.video_duration_ms) / s.video_duration_ms;
    v_completes := p.completed_at is null and coalesce(v_viewer_percent >= s.video_threshold, false);

    update public.video_progress as progress
    set first_watched_at = case when v_watch_ms > 0 then least(progress.first_watched_at, s.session_start) else progress.first_watched_at end,
      first_contact_at = least(progress.first_contact_at, s.first_contact_at),
      completed_at = case when v_completes then p_now else progress.completed_at end,
      milestones = progress.milestones | coalesce(
        (private.milestone_bits_by_percent())[1 + v_viewer_percent], case when s.threshold is not null then n.milestones end, 0
      ),
      resume_session_id = case when p.resumes_here then p_session_id else progress.resume_session_id end,
      percent_complete = v_viewer_percent,
      watched = p.watched,
      credited_ms = p.credited_ms,
      covered_seconds = v_viewer_ms * 0.001,
      watch_time_seconds = progress.watch_time_seconds + n.watch_time_seconds - case when v_enters then 0 else s.watch_time_seconds end,
      resume_position_seconds = case when p.resumes_here then n.position_ms * 0.001 else progress.resume_position_seconds end,
      last_watched_at = case when p.resumes_here then n.resume_at else progress.last_watched_at end,
      last_contact_at = greatest(progress.last_contact_at, s.last_seen_at),
      updated_at = p_now
    where progress.video_id = p_video_id and progress.viewer_id = s.viewer_id
    returning progress.milestones & ~ p.milestones, progress.completed_at is not null, progress.resume_position_seconds
    into v_new_milestones, v_is_complete, v_resume_position_seconds;

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
    v_rewatches := private.is_rewatch(n.rewatch_after_complete_ms, v_content_ms * 0.001, s.video_duration_ms);
    update public.video_watch_sessions as sessions set has_rewatched = v_rewatches
    where v_rewatches and sessions.video_id = p_video_id and sessions.id = p_session_id;
  end if;

  -- 5. tell --------------------------------------------------------------------------------------------
  if v_new_milestones <> 0 or v_completes or v_rewatches or n.started <> s.started then
    v_events := private.record_viewing_events(
      p_video_id, p_session_id, n.started and not s.started, v_new_milestones, v_completes, v_rewatches,
      v_viewer_percent, p_now
    );
    if v_completes and s.viewer_id is not null then
      perform private.record_sibling_rewatches(p_video_id, s.viewer_id, p_session_id, s.video_duration_ms, p_now);
    end if;
  end if;

  -- Last, because two messages that mark the same day wait for each other. Once a minute is enough: the rollup leaves a
  -- minute alone while a transaction that began in it is running.
  if p_marks_dirty and (not s.is_day_marked or s.session_start <> s.old_session_start) then
    perform private.mark_dirty(p_video_id, s.creator_id, s.session_start, p_now);
    if s.old_session_start <> s.session_start then
      perform private.mark_dirty(p_video_id, s.creator_id, s.old_session_start, p_now);
    end if;
  end if;

  return jsonb_build_object(
    'session_id', p_session_id,
    'seq', p_seq,
    'watch_time_seconds', n.watch_time_seconds,
    'percent_complete', n.percent_complete,
    'viewer_percent_complete', v_viewer_percent,
    'completed', v_is_complete,
    'resume_position_seconds', v_resume_position_seconds,
    'events', coalesce(v_events, '[]'),
    'flags', v_flags
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
