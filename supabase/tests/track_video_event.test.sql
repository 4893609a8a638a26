-- Events that are told: by whom, about whom, when, and with what.
begin;
create extension if not exists pgtap;
select plan(66);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'e2', 'd1', 'd2']) as who;
insert into public.creators (id, user_id, name, time_zone) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One', 'UTC'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000e2', 'Two', 'UTC');
insert into public.students (id, user_id) values
  ('00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-8000-0000000000d2');
insert into public.courses (id, creator_id, title) values
  ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1', 'Course'),
  ('00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000c1', 'Other');
insert into public.course_modules (id, course_id, title, module_order)
values ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000b1', 'First', 1);
insert into public.videos (id, creator_id, title, source_type, url, status, access, is_deleted) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Public', 'upload', '/x.mp4', 'ready', 'public', false),
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000c1', 'Enrolled', 'upload', '/x.mp4', 'ready', 'enrolled', false),
  ('00000000-0000-4000-8000-0000000000f3', '00000000-0000-4000-8000-0000000000c1', 'Gone', 'upload', '/x.mp4', 'ready', 'public', true);
insert into public.module_lessons (module_id, video_id, lesson_order)
values ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000f1', 1);

create function pg_temp.id(p_what text) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-0000000000' || p_what)::uuid
$$;
create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', pg_temp.id(p_user)))::text, true)
$$;
-- As the API calls it.
create function pg_temp.tell(
  p_type text, p_metadata jsonb default '{}', p_video text default 'f1', p_creator text default null, p_student text default null,
  p_course text default null, p_module uuid default null, p_at timestamptz default null
) returns uuid language sql volatile as $$
  select public.track_video_event(p_type, pg_temp.id(p_video), pg_temp.id(p_creator), pg_temp.id(p_student), pg_temp.id(p_course), p_module, p_metadata, p_at)
$$;
-- The row it makes.
create function pg_temp.told(p_type text, p_metadata jsonb default '{}', p_course text default null, p_module uuid default null)
returns public.video_analytics_events language plpgsql volatile as $$
declare
  v_id uuid := pg_temp.tell(p_type, p_metadata, p_course => p_course, p_module => p_module);
  v_event public.video_analytics_events;
begin
  select * into v_event from public.video_analytics_events where id = v_id;
  return v_event;
end
$$;
-- Past it, with a clock by hand.
create function pg_temp.tell_at(p_type text, p_at timestamptz, p_now timestamptz) returns timestamptz language sql volatile as $$
  select private.track_video_event(p_type, pg_temp.id('f1'), null, null, null, null, '{}', p_at, p_now);
  select "timestamp" from public.video_analytics_events where created_at = p_now order by "timestamp" desc limit 1
$$;

-- Who: the pipeline
select pg_temp.act_as('authenticated', 'e1');
select isnt(
  pg_temp.tell('video_imported', '{"source_type": "upload", "duration_seconds": 93.5, "file_size_bytes": 5000000000}', p_creator => 'c1'), null,
  'the creator tells a step of his pipeline'
);
select results_eq(
  $$ select creator_id, student_id, session_id, metadata, "timestamp" = now(), created_at = now() from public.video_analytics_events where event_type = 'video_imported' $$,
  $$ values (pg_temp.id('c1'), null::uuid, null::uuid, '{"source_type": "upload", "duration_seconds": 93.5, "file_size_bytes": 5000000000}'::jsonb, true, true) $$,
  'and it is kept as told, by the server''s clock'
);
select isnt(pg_temp.tell('video_transcribed', '{"transcript_method": "whisper", "cost": 0.006, "word_count": 1200, "language": "en"}'), null, 'transcribed');
select isnt(pg_temp.tell('video_embedded'), null, 'embedded');
select throws_ok($$ select pg_temp.tell('video_embedded', p_creator => 'c2') $$, 'PT403', 'not allowed', 'another creator''s name is refused');
select throws_ok($$ select pg_temp.tell('video_embedded', p_student => 'a2') $$, 'PT403', 'not allowed', 'a student has no part in it');
select throws_ok($$ select pg_temp.tell('video_embedded', p_video => 'f3') $$, 'PT403', 'not allowed', 'a video that is gone records nothing more');
select pg_temp.act_as('authenticated', 'e2');
select throws_ok($$ select pg_temp.tell('video_imported') $$, 'PT403', 'not allowed', 'another creator tells nothing of it');
select throws_ok($$ select pg_temp.tell('video_imported', p_creator => 'c1') $$, 'PT403', 'not allowed', 'whoever he says he is');
select pg_temp.act_as('authenticated', 'd2');
select throws_ok($$ select pg_temp.tell('video_transcribed', '{"cost": 1}') $$, 'PT403', 'not allowed', 'nor does a viewer');
select pg_temp.act_as('service_role');
select isnt(pg_temp.tell('video_transcribed'), null, 'service_role does');
select throws_ok($$ select pg_temp.tell('video_transcribed', p_creator => 'c2') $$, 'PT403', 'not allowed', 'and names the right creator or none');
select throws_ok($$ select pg_temp.tell('ai_interaction', p_student => 'a2') $$, 'PT403', 'not allowed', 'but speaks for no viewer');
select pg_temp.act_as('anon');
select throws_ok($$ select pg_temp.tell('shared') $$, '42501', null, 'anon tells nothing: nobody knows who he is');
select throws_ok($$ select private.track_video_event('shared', null, null, null, null, null, null, null) $$, '42501', null, 'the body is out of reach');

-- Who: a viewer, of himself
select pg_temp.act_as('authenticated', 'd1');
select isnt(pg_temp.tell(kind), null, 'a viewer tells ' || kind)
from unnest(array['captions_toggled', 'quality_changed', 'rate_changed', 'seeked', 'shared', 'error', 'ai_interaction']) as kind;
select results_eq(
  $$ select count(*), count(distinct e.student_id), min(s.user_id::text) from public.video_analytics_events as e inner join public.students as s on s.id = e.student_id $$,
  $$ values (7::bigint, 1::bigint, pg_temp.id('d1')::text) $$, 'and is the student, from his sign-in: first contact makes him one'
);
select throws_ok($$ select pg_temp.tell('seeked', p_student => 'a2') $$, 'PT403', 'not allowed', 'of nobody else');
select throws_ok($$ select pg_temp.tell('seeked', p_video => 'f2') $$, 'PT403', 'not allowed', 'and only of what he may play');
select throws_ok($$ select pg_temp.tell('seeked', p_video => 'f9') $$, 'PT403', 'not allowed', 'unknown is the same answer');
select throws_ok($$ select public.track_video_event('seeked', null) $$, 'PT400', null, 'no video is malformed');

-- What: viewing events by nobody
select pg_temp.act_as('authenticated', 'e1');
select throws_ok(format('select pg_temp.tell(%L)', kind), 'PT400', null, kind || ' is told by no creator')
from unnest(array['video_started', 'video_progress', 'video_completed', 'video_rewatched']) as kind;
select pg_temp.act_as('service_role');
select throws_ok(format('select pg_temp.tell(%L)', kind), 'PT400', null, kind || ' is not even told by service_role')
from unnest(array['video_started', 'video_progress', 'video_completed', 'video_rewatched']) as kind;
select throws_ok($$ select pg_temp.tell('video_exploded') $$, 'PT400', null, 'nor is a word that is no event');
reset role;
select is_empty(
  $$ select kind[1] from regexp_matches((select pg_get_constraintdef(oid) from pg_constraint where conname = 'video_analytics_events_event_type_is_known' and conrelid = 'public.video_analytics_events'::regclass), '''(\w+)''', 'g') as kind
     where private.event_kind(kind[1]) is null $$,
  'every event that a row may have has a teller, or none on purpose'
);

-- Where
select pg_temp.act_as('authenticated', 'd1');
select is(
  (select array[e.course_id, e.module_id] from pg_temp.told('shared', p_course => 'b1', p_module => '00000000-0000-4000-8000-000000000bb1') as e),
  array[pg_temp.id('b1'), '00000000-0000-4000-8000-000000000bb1'], 'course and module are kept where the video is a lesson of them'
);
select is((pg_temp.told('shared', p_course => 'b2')).course_id, null, 'and dropped where it is none');
select public.start_watch_session(pg_temp.id('91'), repeat('a', 32), pg_temp.id('f1'));
select is((pg_temp.told('seeked', jsonb_build_object('session_id', pg_temp.id('91')))).session_id, pg_temp.id('91'), 'his visit is kept');
select pg_temp.act_as('authenticated', 'd2');
select results_eq(
  $$ select session_id, metadata from pg_temp.told('seeked', jsonb_build_object('session_id', pg_temp.id('91'), 'to_ms', 5)) $$,
  $$ values (null::uuid, '{"to_ms": 5}'::jsonb) $$, 'somebody else''s is dropped, from the metadata too'
);

-- Once per lesson
select pg_temp.act_as('authenticated', 'e1');
select is(
  pg_temp.tell('video_added_to_course', p_course => 'b1'),
  (select id from public.video_analytics_events where event_type = 'video_added_to_course'), 'a lesson told by itself is not told again'
);

select throws_ok($$ select pg_temp.tell('video_added_to_course') $$, 'PT400', null, 'without a course there is no lesson');
select throws_ok($$ select pg_temp.tell('video_added_to_course', p_course => 'b2') $$, 'PT400', null, 'nor in a course it is no lesson of');

-- With what
select throws_ok(format('select pg_temp.tell(%L, %L)', 'video_transcribed', metadata), 'PT400', null, metadata::text || ' is refused')
from unnest(array[
  '[]', '{"cost": "free"}', '{"cost": -1}', '{"cost": 1e99}', '{"cost": 1e-400}', '{"word_count": 1.5}', '{"word_count": 3000000000}', '{"language": 7}',
  '{"percent_complete": 101}', '{"session_id": "x"}', '{"a": {"b": {"c": {"d": {"e": 1}}}}}'
]::jsonb[]) as metadata;
select throws_ok($$ select pg_temp.tell('error', jsonb_build_object('message', repeat('x', 16384))) $$, 'PT400', null, 'so is more than 16 kB');

-- When
reset role;
select is(pg_temp.tell_at('video_embedded', '2026-03-02 12:04+00', '2026-03-02 12:00+00'), '2026-03-02 12:00+00', 'a clock a little fast is set right');
select is(pg_temp.tell_at('video_embedded', '2026-02-23 13:00+00', '2026-03-02 12:00:01+00'), '2026-02-23 13:00+00', 'a week late is kept with its time');
select throws_ok(format('select pg_temp.tell_at(%L, %L, %L)', 'video_embedded', at, '2026-03-02 12:00+00'), 'PT400', 'p_timestamp is not of the last 7 days', at || ' is not believed')
from unnest(array['2026-03-02 12:06+00', '2026-02-23 11:59+00', 'infinity', '-infinity']) as at;
select is(
  (select count(distinct tableoid) from public.video_analytics_events where event_type = 'video_embedded'), 2::bigint,
  'a month without a partition is kept in the default one'
);

-- How much
select pg_temp.act_as('authenticated', 'd1');
select count(pg_temp.tell('rate_changed')) from generate_series(1, 299);
select throws_ok($$ select pg_temp.tell('rate_changed') $$, 'PT429', 'too many events', 'a viewer tells 300 of a kind in an hour');
select throws_ok($$ select pg_temp.tell('rate_changed', p_at => now() - interval '6 days') $$, 'PT429', 'too many events', 'whenever he says they were');
select isnt(pg_temp.tell('quality_changed'), null, 'of another kind he still may');
reset role;

select * from finish();
rollback;
