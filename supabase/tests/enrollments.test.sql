-- A student enrols himself where enrolment is open, also as the first thing he ever does.
begin;
create extension if not exists pgtap;
select plan(13);

create function pg_temp.id(p_kind text, p_number integer) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-00000000' || p_kind || lpad(p_number::text, 3, '0'))::uuid
$$;
create function pg_temp.sign_in(p_user_id uuid) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_strip_nulls(jsonb_build_object('role', 'authenticated', 'sub', p_user_id))::text, true)
$$;
insert into auth.users (id) values (pg_temp.id('e', 1)), (pg_temp.id('d', 1)), (pg_temp.id('d', 2));
insert into public.creators (id, user_id, name) values (pg_temp.id('c', 1), pg_temp.id('e', 1), 'School');
insert into public.courses (id, creator_id, title, is_published, enrollment, is_deleted) values
  (pg_temp.id('9', 1), pg_temp.id('c', 1), 'Open', true, 'open', false),
  (pg_temp.id('9', 2), pg_temp.id('c', 1), 'Closed', true, 'closed', false),
  (pg_temp.id('9', 3), pg_temp.id('c', 1), 'Draft', false, 'open', false),
  (pg_temp.id('9', 4), pg_temp.id('c', 1), 'Removed', true, 'open', true);
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
values (pg_temp.id('f', 1), pg_temp.id('c', 1), 'Lesson', 'upload', '/x.mp4', 'ready', 'enrolled', 100000, 'pipeline');
insert into public.course_modules (id, course_id, title, module_order) values (pg_temp.id('8', 1), pg_temp.id('9', 1), 'Module', 1);
insert into public.module_lessons (module_id, video_id, lesson_order) values (pg_temp.id('8', 1), pg_temp.id('f', 1), 1);

select pg_temp.sign_in(pg_temp.id('d', 1));
set local role authenticated;
select throws_ok($$ select public.get_player_video(pg_temp.id('f', 1)) $$, 'PT403', 'not allowed', 'before he is enrolled the lesson does not play');
select is_empty('select from public.students', 'and he is no student yet');
select throws_ok($$ select public.enroll_in_course(pg_temp.id('9', 2)) $$, 'PT403', 'not allowed', 'a closed course is entered by its creator''s hand');
select throws_ok($$ select public.enroll_in_course(pg_temp.id('9', 3)) $$, 'PT403', 'not allowed', 'a draft by nobody');
select throws_ok($$ select public.enroll_in_course(pg_temp.id('9', 4)) $$, 'PT403', 'not allowed', 'nor a removed one');
select throws_ok($$ select public.enroll_in_course(pg_temp.id('9', 5)) $$, 'PT403', 'not allowed', 'nor one that is not there: the same answer');
select throws_ok('select public.enroll_in_course(null)', 'PT400', 'p_course_id is required', 'a course is named');
select is_empty('select from public.students', 'whoever is refused is not registered');
select isnt(public.enroll_in_course(pg_temp.id('9', 1)), null, 'an open one takes him');
select is(public.get_player_video(pg_temp.id('f', 1)) ->> 'src', '/x.mp4', 'its lesson plays');
select is(
  public.enroll_in_course(pg_temp.id('9', 1)), (select id from public.enrollments where course_id = pg_temp.id('9', 1)),
  'sent again, it answers the same enrolment'
);
reset role;
update public.courses set enrollment = 'closed' where id = pg_temp.id('9', 1);
set local role authenticated;
select is(
  public.enroll_in_course(pg_temp.id('9', 1)), (select id from public.enrollments where course_id = pg_temp.id('9', 1)),
  'also when enrolment has closed behind him'
);
select pg_temp.sign_in(null);
select throws_ok($$ select public.enroll_in_course(pg_temp.id('9', 1)) $$, 'PT401', 'nobody is signed in', 'somebody has to be signed in');
reset role;

select * from finish();
rollback;
