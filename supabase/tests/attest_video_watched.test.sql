-- "Mark as watched": who may, what it completes, and what it leaves as it was measured.
begin;
create extension if not exists pgtap;
select plan(33);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'd1', 'd2', 'd3']) as who;
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'Creator');
insert into public.videos (id, creator_id, title, source_type, url, embed_type, embed_id, status, access, duration_ms, duration_source, accepted_evidence) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Takes a word', 'upload', '/x.mp4', null, null, 'ready', 'public', 100000, 'pipeline', '{measured,attested}'),
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000c1', 'Measured only', 'upload', '/x.mp4', null, null, 'ready', 'public', 100000, 'pipeline', '{measured}'),
  ('00000000-0000-4000-8000-0000000000f3', '00000000-0000-4000-8000-0000000000c1', 'Enrolled', 'loom', null, 'loom', repeat('a', 32), 'ready', 'enrolled', null, null, '{attested}');
insert into public.courses (id, creator_id, title, is_published)
values ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1', 'Course', true);
insert into public.course_modules (id, course_id, title, module_order)
values ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000b1', 'First', 1);
insert into public.module_lessons (module_id, video_id, lesson_order)
values ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000f3', 1);
insert into private.creator_keys (creator_id, kid, secret)
values ('00000000-0000-4000-8000-0000000000c1', 'one', convert_to('0123456789abcdef0123456789abcdef', 'utf8'));

create function pg_temp.id(p_what text) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-0000000000' || p_what)::uuid
$$;
create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', pg_temp.id(p_user)))::text, true)
$$;
create function pg_temp.attest(p_video text, p_token text default null) returns jsonb language sql volatile as $$
  select public.attest_video_watched(pg_temp.id(p_video), p_token)
$$;
create function pg_temp.token(p_claims jsonb) returns text language sql stable as $$
  select body || '.' || translate(encode(private.hmac_sha256(convert_to('0123456789abcdef0123456789abcdef', 'utf8'), convert_to(body, 'utf8')), 'base64'), E'+/=\n', '-_')
  from (
    select translate(encode(convert_to('{"alg": "HS256", "kid": "one"}', 'utf8'), 'base64'), E'+/=\n', '-_') || '.' || translate(encode(convert_to(
      (jsonb_build_object('sub', 'ada', 'exp', extract(epoch from now() + interval '1 h')) || p_claims)::text, 'utf8'), 'base64'), E'+/=\n', '-_') as body
  ) as part
$$;
create function pg_temp.send(p_message text, p_session text, p_at integer, p_to integer) returns jsonb language sql volatile as $$
  select private.merge_watch_session(p_message, pg_temp.id(p_session), repeat('a', 32), pg_temp.id('f1'), p_at, 1000 * p_at, 1000 * p_at, 1000 * p_at,
    case when p_to = 0 then '{}' else int4multirange(int4range(0, 1000 * p_to)) end, '{}', 1000 * p_to, null, null, null, null, null, p_now => '2026-03-02 12:00:00+00'::timestamptz + p_at * interval '1 s')
$$;
create function pg_temp.student(p_user text) returns uuid language sql stable as $$ select id from public.students where user_id = pg_temp.id(p_user) $$;
create temporary table tokens as select pg_temp.token('{"course": "00000000-0000-4000-8000-0000000000b1"}') as ada, pg_temp.token('{"exp": 1}') as expired;
grant select on tokens to anon;

-- Who may
select pg_temp.act_as('anon');
select throws_ok($$ select pg_temp.attest('f1') $$, 'PT401', 'nobody is signed in', 'a word is somebody''s: an anonymous viewer has none');
select throws_ok($$ select pg_temp.attest('f3') $$, 'PT403', 'not allowed', 'of a video he may not play he learns nothing');
select throws_ok($$ select pg_temp.attest('f9') $$, 'PT403', 'not allowed', 'unknown is the same answer');
select throws_ok($$ select public.attest_video_watched(null) $$, 'PT400', null, 'no video is malformed');
select throws_ok($$ select pg_temp.attest('f3', 'x.y.z') $$, 'PT403', 'not allowed', 'so is a forged token');
select throws_ok($$ select pg_temp.attest('f3', (select expired from tokens)) $$, 'PT401', 'viewer token expired', 'an expired one says so');
select pg_temp.act_as('authenticated', 'd1');
select throws_ok($$ select pg_temp.attest('f3') $$, 'PT403', 'not allowed', 'a student who is not enrolled is refused');
select throws_ok($$ select pg_temp.attest('f2') $$, 'PT409', 'this video is completed by watching it', 'a video that takes nobody''s word says so');
reset role;
select is((select count(*) from public.video_watch_sessions) + (select count(*) from public.students), 0::bigint, 'a refusal leaves nothing behind');

-- What it completes
select pg_temp.act_as('authenticated', 'd1');
create temporary table answers as select pg_temp.attest('f1') as answer;
select is(
  (select answer - 'session_id' from answers),
  '{"seq": -1, "watch_time_seconds": 0, "percent_complete": 0, "viewer_percent_complete": 0, "completed": true, "resume_position_seconds": 0,
    "events": [{"event_type": "video_completed", "percent_complete": 0}], "flags": []}'::jsonb,
  'it answers as a message does: completed, and nothing else invented'
);
select is(public.has_student_completed_video(pg_temp.student('d1'), pg_temp.id('f1')), true, 'the student has completed the video');
select is(public.get_student_highest_completion(pg_temp.student('d1'), pg_temp.id('f1')), 0, 'of which he was seen to watch nothing');
select is(public.get_student_total_watch_time(pg_temp.student('d1'), pg_temp.id('f1')), 0::bigint, 'in no time');
select results_eq(
  $$ select id::text, evidence, started, completed, milestones::integer, percent_complete::integer, session_end = session_start, close_reason, completion_threshold::integer
     from public.video_watch_sessions $$,
  $$ select answer ->> 'session_id', 'attested', false, false, 0, 0, true, 'attested', 90 from answers $$,
  'a visit of its own: attested, no view, and by itself it covered nothing'
);
select results_eq(
  $$ select event_type, metadata - 'session_id' from public.video_analytics_events where video_id = pg_temp.id('f1') $$,
  $$ values ('video_completed', '{"percent_complete": 0, "watch_time_seconds": 0, "evidence": "attested"}'::jsonb) $$,
  'one event, which names the evidence'
);

-- Again
create temporary table before as select s.updated_at::text || p::text as everything from public.video_watch_sessions as s, public.video_progress as p;
select is(pg_temp.attest('f1'), (select answer from answers), 'pressed again, it answers the same');
select is((select count(*) from public.video_watch_sessions), 1::bigint, 'makes no other visit');
select is((select s.updated_at::text || p::text from public.video_watch_sessions as s, public.video_progress as p), (select everything from before), 'changes nothing');
select is((select count(*) from public.video_analytics_events where event_type = 'video_completed'), 1::bigint, 'and records nothing');
reset role;
update public.videos set accepted_evidence = '{measured}' where id = pg_temp.id('f1');
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.attest('f1'), (select answer from answers), 'the same press sent again after the rule has changed, too');
reset role;
update public.videos set accepted_evidence = '{measured,attested}' where id = pg_temp.id('f1');

-- Beside what was measured
select pg_temp.act_as('authenticated', 'd2');
reset role;
select pg_temp.send('start', '91', 0, 0);
select pg_temp.send('update', '91', 40, 40);
select results_eq(
  $$ select answer ->> 'viewer_percent_complete', answer ->> 'resume_position_seconds', answer ->> 'completed' from pg_temp.attest('f1') as answer $$,
  $$ values ('40', '40.000', 'true') $$, 'forty percent were measured, and forty percent they stay'
);
select is(
  (select metadata ->> 'completion_time' is not null and metadata ->> 'percent_complete' = '40' from public.video_analytics_events
   where student_id = pg_temp.student('d2') and event_type = 'video_completed'), true, 'the event says so'
);
select is(pg_temp.send('update', '91', 95, 95) -> 'events', '[{"event_type": "video_progress", "percent_complete": 50}, {"event_type": "video_progress", "percent_complete": 75}, {"event_type": "video_progress", "percent_complete": 90}]'::jsonb,
  'watched to its end afterwards, it is not completed twice');
select results_eq(
  $$ select sessions, percent_complete::integer, watch_time_seconds, watched from public.video_progress where student_id = pg_temp.student('d2') $$,
  $$ values (2, 95, 95.000, '{[0,95000)}'::int4multirange) $$, 'and is measured on as if nothing had been said'
);
select pg_temp.act_as('authenticated', 'd3');
reset role;
select pg_temp.send('start', '92', 0, 0);
select pg_temp.send('update', '92', 100, 100);
select is(pg_temp.attest('f1') -> 'events', '[]'::jsonb, 'completed by watching, nothing is left to say');
select is(
  (select array_agg(metadata ->> 'evidence') from public.video_analytics_events where student_id = pg_temp.student('d3') and event_type = 'video_completed'),
  array[null], 'and his completion stays the measured one'
);

-- By a platform's token
select pg_temp.act_as('anon');
select is(pg_temp.attest('f3', (select ada from tokens)) - 'session_id' - 'events',
  '{"seq": -1, "watch_time_seconds": 0, "percent_complete": null, "viewer_percent_complete": null, "completed": true, "resume_position_seconds": 0, "flags": []}'::jsonb,
  'a platform''s student gives his word as well; without a duration there is no percentage');
reset role;
select results_eq(
  $$ select s.course_id, students.external_id from public.video_watch_sessions as s inner join public.students on students.id = s.student_id where s.video_id = pg_temp.id('f3') $$,
  $$ values (pg_temp.id('b1'), 'ada') $$, 'in the course his token names'
);

-- The figures keep it apart
select public.roll_up_video_analytics(0, true);
select results_eq(
  $$ select sum(views)::integer, sum(completions)::integer, sum(total_watch_time_seconds) from public.video_analytics where video_id = pg_temp.id('f1') $$,
  $$ values (2, 2, 195.000) $$, 'a day counts views and completions of views: marks as watched are neither'
);
select is((select count(*) from public.video_analytics where video_id = pg_temp.id('f3') and (views > 0 or completions > 0)), 0::bigint, 'where nobody watched there is no view');

-- No message reaches it
select throws_ok(
  format('select public.update_watch_session(%L, %L, %L)', (select answer ->> 'session_id' from answers), repeat('a', 32), pg_temp.id('f1')),
  'PT403', 'not allowed', 'its visit takes no messages: nobody holds its key'
);
select private.retest_watch_session(video_id, id) from public.video_watch_sessions where evidence = 'attested';
select is((select count(*) from public.video_watch_sessions where evidence = 'attested' and not started and not completed and watch_time_seconds = 0), 4::bigint, 'judged again, it stays what it is');
select is((select count(*) from public.video_analytics_events where event_type = 'video_completed'), 4::bigint, 'four viewers completed, each once');

select * from finish();
rollback;
