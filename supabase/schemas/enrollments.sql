-- An enrolment lets one student into one course, and so into the videos its lessons name.

create table public.enrollments (
  id uuid not null default gen_random_uuid(),
  course_id uuid not null,
  student_id uuid not null,
  enrolled_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint enrollments_pkey primary key (id),
  constraint enrollments_course_id_student_id_key unique (course_id, student_id),
  constraint enrollments_course_id_fkey foreign key (course_id) references public.courses (id) on delete cascade,
  constraint enrollments_student_id_fkey foreign key (student_id) references public.students (id) on delete cascade
);

comment on table public.enrollments is 'Who is in which course.';
comment on column public.enrollments.id is 'The enrolment.';
comment on column public.enrollments.course_id is 'The course.';
comment on column public.enrollments.student_id is 'The student.';
comment on column public.enrollments.enrolled_at is 'Since when; start of his cohort.';
comment on column public.enrollments.created_at is 'When the row was made.';
comment on column public.enrollments.updated_at is 'When the row last changed.';

-- enrollments_course_id_student_id_key serves: is this student in this course?
-- The courses of a student; the access rule of enrolled videos starts here.
create index enrollments_student_id_idx on public.enrollments (student_id);

create trigger touch_updated_at before update on public.enrollments
  for each row execute function private.touch_updated_at();

create function private.my_enrolled_course_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select enrollments.course_id
  from public.enrollments
  inner join public.courses on courses.id = enrollments.course_id
  where enrollments.student_id = (select private.my_student_id())
    and courses.is_published and not courses.is_deleted;
$$;
comment on function private.my_enrolled_course_ids() is 'Published courses the signed-in student is in.';
revoke all on function private.my_enrolled_course_ids() from public;
grant execute on function private.my_enrolled_course_ids() to authenticated;

create function private.my_taught_student_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select enrollments.student_id
  from public.enrollments
  inner join public.courses on courses.id = enrollments.course_id
  where courses.creator_id = (select private.my_creator_id());
$$;
comment on function private.my_taught_student_ids() is 'Students in any course of the signed-in creator.';
revoke all on function private.my_taught_student_ids() from public;
grant execute on function private.my_taught_student_ids() to authenticated;

create function private.is_open_course(p_course_id uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from public.courses
    where courses.id = p_course_id and courses.is_published and courses.enrollment = 'open' and not courses.is_deleted
  );
$$;
comment on function private.is_open_course(uuid) is 'Whether students may enrol themselves in the course.';
revoke all on function private.is_open_course(uuid) from public;
grant execute on function private.is_open_course(uuid) to authenticated;

create function private.may_enroll(p_student_id uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  -- Whoever is in a course shows his name to its creator; a platform's students are nobody else's.
  select exists (
    select from public.students
    where students.id = p_student_id
      and (students.creator_id is null or students.creator_id = (select private.my_creator_id()))
  );
$$;
comment on function private.may_enroll(uuid) is 'Whether the signed-in creator may enrol the student: anybody but those for whom another creator''s platform signs.';
revoke all on function private.may_enroll(uuid) from public;
grant execute on function private.may_enroll(uuid) to authenticated;

create function private.enroll_in_course(p_course_id uuid) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_student_id uuid;
  v_id uuid;
begin
  if p_course_id is null then
    perform private.refuse_malformed('p_course_id is required', 'Send the uuid of a course.');
  end if;
  if (select auth.uid()) is null then
    raise sqlstate 'PT401' using
      message = 'nobody is signed in',
      hint = 'Sign the student in. Students whom a platform signs for are let in by its tokens, or enrolled by its creator.';
  end if;
  -- Sent again, it is the same enrolment, even if the course takes no more.
  if not private.is_open_course(p_course_id) and p_course_id not in (select private.my_enrolled_course_ids()) then
    raise sqlstate 'PT403' using
      message = 'not allowed',
      hint = 'Check the course id, and that the course is published and open for enrolment. Its creator enrols students in a closed one.';
  end if;
  v_student_id := private.register_student();
  perform private.hold_student(v_student_id);
  insert into public.enrollments (course_id, student_id)
  values (p_course_id, v_student_id)
  on conflict (course_id, student_id) do nothing;
  select enrollments.id into v_id
  from public.enrollments
  where enrollments.course_id = p_course_id and enrollments.student_id = v_student_id;
  return v_id;
end;
$$;
comment on function private.enroll_in_course(uuid) is 'Body of public.enroll_in_course(). Definer: no user registers a student.';
revoke all on function private.enroll_in_course(uuid) from public;
grant execute on function private.enroll_in_course(uuid) to anon, authenticated;

create function public.enroll_in_course(p_course_id uuid) returns uuid
language sql volatile set search_path = ''
begin atomic
  select private.enroll_in_course(p_course_id);
end;
comment on function public.enroll_in_course(uuid) is 'Enrols who is signed in in an open course and answers his enrolment; sent again, the same one. It may be the first thing he does: whoever is no student yet becomes one. PT401 nobody signed in, PT403 the course is not published, not open or not there.';
revoke all on function public.enroll_in_course(uuid) from public, anon, authenticated, service_role;
grant execute on function public.enroll_in_course(uuid) to anon, authenticated;
-- Granted to anon so that he is told to sign in. Not granted: service_role, which writes enrolments itself.

alter table public.enrollments enable row level security;

create policy students_and_creators_see_enrollments on public.enrollments for select to authenticated
  using (student_id = (select private.my_student_id()) or course_id in (select private.my_course_ids()));
comment on policy students_and_creators_see_enrollments on public.enrollments is 'A student sees which courses he is in, a creator who is in his courses.';

create policy students_enrol_themselves_and_creators_others on public.enrollments for insert to authenticated
  with check (
    (student_id = (select private.my_student_id()) and private.is_open_course(course_id))
    or (course_id in (select private.my_course_ids()) and private.may_enroll(student_id))
  );
comment on policy students_enrol_themselves_and_creators_others on public.enrollments is 'A student enrols himself, and only where enrolment is open; a creator enrols students in his own courses, but none of another platform.';

create policy creators_end_enrollments on public.enrollments for delete to authenticated
  using (course_id in (select private.my_course_ids()));
comment on policy creators_end_enrollments on public.enrollments is 'A creator removes students from his own courses.';

create policy students_see_themselves_and_creators_theirs on public.students for select to authenticated
  using (
    user_id = (select auth.uid())
    or creator_id = (select private.my_creator_id())
    or id in (select private.my_taught_student_ids())
  );
comment on policy students_see_themselves_and_creators_theirs on public.students is 'A student sees himself, a creator the students his platform signs for and those in his courses.';

create policy creators_and_students_see_courses on public.courses for select to authenticated
  using (
    creator_id = (select private.my_creator_id())
    or (is_published and enrollment = 'open' and not is_deleted)
    or id in (select private.my_enrolled_course_ids())
  );
comment on policy creators_and_students_see_courses on public.courses is 'A creator sees his own courses, a student the published ones he is in, and anyone signed in those he may enrol himself in.';

create policy creators_and_students_see_modules on public.course_modules for select to authenticated
  using (
    course_id in (select private.my_course_ids())
    or course_id in (select private.my_enrolled_course_ids())
  );
comment on policy creators_and_students_see_modules on public.course_modules is 'A creator sees the modules of his own courses, a student those of the courses he is in.';

revoke all on table public.enrollments from anon, authenticated, service_role;
grant select, delete on table public.enrollments to authenticated;
grant insert (course_id, student_id) on table public.enrollments to authenticated;
grant select, insert, update, delete on table public.enrollments to service_role;
-- Inserting is for who is a student already; anybody's first enrolment goes by enroll_in_course().
-- Not granted: update, and enrolled_at on insert. An enrolment is made and removed; its date is not chosen.
