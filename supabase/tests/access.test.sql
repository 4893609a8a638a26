-- Who may see and do what, acted out. The matrix over the whole catalog is in packages/local/testing/access.
begin;
create extension if not exists pgtap;
select plan(36);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'e2', 'd1', 'd2']) as who;
insert into public.creators (id, user_id, name) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000e2', 'Two');
insert into public.students (id, user_id) values
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000d1'),
  ('00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-8000-0000000000d2');
insert into public.students (id, creator_id, external_id, display_name) values
  ('00000000-0000-4000-8000-0000000000a3', '00000000-0000-4000-8000-0000000000c1', 'platform-7', 'Of the first platform');
insert into public.courses (id, creator_id, title, is_published, enrollment) values
  ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1', 'Closed', true, 'closed'),
  ('00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000c1', 'Open', true, 'open'),
  ('00000000-0000-4000-8000-0000000000b3', '00000000-0000-4000-8000-0000000000c2', 'Thief', true, 'open');
insert into public.course_modules (id, course_id, title, module_order) values
  ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000b1', 'First', 1),
  ('00000000-0000-4000-8000-000000000bb3', '00000000-0000-4000-8000-0000000000b3', 'First', 1);
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source, allowed_origins) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Enrolled', 'upload', '/x.mp4', 'ready', 'enrolled', 100000, 'pipeline', null),
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000c1', 'Public', 'upload', '/y.mp4', 'ready', 'public', 100000, 'pipeline', '{https://school.example}'),
  ('00000000-0000-4000-8000-0000000000f3', '00000000-0000-4000-8000-0000000000c1', 'Not there yet', 'upload', '/z.mp4', 'uploading', 'public', null, null, null);
insert into public.module_lessons (module_id, video_id, lesson_order) values
  ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000f1', 1),
  ('00000000-0000-4000-8000-000000000bb3', '00000000-0000-4000-8000-0000000000f1', 1);
insert into public.enrollments (course_id, student_id) values
  ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000a1'),
  ('00000000-0000-4000-8000-0000000000b3', '00000000-0000-4000-8000-0000000000a2');

create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', '00000000-0000-4000-8000-0000000000' || p_user))::text, true)
$$;
create function pg_temp.watch(p_video text, p_session text, p_context jsonb default '{}') returns text language sql volatile as $$
  select public.start_watch_session(('00000000-0000-4000-8000-0000000000' || p_session)::uuid, repeat('a', 32),
    ('00000000-0000-4000-8000-0000000000' || p_video)::uuid, p_context => p_context) ->> 'session_id'
$$;
create function pg_temp.src(p_video text) returns text language sql stable as $$
  select public.get_player_video(('00000000-0000-4000-8000-0000000000' || p_video)::uuid) ->> 'src'
$$;

-- anon
select pg_temp.act_as('anon');
select throws_ok('select * from public.videos', '42501', null, 'anon reads no videos');
select throws_ok('select * from public.video_watch_sessions', '42501', null, 'anon reads no sessions');
select is(pg_temp.src('f2'), '/y.mp4', 'anon plays a public video');
select throws_ok($$ select pg_temp.src('f1') $$, 'PT403', 'not allowed', 'but none that asks for enrolment');
select throws_ok($$ select pg_temp.src('f3') $$, 'PT403', 'not allowed', 'nor one that has not arrived');
select throws_ok($$ select public.roll_up_video_analytics() $$, '42501', null, 'anon runs no jobs');
select throws_ok($$ select public.get_student_total_watch_time('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000f1') $$, '42501', null, 'anon asks about nobody');
select throws_ok($$ select private.merge_watch_session('update', null, null, null, 0, 0, 0, 0, '{}', '{}', 0, 0, '{}', '{}', null, null) $$, '42501', null, 'the merge is out of reach by its own name');

-- the web origin
select set_config('request.headers', '{"origin": "https://thief.example"}', true);
select throws_ok($$ select pg_temp.src('f2') $$, 'PT403', 'not allowed', 'a page elsewhere may not embed it');
select set_config('request.headers', '{"origin": "null"}', true);
select throws_ok($$ select pg_temp.src('f2') $$, 'PT403', 'not allowed', 'nor a page that hides where it stands');
select set_config('request.headers', '{"origin": "https://school.example"}', true);
select is(pg_temp.src('f2'), '/y.mp4', 'the page named may');
select set_config('request.headers', '', true);

-- the student enrolled
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.src('f1'), '/x.mp4', 'an enrolled student plays the lesson');
select isnt(pg_temp.watch('f1', '91', '{"course_id": "00000000-0000-4000-8000-0000000000b1", "module_id": "00000000-0000-4000-8000-000000000bb1"}'), null, 'and is recorded');
select isnt(pg_temp.watch('f1', '92', '{"course_id": "00000000-0000-4000-8000-0000000000b2"}'), null, 'whatever course he names');
select results_eq(
  'select course_id, module_id from public.video_watch_sessions order by id',
  $$ values ('00000000-0000-4000-8000-0000000000b1'::uuid, '00000000-0000-4000-8000-000000000bb1'::uuid), (null, null) $$,
  'but only a course the video is a lesson of is kept'
);
select throws_ok('select write_key_hash from public.video_watch_sessions', '42501', null, 'he does not read hashes');
select is((select count(*) from public.video_progress), 1::bigint, 'he sees his own progress');
select is((select string_agg(title, ' ' order by title) from public.courses where id::text like '00000000-%'), 'Closed Open Thief', 'he sees the courses he is in and those open to all');
select is((select count(*) from public.videos), 0::bigint, 'he reads no videos: get_player_video answers what a player needs');
select throws_ok($$ insert into public.enrollments (course_id, student_id) values ('00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000a2') $$, '42501', null, 'he enrols nobody else');
select lives_ok($$ insert into public.enrollments (course_id, student_id) values ('00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000a1') $$, 'but himself where enrolment is open');
select throws_ok($$ update public.video_watch_sessions set completed = true $$, '42501', null, 'he writes no session');
select is(public.has_student_completed_video('00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-8000-0000000000f1'), false, 'about others he learns nothing');

-- another student, let in by a course of somebody else's
select pg_temp.act_as('authenticated', 'd2');
select throws_ok($$ select pg_temp.src('f1') $$, 'PT403', 'not allowed', 'a lesson in another creator''s course opens nothing');
select is((select count(*) from public.video_watch_sessions), 0::bigint, 'he sees no visits of others');

-- the creator
select pg_temp.act_as('authenticated', 'e1');
select is((select count(*) from public.videos), 3::bigint, 'a creator sees his videos');
select is((select count(id) from public.video_watch_sessions), 2::bigint, 'and the visits to them');
select lives_ok($$ insert into public.videos (title, source_type, youtube_video_id) values ('Mine', 'youtube', 'aqz-KE-bpKQ') $$, 'he adds a video, and it is his');
select lives_ok($$ update public.videos set captions = '[{"src": "/x.vtt", "srclang": "en", "label": "English"}]' $$, 'he gives it captions');
select throws_ok($$ update public.creators set tier = 'enterprise' $$, '42501', null, 'he does not raise his tier');
select throws_ok($$ update public.videos set status = 'ready' $$, '42501', null, 'nor skip the pipeline');

-- another creator
select pg_temp.act_as('authenticated', 'e2');
select is((select count(*) from public.videos), 0::bigint, 'another creator sees nothing of it');
select throws_ok($$ insert into public.module_lessons (module_id, video_id, lesson_order) values ('00000000-0000-4000-8000-000000000bb3', '00000000-0000-4000-8000-0000000000f2', 2) $$, '42501', null, 'and makes no lesson of it');
select throws_ok($$ insert into public.enrollments (course_id, student_id) values ('00000000-0000-4000-8000-0000000000b3', '00000000-0000-4000-8000-0000000000a3') $$, '42501', null, 'nor enrols a student of another platform, whose name he would see');
select throws_ok($$ insert into public.enrollments (course_id, student_id) values ('00000000-0000-4000-8000-0000000000b3', '00000000-0000-4000-8000-00000000dead') $$, '42501', null, 'and hears the same about nobody');
select is(public.get_student_highest_completion('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000f1'), 0, 'nor learns who watched it');

reset role;
select * from finish();
rollback;
