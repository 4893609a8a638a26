-- Events that are not derived from watching: steps of the creator's pipeline, and what a viewer does with the player.
-- Whoever tells one is asked who he is; what he says of himself, of the place and of the time is verified or refused.

create function private.event_kind(p_event_type text) returns text
language sql immutable set search_path = ''
as $$
  select case
    when p_event_type in ('video_started', 'video_progress', 'video_completed', 'video_rewatched') then 'viewing'
    when p_event_type in ('video_imported', 'video_transcribed', 'video_embedded', 'video_added_to_course') then 'pipeline'
    when p_event_type in ('captions_toggled', 'quality_changed', 'rate_changed', 'seeked', 'shared', 'error', 'ai_interaction')
      then 'viewer'
  end;
$$;
comment on function private.event_kind(text) is 'Who may tell an event: nobody (viewing: it is derived), the creator and service_role (pipeline), or a viewer of himself (viewer); null for a word that is no event.';
revoke all on function private.event_kind(text) from public;

-- Readers cast these, often before they look at the event's type: one value of the wrong kind would stop a whole report.
create function private.wrong_event_metadata(p_metadata jsonb) returns text
language sql immutable set search_path = ''
as $$
  select format('%s is not %s', key, case known.kind
    when 'text' then format('text of 1 to %s characters', known.most)
    when 'uuid' then 'a uuid'
    when 'whole' then format('a whole number from 0 to %s', known.most)
    else format('a number from 0 to %s', known.most)
  end)
  from jsonb_each(p_metadata) as given (key, value)
  inner join (
    values
      ('source_type', 'text', 64), ('transcript_method', 'text', 64), ('language', 'text', 35), ('device', 'text', 64),
      ('evidence', 'text', 64), ('session_id', 'uuid', null), ('lesson_id', 'uuid', null),
      ('percent_complete', 'whole', 100), ('word_count', 'whole', 2147483647), ('file_size_bytes', 'whole', 9007199254740991),
      ('duration_seconds', 'number', 2147483), ('watch_time_seconds', 'number', 2147483647),
      ('completion_time', 'number', 2147483647), ('cost', 'number', 1000000)
  ) as known (key, kind, most) using (key)
  where given.value <> 'null' and not case
    when known.kind = 'text' then private.is_text(given.value, known.most::integer)
    when known.kind = 'uuid' then private.to_uuid(given.value #>> '{}') is not null
    when jsonb_typeof(given.value) <> 'number' then false
    -- Neither more than a column holds, nor so little that a float has no room for it, nor a fraction of a byte.
    else (given.value #>> '{}')::numeric between 0 and known.most
      and ((given.value #>> '{}')::numeric = 0 or (given.value #>> '{}')::numeric >= 1e-9)
      and (known.kind = 'number' or (given.value #>> '{}')::numeric % 1 = 0)
  end
  order by key
  limit 1;
$$;
comment on function private.wrong_event_metadata(jsonb) is 'What is wrong with the first known key of wrong type; null when all are right.';
revoke all on function private.wrong_event_metadata(jsonb) from public;

-- The student who tells something of himself: signed in, let into the video, and not telling too much.
create function private.student_who_tells(p_video public.videos, p_event_type text, p_oldest timestamptz, p_now timestamptz)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_per_hour constant integer := 300;
  v_viewer private.viewer := private.identify_viewer(p_video, null, null, true);
begin
  if v_viewer.student_id is null or not private.may_play(p_video, v_viewer) then
    perform private.refuse();
  end if;
  if c_max_per_hour <= (
    select count(*)
    from public.video_analytics_events as e
    where e.student_id = v_viewer.student_id and e.video_id = p_video.id and e.event_type = p_event_type
      and e."timestamp" > p_oldest - interval '1 hour' and e.created_at > p_now - interval '1 hour'
  ) then
    raise sqlstate 'PT429' using
      message = 'too many events',
      detail = format('A viewer may tell %s events of one kind about a video per hour.', c_max_per_hour),
      hint = 'Tell what a viewer did, not every step of it; wait before telling more.';
  end if;
  perform private.hold_student(v_viewer.student_id);
  return v_viewer.student_id;
end;
$$;
comment on function private.student_who_tells(public.videos, text, timestamptz, timestamptz) is 'The signed-in student, if he may play the video; PT403 otherwise, PT429 beyond 300 events of a kind per video and hour, PT503 where he was erased meanwhile.';
revoke all on function private.student_who_tells(public.videos, text, timestamptz, timestamptz) from public;

create function private.check_event(p_kind text, p_metadata jsonb, p_timestamp timestamptz, p_oldest timestamptz, p_now timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_metadata_bytes constant integer := 16384;
  c_max_early constant interval := interval '5 minutes';
  v_wrong text;
begin
  if p_kind is null or p_kind = 'viewing' then
    perform private.refuse_malformed(
      'p_event_type is no event that can be told',
      'Viewing events follow from watch sessions alone. Send a step of the pipeline (video_imported, video_transcribed, video_embedded, video_added_to_course) or what the viewer did (captions_toggled, quality_changed, rate_changed, seeked, shared, error, ai_interaction).'
    );
  end if;
  -- Room is left for what the database adds.
  if jsonb_typeof(p_metadata) <> 'object' or pg_column_size(p_metadata) > c_max_metadata_bytes - 256
    or jsonb_path_exists(p_metadata, 'lax $.**{5}')
  then
    perform private.refuse_malformed('p_metadata is not a small object', 'Send an object of at most 16 kB and depth 4.');
  end if;
  v_wrong := private.wrong_event_metadata(p_metadata);
  if v_wrong is not null then
    perform private.refuse_malformed('p_metadata: ' || v_wrong, 'Send the key with a value of its type, or leave it out: see docs/events.md.');
  end if;
  if p_timestamp < p_oldest or p_timestamp > p_now + c_max_early then
    perform private.refuse_malformed('p_timestamp is not of the last 7 days', 'Send when it happened, or null for now.');
  end if;
end;
$$;
comment on function private.check_event(text, jsonb, timestamptz, timestamptz, timestamptz) is 'Raises PT400 for an event nobody can tell, metadata of wrong shape or type, and a time that is not believed.';
revoke all on function private.check_event(text, jsonb, timestamptz, timestamptz, timestamptz) from public;

create function private.track_video_event(
  p_event_type text,
  p_video_id uuid,
  p_creator_id uuid,
  p_student_id uuid,
  p_course_id uuid,
  p_module_id uuid,
  p_metadata jsonb,
  p_timestamp timestamptz,
  p_now timestamptz default now()
) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_max_late constant interval := interval '7 days';
  v_kind text := private.event_kind(p_event_type);
  v_metadata jsonb := coalesce(p_metadata, '{}');
  -- A clock a little fast: nothing has happened in the future.
  v_timestamp timestamptz := least(p_timestamp, p_now);
  v_video public.videos;
  v_student_id uuid;
  v_session_id uuid;
  v_id uuid;
begin
  if p_video_id is null then
    perform private.refuse_malformed('p_video_id is required', 'Send the uuid of a video.');
  end if;
  perform private.check_event(v_kind, v_metadata, p_timestamp, p_now - c_max_late, p_now);
  select * into v_video from public.videos where videos.id = p_video_id and not videos.is_deleted;
  if not found or p_creator_id <> v_video.creator_id then
    perform private.refuse();
  end if;
  if v_kind = 'viewer' then
    v_student_id := private.student_who_tells(v_video, p_event_type, p_now - c_max_late, p_now);
  elsif v_video.creator_id is distinct from private.my_creator_id() and not private.is_operator() then
    perform private.refuse();
  end if;
  if p_student_id is not null and p_student_id is distinct from v_student_id then
    perform private.refuse();
  end if;

  -- Where it happened is kept only as far as it is true: a lesson of the video, a visit of the same viewer.
  select * into p_course_id, p_module_id from private.lesson_context(p_video_id, p_course_id, p_module_id);
  select s.id into v_session_id
  from public.video_watch_sessions as s
  where s.video_id = p_video_id and s.id = (v_metadata ->> 'session_id')::uuid and s.viewer_id = v_student_id;
  v_metadata := v_metadata - '{session_id,lesson_id}'::text[] || jsonb_strip_nulls(jsonb_build_object('session_id', v_session_id));

  if p_event_type = 'video_imported' then
    -- Once per video, and set_video_status() tells it unless somebody did before.
    update public.videos set imported_at = v_timestamp where videos.id = p_video_id and videos.imported_at is null;
    if not found then
      select e.id into v_id
      from public.video_analytics_events as e
      where e.video_id = p_video_id and e.event_type = p_event_type;
      return v_id;
    end if;
  elsif p_event_type = 'video_added_to_course' then
    if p_course_id is null then
      perform private.refuse_malformed(
        'the video is no lesson of that course',
        'Send p_course_id or p_module_id of a lesson there is. Making the lesson records the event by itself.'
      );
    end if;
    -- Once per lesson, and the lesson told it when it was made.
    select e.id into v_id
    from public.video_analytics_events as e
    where e.video_id = p_video_id and e.event_type = p_event_type and e.course_id = p_course_id
      and e.module_id = coalesce(p_module_id, e.module_id)
    order by e."timestamp" desc
    limit 1;
    if found then return v_id; end if;
  end if;

  insert into public.video_analytics_events (
    video_id, "timestamp", event_type, creator_id, student_id, course_id, module_id, session_id, metadata, created_at
  )
  values (
    p_video_id, v_timestamp, p_event_type, v_video.creator_id, v_student_id, p_course_id, p_module_id, v_session_id,
    v_metadata, p_now
  )
  returning id into v_id;
  return v_id;
end;
$$;
comment on function private.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz, timestamptz) is 'Body of public.track_video_event(). Definer: API roles write no events.';
revoke all on function private.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz, timestamptz) from public;
grant execute on function private.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz, timestamptz)
  to authenticated, service_role;

create function public.track_video_event(
  p_event_type text,
  p_video_id uuid,
  p_creator_id uuid default null,
  p_student_id uuid default null,
  p_course_id uuid default null,
  p_module_id uuid default null,
  p_metadata jsonb default '{}',
  p_timestamp timestamptz default null
) returns uuid
language sql volatile set search_path = ''
begin atomic
  select private.track_video_event(
    p_event_type, p_video_id, p_creator_id, p_student_id, p_course_id, p_module_id, p_metadata, p_timestamp
  );
end;
comment on function public.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz) is 'Records an event and answers its id: a step of the pipeline, by the video''s creator or service_role; or what the signed-in viewer did. The creator, the student and the time are verified (null: taken from the video, the sign-in and the clock); course and module are kept where the video is a lesson of them. PT400 malformed or derived from watching, PT403 not allowed, PT429 too many.';
revoke all on function public.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz)
  from public, anon, authenticated, service_role;
grant execute on function public.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz)
  to authenticated, service_role;
-- Not granted: anon, of whom nothing can be told, since nobody knows who he is.
