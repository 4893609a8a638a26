-- The first message of a session, and a later one that names its viewer. Rare, so kept apart from the merge.

-- A session row that says nothing yet: the merge then treats first and later messages alike.
create function private.open_watch_session(
  p_video public.videos,
  p_viewer private.viewer,
  p_session_id uuid,
  p_write_key_hash bytea,
  p_now timestamptz
) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if not private.may_play(p_video, p_viewer) then
    perform private.refuse();
  end if;
  perform private.refuse_dropped_session(p_video.id, p_session_id);
  perform private.count_new_session(p_viewer, p_now);
  insert into public.video_watch_sessions (
    video_id, id, creator_id, write_key_hash, evidence, session_start, first_contact_at, resume_at, last_seen_at
  )
  values (p_video.id, p_session_id, p_video.creator_id, p_write_key_hash, 'estimated', p_now, p_now, p_now, p_now)
  on conflict (video_id, id) do nothing;
end;
$$;
comment on function private.open_watch_session(public.videos, private.viewer, uuid, bytea, timestamptz) is 'Makes the row of a session whose video the viewer may play; raises PT403 otherwise.';
revoke all on function private.open_watch_session(public.videos, private.viewer, uuid, bytea, timestamptz) from public;

-- Null joined with X is X. What the session recorded before it had a viewer becomes his, as if he had been known from
-- the start: the order in which messages arrive must not show.
create function private.bind_viewer(
  p_session public.video_watch_sessions,
  p_viewer private.viewer,
  p_duration_ms integer,
  p_now timestamptz
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_sessions_per_hour constant integer := 60;
  v_progress public.video_progress;
begin
  -- First, because it waits for the student's row: whoever holds his progress waits for nothing more.
  perform private.hold_student(p_viewer.student_id);
  update public.video_watch_sessions as s
  set viewer_id = p_viewer.viewer_id,
    student_id = p_viewer.student_id,
    anonymous_id_hash = p_viewer.anonymous_id_hash
  where s.video_id = p_session.video_id and s.id = p_session.id;

  -- Locked before sessions are counted, so that parallel starts count each other; by an update, which makes the row anew
  -- where the retention job is just dropping it.
  insert into public.video_progress as p (video_id, viewer_id, creator_id, student_id, first_contact_at, last_contact_at, sessions)
  values (p_session.video_id, p_viewer.viewer_id, p_session.creator_id, p_viewer.student_id, p_now, p_now, 1)
  on conflict (video_id, viewer_id) do update set sessions = p.sessions + 1
  returning p.* into v_progress;

  if c_max_sessions_per_hour <= (
    select count(*)
    from public.video_watch_sessions as sibling
    where sibling.video_id = p_session.video_id and sibling.viewer_id = p_viewer.viewer_id
      and sibling.id <> p_session.id and sibling.first_contact_at > p_now - interval '1 hour'
  ) then
    raise sqlstate 'PT429' using
      message = 'too many sessions',
      detail = format('A viewer may open %s sessions of one video per hour.', c_max_sessions_per_hour),
      hint = 'Keep one session per visit and send its running totals; wait before opening another.';
  end if;

  if p_session.seq < 0 then return; end if;

  -- Once per viewer and video: what he had reached already was no event of this session.
  delete from public.video_analytics_events as e
  where e.video_id = p_session.video_id and e.session_id = p_session.id and e."timestamp" >= p_session.session_start
    and (
      (e.event_type = 'video_completed' and v_progress.completed_at is not null)
      or (e.event_type = 'video_progress'
        and private.milestone_bit((e.metadata ->> 'percent_complete')::integer) & v_progress.milestones <> 0)
    );
  update public.video_watch_sessions as s
  set has_completed = false
  where s.video_id = p_session.video_id and s.id = p_session.id and s.has_completed and v_progress.completed_at is not null;
  update public.video_analytics_events as e
  set student_id = p_viewer.student_id
  where e.video_id = p_session.video_id and e.session_id = p_session.id and e."timestamp" >= p_session.session_start
    and p_viewer.student_id is not null;

  if p_session.completion_threshold is not null then
    update public.video_progress as p
    set milestones = p.milestones | p_session.milestones,
      completed_at = coalesce(p.completed_at, case when p_session.completed then p_now end)
    where p.video_id = p_session.video_id and p.viewer_id = p_viewer.viewer_id;
    if p_session.completed and v_progress.completed_at is null then
      perform private.record_sibling_rewatches(
        p_session.video_id, p_viewer.viewer_id, p_session.id, p_duration_ms, p_now
      );
    end if;
  end if;
end;
$$;
comment on function private.bind_viewer(public.video_watch_sessions, private.viewer, integer, timestamptz) is 'Gives a session its viewer, once; makes his progress row. PT503 where he was erased meanwhile, PT429 beyond 60 new sessions per viewer, video and hour.';
revoke all on function private.bind_viewer(public.video_watch_sessions, private.viewer, integer, timestamptz) from public;

-- Everything about a session that the merge need not ask at every heartbeat. Answers whether the viewer is new to it.
create function private.admit_message(
  p_is_start boolean,
  p_video_id uuid,
  p_session_id uuid,
  p_write_key_hash bytea,
  p_duration_ms integer,
  p_anonymous_id uuid,
  p_viewer_token text,
  p_now timestamptz
) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  v_video public.videos;
  v_session public.video_watch_sessions;
  v_viewer private.viewer;
  v_may_play boolean;
begin
  select * into v_video from public.videos where videos.id = p_video_id;
  select * into v_session
  from public.video_watch_sessions as s
  where s.video_id = p_video_id and s.id = p_session_id
  for no key update;
  -- An anonymous id counts on the start alone: it travels with every message, and one that overtakes the start of a
  -- signed-in student must not make him anonymous.
  v_viewer := private.identify_viewer(v_video, case when p_is_start then p_anonymous_id end, p_viewer_token, true);
  v_may_play := private.may_play(v_video, v_viewer);

  -- Everything has been asked by now, so that no refusal comes sooner than another.
  if v_video.id is null or v_video.is_deleted
    or (v_session.id is null and not v_may_play)
    or v_session.write_key_hash <> p_write_key_hash
    -- Another viewer. Only an anonymous id beside a known student is no contradiction: a start sent again from the
    -- outbox after he signed out carries nothing else.
    or (v_viewer.viewer_id <> v_session.viewer_id and not (v_viewer.student_id is null and v_session.student_id is not null))
  then
    perform private.refuse();
  end if;

  if v_session.id is null then
    perform private.open_watch_session(v_video, v_viewer, p_session_id, p_write_key_hash, p_now);
    select * into v_session
    from public.video_watch_sessions as s
    where s.video_id = p_video_id and s.id = p_session_id
    for no key update;
    -- A parallel first message may have made the row.
    if v_session.write_key_hash <> p_write_key_hash then
      perform private.refuse();
    end if;
  end if;

  -- A file's or vendor's word is missing: the owner's own playback is the next best.
  if v_video.duration_ms is null and p_is_start and p_duration_ms > 0
    and private.is_owner_of(v_video)
  then
    update public.videos set duration_ms = p_duration_ms, duration_source = 'creator'
    where videos.id = p_video_id and videos.duration_ms is null;
  end if;

  if v_viewer.viewer_id is null or v_session.viewer_id is not null then
    return false;
  end if;
  perform private.bind_viewer(v_session, v_viewer, v_video.duration_ms, p_now);
  return true;
end;
$$;
comment on function private.admit_message(boolean, uuid, uuid, bytea, integer, uuid, text, timestamptz) is 'Lets a message in: video, access, write key, viewer. Makes what is missing. True when the session has just got its viewer.';
revoke all on function private.admit_message(boolean, uuid, uuid, bytea, integer, uuid, text, timestamptz) from public;

-- A session may say where it was watched only as far as that is true.
create function private.lesson_context(p_video_id uuid, inout p_course_id uuid, inout p_module_id uuid)
language plpgsql stable set search_path = ''
as $$
begin
  if p_module_id is not null then
    select course_modules.course_id, course_modules.id into p_course_id, p_module_id
    from public.module_lessons
    inner join public.course_modules on course_modules.id = module_lessons.module_id
    where module_lessons.video_id = p_video_id and module_lessons.module_id = p_module_id
      and (p_course_id is null or course_modules.course_id = p_course_id);
  elsif p_course_id is not null then
    select course_modules.course_id into p_course_id
    from public.module_lessons
    inner join public.course_modules on course_modules.id = module_lessons.module_id
    where module_lessons.video_id = p_video_id and course_modules.course_id = p_course_id
    limit 1;
  end if;
end;
$$;
comment on function private.lesson_context(uuid, uuid, uuid) is 'Course and module as claimed, or null where the video is no lesson of them.';
revoke all on function private.lesson_context(uuid, uuid, uuid) from public;

create function private.true_context(
  p_video_id uuid,
  p_viewer_id uuid,
  inout p_course_id uuid,
  inout p_module_id uuid,
  inout p_previous_session_id uuid
)
language plpgsql stable set search_path = ''
as $$
begin
  select * into p_course_id, p_module_id from private.lesson_context(p_video_id, p_course_id, p_module_id);
  if p_previous_session_id is not null and exists (
    select from public.video_watch_sessions as other
    where other.video_id = p_video_id and other.id = p_previous_session_id and other.viewer_id <> p_viewer_id
  ) then
    p_previous_session_id := null;
  end if;
end;
$$;
comment on function private.true_context(uuid, uuid, uuid, uuid, uuid) is 'What a session may say of where it stands: course and module as lesson_context() has them, and the visit it goes on from unless that is another viewer''s.';
revoke all on function private.true_context(uuid, uuid, uuid, uuid, uuid) from public;
