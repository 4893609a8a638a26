-- Who is watching, and may he. Both are decided here, from what was verified and never from a plain parameter:
-- a signed viewer token before a signed-in user before an anonymous id.

create type private.viewer as (
  viewer_id uuid,
  student_id uuid,
  anonymous_id_hash bytea,
  -- Claims of the verified token; null without one.
  claims jsonb
);
comment on type private.viewer is 'A verified viewer: viewer_id is the student''s id, or derived from the hash of the anonymous id; null when nobody is named.';

create function private.identify_viewer(p_video public.videos, p_anonymous_id uuid, p_viewer_token text, p_registers boolean)
returns private.viewer
language plpgsql volatile set search_path = ''
as $$
declare
  v_viewer private.viewer;
  v_user_id uuid := private.my_user_id();
begin
  if p_viewer_token is not null then
    v_viewer.claims := private.verify_viewer_token(p_viewer_token, p_video.creator_id, p_video.id);
    if v_viewer.claims is null then
      perform private.refuse();
    end if;
    select students.id into v_viewer.student_id
    from public.students
    where students.creator_id = p_video.creator_id and students.external_id = v_viewer.claims ->> 'sub';
    if v_viewer.student_id is null and p_registers then
      -- Why an update: private.register_student().
      insert into public.students as s (creator_id, external_id)
      values (p_video.creator_id, v_viewer.claims ->> 'sub')
      on conflict (creator_id, external_id) do update set created_at = s.created_at
      returning s.id into v_viewer.student_id;
    end if;
  elsif v_user_id is not null then
    select students.id into v_viewer.student_id from public.students where students.user_id = v_user_id;
    if v_viewer.student_id is null and p_registers then
      v_viewer.student_id := private.register_student();
    end if;
  elsif p_anonymous_id is not null then
    v_viewer.anonymous_id_hash := sha256(uuid_send(p_anonymous_id));
    -- One browser is another viewer for every creator, so that nobody can join their audiences.
    v_viewer.viewer_id := encode(
      substring(sha256(v_viewer.anonymous_id_hash || uuid_send(p_video.creator_id)) from 1 for 16), 'hex'
    )::uuid;
  end if;
  v_viewer.viewer_id := coalesce(v_viewer.student_id, v_viewer.viewer_id);
  return v_viewer;
end;
$$;
comment on function private.identify_viewer(public.videos, uuid, text, boolean) is 'The verified viewer of a video; with p_registers a new student gets his row.';
revoke all on function private.identify_viewer(public.videos, uuid, text, boolean) from public;

create function private.is_lesson_of(p_video_id uuid, p_course_id uuid) returns boolean
language sql stable set search_path = ''
as $$
  -- The course must be the video owner's: a lesson made across owners would open somebody else's video.
  select exists (
    select
    from public.module_lessons
    inner join public.course_modules on course_modules.id = module_lessons.module_id
    inner join public.courses on courses.id = course_modules.course_id
    inner join public.videos on videos.id = module_lessons.video_id and videos.creator_id = courses.creator_id
    where module_lessons.video_id = p_video_id and courses.id = p_course_id
      and courses.is_published and not courses.is_deleted
  );
$$;
comment on function private.is_lesson_of(uuid, uuid) is 'Whether the video is a lesson of that published course of its own creator.';
revoke all on function private.is_lesson_of(uuid, uuid) from public;

create function private.is_owner_of(p_video public.videos) returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.creators where creators.id = (p_video).creator_id and creators.user_id = private.my_user_id()
  );
$$;
comment on function private.is_owner_of(public.videos) is 'Whether the signed-in user is the creator of the video.';
revoke all on function private.is_owner_of(public.videos) from public;

-- All of it is asked before anything is decided, so that a refusal takes as long whatever its reason, and the time tells
-- nobody which videos there are.
create function private.may_play(p_video public.videos, p_viewer private.viewer) returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  v_origin text := private.request_origin();
  v_owns boolean := private.is_owner_of(p_video);
  v_is_named boolean := p_viewer.claims ->> 'video' is not null
    or private.is_lesson_of(p_video.id, (p_viewer.claims ->> 'course')::uuid);
  v_is_enrolled boolean := exists (
    select
    from public.enrollments
    where enrollments.student_id = p_viewer.student_id
      and private.is_lesson_of(p_video.id, enrollments.course_id)
  );
begin
  if p_video.id is null or p_video.is_deleted then return false; end if;
  if v_owns then return true; end if;
  -- An upload that has not arrived cannot be played.
  if p_video.source_type = 'upload' and p_video.status in ('pending', 'uploading') then return false; end if;
  -- A sandboxed frame sends the origin "null": it hides where it stands, so a list refuses it.
  if p_video.allowed_origins is not null and v_origin is not null and not v_origin = any (p_video.allowed_origins) then
    return false;
  end if;
  -- The platform's signature lets a viewer into the video or the course that it names.
  return p_video.access = 'public' or v_is_named or v_is_enrolled;
end;
$$;
comment on function private.may_play(public.videos, private.viewer) is 'The access rule: owner, public, named by the platform''s signature, or enrolled in a course the video is a lesson of.';
revoke all on function private.may_play(public.videos, private.viewer) from public;
