-- "Mark as watched": a viewer says so himself, where the video takes his word. The weakest grade of evidence, kept apart
-- from what was measured: a session of its own that is no visit, and so no view, no watch time and no coverage. It
-- completes the viewer's progress; his percentage stays what he was seen to watch.

create function private.attested_session(p_video_id uuid, p_viewer_id uuid) returns uuid
language sql stable set search_path = ''
as $$
  select s.id
  from public.video_watch_sessions as s
  where s.video_id = p_video_id and s.viewer_id = p_viewer_id and s.close_reason = 'attested';
$$;
comment on function private.attested_session(uuid, uuid) is 'The session by which a viewer marked a video as watched; one at most.';
revoke all on function private.attested_session(uuid, uuid) from public;

create function private.record_attested_completion(p_session public.video_watch_sessions, p_progress public.video_progress) returns void
language sql volatile set search_path = ''
as $$
  insert into public.video_analytics_events (
    video_id, "timestamp", event_type, creator_id, student_id, course_id, module_id, session_id, metadata
  )
  values (
    p_session.video_id, p_session.session_start, 'video_completed', p_session.creator_id, p_session.student_id,
    p_session.course_id, p_session.module_id, p_session.id,
    jsonb_strip_nulls(jsonb_build_object(
      'percent_complete', p_progress.percent_complete,
      'watch_time_seconds', p_session.watch_time_seconds,
      'session_id', p_session.id,
      'evidence', p_session.evidence,
      'completion_time', extract(epoch from p_session.session_start - p_progress.first_watched_at)
    ))
  );
$$;
comment on function private.record_attested_completion(public.video_watch_sessions, public.video_progress) is 'Records video_completed on a viewer''s word: with his measured percentage, and the evidence by name.';
revoke all on function private.record_attested_completion(public.video_watch_sessions, public.video_progress) from public;

create function private.open_attested_session(p_video public.videos, p_viewer private.viewer, p_now timestamptz) returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  v_session public.video_watch_sessions;
  v_progress public.video_progress;
begin
  -- The student's row before the progress: whoever holds that waits for nothing more.
  perform private.hold_student(p_viewer.student_id);
  insert into public.video_progress as p (video_id, viewer_id, creator_id, student_id, first_contact_at, last_contact_at)
  values (p_video.id, p_viewer.viewer_id, p_video.creator_id, p_viewer.student_id, p_now, p_now)
  on conflict (video_id, viewer_id) do update set updated_at = p.updated_at
  returning p.* into v_progress;
  -- A parallel press may have come first.
  v_session.id := private.attested_session(p_video.id, p_viewer.viewer_id);
  if v_session.id is not null then
    return v_session.id;
  end if;

  -- Nobody holds its write key, so no message adds to it.
  insert into public.video_watch_sessions (
    video_id, id, creator_id, viewer_id, student_id, write_key_hash, course_id, module_id, evidence, completion_threshold,
    session_start, session_end, close_reason, first_contact_at, resume_at, last_seen_at, duration_seconds, percent_complete
  )
  select p_video.id, gen_random_uuid(), p_video.creator_id, p_viewer.viewer_id, p_viewer.student_id,
    sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), place.p_course_id, place.p_module_id, 'attested',
    p_video.completion_threshold, p_now, p_now, 'attested', p_now, p_now, p_now, p_video.duration_ms / 1000.0,
    case when p_video.duration_ms is not null then 0 end
  from private.lesson_context(p_video.id, (p_viewer.claims ->> 'course')::uuid, null) as place
  returning * into v_session;

  update public.video_progress as p
  set sessions = p.sessions + 1,
    completed_at = coalesce(p.completed_at, p_now),
    percent_complete = coalesce(p.percent_complete, v_session.percent_complete),
    first_contact_at = least(p.first_contact_at, p_now),
    last_contact_at = greatest(p.last_contact_at, p_now),
    updated_at = p_now
  where p.video_id = p_video.id and p.viewer_id = p_viewer.viewer_id;

  if v_progress.completed_at is null then
    v_progress.percent_complete := coalesce(v_progress.percent_complete, v_session.percent_complete);
    perform private.record_attested_completion(v_session, v_progress);
    perform private.record_sibling_rewatches(p_video.id, p_viewer.viewer_id, v_session.id, p_video.duration_ms, p_now);
  end if;
  perform private.mark_dirty(p_video.id, p_video.creator_id, p_now, p_now);
  return v_session.id;
end;
$$;
comment on function private.open_attested_session(public.videos, private.viewer, timestamptz) is 'Records that a viewer marked a video as watched and completes his progress; the session that says so already, if there is one.';
revoke all on function private.open_attested_session(public.videos, private.viewer, timestamptz) from public;

create function private.attest_video_watched(p_video_id uuid, p_viewer_token text, p_now timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_video public.videos;
  v_viewer private.viewer;
  v_session_id uuid;
begin
  if p_video_id is null then
    perform private.refuse_malformed('p_video_id is required', 'Send the uuid of a video.');
  end if;
  select * into v_video from public.videos where videos.id = p_video_id and not videos.is_deleted;
  if not found then
    perform private.refuse();
  end if;
  v_viewer := private.identify_viewer(v_video, null, p_viewer_token, true);
  if not private.may_play(v_video, v_viewer) then
    perform private.refuse();
  end if;
  if v_viewer.viewer_id is null then
    raise sqlstate 'PT401' using
      message = 'nobody is signed in',
      hint = 'Sign the viewer in, or send a viewer token: to mark as watched is to give one''s word.';
  end if;

  -- Sent again, it is the same press, whatever the video accepts by now.
  v_session_id := private.attested_session(v_video.id, v_viewer.viewer_id);
  if v_session_id is null then
    if not 'attested' = any (v_video.accepted_evidence) then
      raise sqlstate 'PT409' using
        message = 'this video is completed by watching it',
        hint = 'Its creator allows "mark as watched" by adding attested to accepted_evidence.';
    end if;
    v_session_id := private.open_attested_session(v_video, v_viewer, p_now);
  end if;

  return (
    select jsonb_build_object(
      'session_id', s.id,
      'seq', s.seq,
      'watch_time_seconds', s.watch_time_seconds,
      'percent_complete', s.percent_complete,
      'viewer_percent_complete', p.percent_complete,
      'completed', p.completed_at is not null,
      'resume_position_seconds', p.resume_position_seconds,
      'events', (
        select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
          'event_type', e.event_type, 'percent_complete', e.metadata -> 'percent_complete'
        ))), '[]')
        from public.video_analytics_events as e
        where e.video_id = s.video_id and e.event_type = 'video_completed' and e."timestamp" = s.session_start and e.session_id = s.id
      ),
      'flags', s.integrity_flags
    )
    from public.video_watch_sessions as s
    inner join public.video_progress as p on p.video_id = s.video_id and p.viewer_id = s.viewer_id
    where s.video_id = v_video.id and s.id = v_session_id
  );
end;
$$;
comment on function private.attest_video_watched(uuid, text, timestamptz) is 'Body of public.attest_video_watched(). Definer: API roles write to no table.';
revoke all on function private.attest_video_watched(uuid, text, timestamptz) from public;
grant execute on function private.attest_video_watched(uuid, text, timestamptz) to anon, authenticated, service_role;

create function public.attest_video_watched(p_video_id uuid, p_viewer_token text default null) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.attest_video_watched(p_video_id, p_viewer_token);
end;
comment on function public.attest_video_watched(uuid, text) is 'The viewer marks a video as watched: completes it for him where the video accepts attested evidence. Answers as a message of a watch session; pressed again, the same. PT401 nobody signed in or expired token; PT403 not allowed; PT409 the video does not take his word.';
revoke all on function public.attest_video_watched(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.attest_video_watched(uuid, text) to anon, authenticated, service_role;
-- Granted to anon for viewers whom a platform's token names.
