-- How far a student is in a course, and what comes next.
begin;
create extension if not exists pgtap;
select plan(22);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'e2', 'd1', 'd2']) as who;
insert into public.creators (id, user_id, name) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000e2', 'Two');
insert into public.students (id, user_id) values
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000d1'),
  ('00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-8000-0000000000d2');
insert into public.courses (id, creator_id, title, is_published) values
  ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1', 'Course', true);
insert into public.enrollments (course_id, student_id) values
  ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000a1');
insert into public.course_modules (id, course_id, title, module_order)
select ('00000000-0000-4000-8000-00000000bbb' || n)::uuid, '00000000-0000-4000-8000-0000000000b1', 'Module ' || n, n from generate_series(1, 2) as n;
insert into public.videos (id, creator_id, title, source_type, url)
select ('00000000-0000-4000-8000-0000000000f' || n)::uuid, '00000000-0000-4000-8000-0000000000c1', 'Video ' || n, 'upload', '/x.mp4' from generate_series(1, 6) as n;
-- Four lessons in two modules; the second is optional.
insert into public.module_lessons (id, module_id, video_id, lesson_order, is_required)
select ('00000000-0000-4000-8000-00000000001' || n)::uuid, ('00000000-0000-4000-8000-00000000bbb' || (n + 1) / 2)::uuid,
  ('00000000-0000-4000-8000-0000000000f' || n)::uuid, n, n <> 2 from generate_series(1, 4) as n;

create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', '00000000-0000-4000-8000-0000000000' || p_user))::text, true)
$$;
create function pg_temp.completes(p_videos text) returns void language sql volatile as $$
  insert into public.video_progress (video_id, viewer_id, student_id, creator_id, percent_complete, completed_at, first_contact_at, last_contact_at)
  select ('00000000-0000-4000-8000-0000000000f' || digit)::uuid, '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000a1',
    '00000000-0000-4000-8000-0000000000c1', 95, now(), now(), now() from regexp_split_to_table(p_videos, '') as digit
$$;
create function pg_temp.progress(p_key text, p_student uuid default null) returns text language sql stable as $$
  select public.get_course_progress('00000000-0000-4000-8000-0000000000b1', p_student) ->> p_key
$$;
create function pg_temp.offered() returns text language sql stable as $$
  select string_agg(right(lesson ->> 'lesson_id', 1), '' order by lesson ->> 'lesson_id')
  from (values ('00000000-0000-4000-8000-00000000bbb1'::uuid), ('00000000-0000-4000-8000-00000000bbb2')) as m (id),
    jsonb_array_elements(public.get_module_lessons(m.id)) as lesson
  where (lesson ->> 'is_offered')::boolean
$$;

-- who
select pg_temp.act_as('authenticated', 'd2');
select throws_ok($$ select pg_temp.progress('required') $$, 'PT403', 'not allowed', 'a student who is not enrolled');
select throws_ok($$ select pg_temp.progress('required', '00000000-0000-4000-8000-0000000000a1') $$, 'PT403', 'not allowed', 'or asks about another');
select throws_ok($$ select public.get_module_lessons('00000000-0000-4000-8000-0000000000b9') $$, 'PT403', 'not allowed', 'or about nothing');
select pg_temp.act_as('authenticated', 'e2');
select throws_ok($$ select pg_temp.progress('required', '00000000-0000-4000-8000-0000000000a1') $$, 'PT403', 'not allowed', 'another creator');
select pg_temp.act_as('authenticated', 'e1');
select throws_ok($$ select pg_temp.progress('required') $$, 'PT400', 'p_student_id is required', 'the creator says about whom');
select is(pg_temp.progress('required', '00000000-0000-4000-8000-0000000000a1'), '3', 'and asks about anyone');

-- from nothing to everything
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.progress('percent_complete') || ' ' || pg_temp.progress('completed'), '0 false', 'nothing yet');
select is(right(pg_temp.progress('next_lesson_id'), 1), '1', 'the first lesson comes first');
reset role;
select pg_temp.completes('12');
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.progress('percent_complete'), '33', 'required lessons count, the optional one does not');
select is(pg_temp.progress('lessons_completed'), '2', 'though it is completed');
select results_eq(
  $$ select lesson ->> 'title', (lesson ->> 'percent_complete')::integer, lesson ->> 'completed' from jsonb_array_elements(public.get_module_lessons('00000000-0000-4000-8000-00000000bbb1')) as lesson $$,
  $$ values ('Video 1', 95, 'true'), ('Video 2', 95, 'true') $$, 'the lessons of a module in order, with his progress'
);

-- gating
reset role;
delete from public.video_progress where video_id = '00000000-0000-4000-8000-0000000000f2';
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.offered(), '1234', 'none: all are offered');
select pg_temp.act_as('authenticated', 'e1');
update public.courses set gating = 'sequential' where id = '00000000-0000-4000-8000-0000000000b1';
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.offered(), '12', 'sequential: up to the first that is not completed');
select pg_temp.act_as('authenticated', 'e1');
update public.courses set gating = 'required' where id = '00000000-0000-4000-8000-0000000000b1';
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.offered(), '123', 'required: an optional one holds nobody up');
reset role;
select pg_temp.completes('4');
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.offered(), '1234', 'what was completed stays offered');

-- lessons come and go
reset role;
select pg_temp.completes('3');
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.progress('percent_complete') || ' ' || pg_temp.progress('completed'), '100 true', 'everything');
select is(right(pg_temp.progress('next_lesson_id'), 1), '2', 'but one that is optional');
reset role;
insert into public.module_lessons (module_id, video_id, lesson_order) values
  ('00000000-0000-4000-8000-00000000bbb2', '00000000-0000-4000-8000-0000000000f5', 9);
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.progress('percent_complete') || ' ' || pg_temp.progress('completed'), '75 false', 'a lesson added later is to be done');
reset role;
update public.videos set is_deleted = true where id in ('00000000-0000-4000-8000-0000000000f5', '00000000-0000-4000-8000-0000000000f1');
delete from public.module_lessons where video_id = '00000000-0000-4000-8000-0000000000f3';
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.progress('percent_complete') || ' ' || pg_temp.progress('required'), '100 1', 'what was removed hides nothing');

-- Whatever lessons there are: between nothing and everything, and adding to what is done takes nothing away.
reset role;
create function pg_temp.shuffle() returns text language plpgsql volatile as $$
declare
  v_before integer;
  v_after integer;
begin
  for n in 1..60 loop
    delete from public.module_lessons where module_id::text like '00000000-0000-4000-8000-00000000bbb%';
    delete from public.video_progress;
    insert into public.module_lessons (module_id, video_id, lesson_order, is_required)
    select ('00000000-0000-4000-8000-00000000bbb' || 1 + (random() > 0.5)::integer)::uuid, videos.id, row_number() over (), random() > 0.4
    from public.videos where videos.title like 'Video %' and random() > 0.3;
    select (pg_temp.progress('percent_complete'))::integer into v_before;
    perform pg_temp.completes(digit::text) from generate_series(2, 6) as digit where random() > 0.5;
    select (pg_temp.progress('percent_complete'))::integer into v_after;
    if v_before <> 0 or v_after not between 0 and 100 then return 'out of range'; end if;
    -- A lesson that is not completed goes: nothing that was done may count for less.
    delete from public.module_lessons where id = (
      select id from public.module_lessons where module_id::text like '00000000-0000-4000-8000-00000000bbb%' and not exists (
        select from public.video_progress where video_progress.video_id = module_lessons.video_id
      ) limit 1);
    if (pg_temp.progress('percent_complete'))::integer < v_after then return 'hidden'; end if;
    if (pg_temp.progress('completed'))::boolean is distinct from coalesce((pg_temp.progress('percent_complete'))::integer = 100, false) then return 'neither done nor not'; end if;
  end loop;
  return 'holds';
end
$$;
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000d1"}', true);
select is(pg_temp.shuffle(), 'holds', '60 courses');
delete from public.module_lessons where module_id::text like '00000000-0000-4000-8000-00000000bbb%';
select is(pg_temp.progress('percent_complete'), null, 'a course without required lessons has no percentage');
select is(pg_temp.progress('completed'), 'false', 'and is not done by doing nothing');

reset role;
select * from finish();
rollback;
