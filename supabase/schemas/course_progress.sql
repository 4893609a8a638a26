-- How far a student is in a course. Computed from the lessons there are now and the videos he has completed, and stored
-- nowhere: a lesson added later never gives more than 100 %, and one removed never hides what was done.

-- Whose progress the caller asks for, or a refusal.
create function private.student_in_course(p_course_id uuid, p_student_id uuid) returns uuid
language plpgsql stable set search_path = ''
as $$
declare
  v_my_student_id uuid := private.my_student_id();
begin
  if private.owns_course(p_course_id) then
    if p_student_id is null then
      perform private.refuse_malformed('p_student_id is required', 'Send the uuid of a student: you ask as the course''s owner.');
    end if;
    return p_student_id;
  end if;
  if v_my_student_id is null or v_my_student_id <> coalesce(p_student_id, v_my_student_id)
    or not exists (select from private.my_enrolled_course_ids() as mine (id) where mine.id = p_course_id)
  then
    perform private.refuse('Check the id of the course or module. A student asks about himself where he is enrolled; who owns the course, about p_student_id.');
  end if;
  return v_my_student_id;
end;
$$;
comment on function private.student_in_course(uuid, uuid) is 'The student asked about: by himself where he is enrolled, by the course''s creator, by service_role. PT403 otherwise.';
revoke all on function private.student_in_course(uuid, uuid) from public;

create function private.lessons_of_course(p_course_id uuid, p_student_id uuid)
returns table (
  lesson_id uuid, module_id uuid, module_order integer, lesson_order integer, video_id uuid, title text,
  is_required boolean, duration_seconds numeric, estimated_duration_minutes integer,
  percent_complete smallint, resume_position_seconds numeric, completed_at timestamptz, is_offered boolean
)
language sql stable set search_path = ''
as $$
  select l.id, m.id, m.module_order, l.lesson_order, v.id, coalesce(l.title, v.title), l.is_required,
    v.duration_seconds, l.estimated_duration_minutes, p.percent_complete, p.resume_position_seconds, p.completed_at,
    -- What was completed stays offered, wherever it is moved.
    p.completed_at is not null or c.gating = 'none' or coalesce(
      bool_and(p.completed_at is not null or (c.gating = 'required' and not l.is_required)) over (
        order by m.module_order, l.lesson_order rows between unbounded preceding and 1 preceding
      ), true
    )
  from public.courses as c
  inner join public.course_modules as m on m.course_id = c.id
  inner join public.module_lessons as l on l.module_id = m.id
  -- A deleted video can be completed by nobody any more.
  inner join public.videos as v on v.id = l.video_id and v.creator_id = c.creator_id and not v.is_deleted
  left join public.video_progress as p on p.video_id = v.id and p.viewer_id = p_student_id
  where c.id = p_course_id;
$$;
comment on function private.lessons_of_course(uuid, uuid) is 'The lessons of a course that can be watched, with a student''s progress and whether the course''s gating offers them to him.';
revoke all on function private.lessons_of_course(uuid, uuid) from public;

create function private.get_module_lessons(p_module_id uuid, p_student_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_course_id uuid := (select course_modules.course_id from public.course_modules where course_modules.id = p_module_id);
  v_student_id uuid := private.student_in_course(v_course_id, p_student_id);
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'lesson_id', l.lesson_id, 'lesson_order', l.lesson_order, 'video_id', l.video_id, 'title', l.title,
      'is_required', l.is_required, 'duration_seconds', l.duration_seconds,
      'estimated_duration_minutes', l.estimated_duration_minutes,
      'percent_complete', coalesce(l.percent_complete, 0), 'resume_position_seconds', coalesce(l.resume_position_seconds, 0),
      'completed', l.completed_at is not null, 'completed_at', l.completed_at, 'is_offered', l.is_offered
    ) order by l.lesson_order), '[]')
    from private.lessons_of_course(v_course_id, v_student_id) as l
    where l.module_id = p_module_id
  );
end;
$$;
comment on function private.get_module_lessons(uuid, uuid) is 'Body of public.get_module_lessons(). Definer: students read no videos.';
revoke all on function private.get_module_lessons(uuid, uuid) from public;
grant execute on function private.get_module_lessons(uuid, uuid) to authenticated, service_role;

create function public.get_module_lessons(p_module_id uuid, p_student_id uuid default null) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_module_lessons(p_module_id, p_student_id);
end;
comment on function public.get_module_lessons(uuid, uuid) is 'Lessons of a module in order, each with the student''s progress. A student asks about himself, the course''s creator and service_role about p_student_id.';
revoke all on function public.get_module_lessons(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_module_lessons(uuid, uuid) to authenticated, service_role;

create function private.get_course_progress(p_course_id uuid, p_student_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_student_id uuid := private.student_in_course(p_course_id, p_student_id);
begin
  return (
    select jsonb_build_object(
      'course_id', p_course_id, 'student_id', v_student_id,
      'lessons', count(*), 'lessons_completed', count(l.completed_at),
      'required', count(*) filter (where l.is_required),
      'required_completed', count(l.completed_at) filter (where l.is_required),
      -- Whole numbers are rounded down: 100 is everything.
      'percent_complete', 100 * count(l.completed_at) filter (where l.is_required) / nullif(count(*) filter (where l.is_required), 0),
      'completed', coalesce(bool_and(l.completed_at is not null) filter (where l.is_required), false),
      'next_lesson_id', (array_agg(l.lesson_id order by l.module_order, l.lesson_order)
        filter (where l.completed_at is null and l.is_offered))[1]
    )
    from private.lessons_of_course(p_course_id, v_student_id) as l
  );
end;
$$;
comment on function private.get_course_progress(uuid, uuid) is 'Body of public.get_course_progress(). Definer: students read no videos.';
revoke all on function private.get_course_progress(uuid, uuid) from public;
grant execute on function private.get_course_progress(uuid, uuid) to authenticated, service_role;

create function public.get_course_progress(p_course_id uuid, p_student_id uuid default null) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_course_progress(p_course_id, p_student_id);
end;
comment on function public.get_course_progress(uuid, uuid) is 'Lessons and required lessons there are and those completed, the percentage of the required ones (null without any), whether that is all, and the next lesson the course''s gating offers. A student asks about himself, the course''s creator and service_role about p_student_id.';
revoke all on function public.get_course_progress(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_course_progress(uuid, uuid) to authenticated, service_role;
