-- A lesson tells that its video was added, once.
begin;
create extension if not exists pgtap;
select plan(5);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');
insert into public.videos (id, creator_id, title, source_type, url, status)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Video', 'upload', '/x.mp4', 'ready');
insert into public.courses (id, creator_id, title)
values ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1', 'Course');
insert into public.course_modules (id, course_id, title, module_order) values
  ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000b1', 'First', 1),
  ('00000000-0000-4000-8000-000000000bb2', '00000000-0000-4000-8000-0000000000b1', 'Second', 2);

select set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{"role": "authenticated", "sub": "00000000-0000-4000-8000-00000000c001"}', true);
insert into public.module_lessons (module_id, video_id, lesson_order)
values ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000f1', 1);
select results_eq(
  $$ select event_type, creator_id, student_id, course_id, module_id, (metadata ->> 'lesson_id')::uuid from public.video_analytics_events $$,
  $$ select 'video_added_to_course', '00000000-0000-4000-8000-0000000000c1'::uuid, null::uuid, '00000000-0000-4000-8000-0000000000b1'::uuid,
       '00000000-0000-4000-8000-000000000bb1'::uuid, id from public.module_lessons $$,
  'the creator makes a lesson, and the lesson tells it'
);
update public.module_lessons set title = 'Here', lesson_order = 2, module_id = '00000000-0000-4000-8000-000000000bb2';
select is((select count(*) from public.video_analytics_events), 1::bigint, 'a lesson that changes or moves was added already');
insert into public.module_lessons (module_id, video_id, lesson_order)
values ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000f1', 1);
select is((select count(distinct metadata ->> 'lesson_id') from public.video_analytics_events), 2::bigint, 'another lesson of the same video tells it again');
select throws_ok(
  $$ insert into public.module_lessons (module_id, video_id, lesson_order)
     values ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000f1', 2) $$,
  '23505', null, 'a lesson that is there already is refused'
);
select is((select count(*) from public.video_analytics_events), 2::bigint, 'and tells nothing');

select * from finish();
rollback;
