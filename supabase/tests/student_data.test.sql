-- What is told about a student and erased for him. Both are proved from the catalog: every table that could hold a trace
-- is searched, every column of it, whatever it is called.
begin;
create extension if not exists pgtap;
select plan(50);

create function pg_temp.id(p_kind text, p_number integer) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-00000000' || p_kind || lpad(p_number::text, 3, '0'))::uuid
$$;
insert into auth.users (id) values (pg_temp.id('e', 1)), (pg_temp.id('e', 2)), (pg_temp.id('d', 1)), (pg_temp.id('d', 2));
insert into public.creators (id, user_id, name, time_zone)
values (pg_temp.id('c', 1), pg_temp.id('e', 1), 'School', 'Asia/Kolkata'), (pg_temp.id('c', 2), pg_temp.id('e', 2), 'Other', 'UTC');
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
select pg_temp.id('f', video), pg_temp.id('c', case video when 3 then 2 else 1 end), 'Video', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline'
from generate_series(1, 3) as video;
insert into public.courses (id, creator_id, title, is_published)
values (pg_temp.id('9', 1), pg_temp.id('c', 1), 'Course', true), (pg_temp.id('9', 2), pg_temp.id('c', 2), 'Course', true);
insert into public.course_modules (id, course_id, title, module_order) values (pg_temp.id('8', 1), pg_temp.id('9', 1), 'Module', 1);
insert into public.module_lessons (module_id, video_id, lesson_order) values (pg_temp.id('8', 1), pg_temp.id('f', 1), 1);
insert into private.creator_keys (creator_id, kid, secret, not_before)
values (pg_temp.id('c', 1), 'one', convert_to('0123456789abcdef0123456789abcdef', 'utf8'), '-infinity');

create function pg_temp.sign_in(p_role text, p_sub uuid default null) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_strip_nulls(jsonb_build_object('role', p_role, 'sub', p_sub))::text, true)
$$;
create function pg_temp.base64url(p_bytes bytea) returns text language sql immutable as $$
  select translate(encode(p_bytes, 'base64'), E'+/=\n', '-_')
$$;
create function pg_temp.token(p_sub text) returns text language sql stable as $$
  select part.body || '.' || pg_temp.base64url(private.hmac_sha256(convert_to('0123456789abcdef0123456789abcdef', 'utf8'), convert_to(part.body, 'utf8')))
  from (
    select pg_temp.base64url(convert_to('{"alg": "HS256", "kid": "one"}', 'utf8')) || '.'
      || pg_temp.base64url(convert_to(jsonb_build_object('sub', p_sub, 'exp', extract(epoch from now() + interval '1 h'))::text, 'utf8')) as body
  ) as part
$$;
-- A visit of two messages by whoever is signed in, or named by token or anonymous id.
create function pg_temp.visit(p_session integer, p_video integer, p_watched_s integer, p_days_ago integer default 5, p_token text default null, p_anonymous uuid default null)
returns void language sql volatile as $$
  select private.merge_watch_session(
    message.kind, pg_temp.id('a', p_session), lpad(p_session::text, 32, '0'), pg_temp.id('f', p_video), message.seq,
    1000 * message.age, 1000 * message.age, 1000 * message.age, int4multirange(int4range(0, 1000 * message.age)), '{}', 1000 * message.age, 100000, '{}',
    jsonb_build_object('device_type', 'mobile', 'player_version', '9.9', 'referrer_type', case when p_session % 2 = 0 then 'chat_reference' else 'course_page' end,
      'course_id', pg_temp.id('9', 1)),
    p_anonymous, p_token, p_now => now() - p_days_ago * interval '1 day' + message.age * interval '1 s'
  )
  from (values ('start', 0, 0), ('update', 1, 10), ('end', 2, p_watched_s)) as message (kind, seq, age)
  order by message.seq
$$;

-- Two students of several visits, somebody beside them, and nobody.
select pg_temp.sign_in('authenticated', pg_temp.id('d', 1));
select pg_temp.visit(1, 1, 40), pg_temp.visit(2, 1, 95, 4), pg_temp.visit(3, 2, 20, 4), pg_temp.visit(4, 3, 95, 3);
select public.track_video_event('ai_interaction', pg_temp.id('f', 1), p_metadata => '{"question": "what is my name, Dora Doe?"}');
insert into public.enrollments (course_id, student_id)
select pg_temp.id('9', 1), id from public.students where user_id = pg_temp.id('d', 1);
update public.students set display_name = 'Dora Doe' where user_id = pg_temp.id('d', 1);
select pg_temp.sign_in('authenticated', pg_temp.id('d', 2));
select pg_temp.visit(5, 1, 60), pg_temp.visit(6, 3, 60, 3);
select pg_temp.sign_in('anon');
select pg_temp.visit(7, 1, 50, 4, pg_temp.token('ada@school.example')), pg_temp.visit(8, 2, 95, 4, pg_temp.token('ada@school.example'));
select pg_temp.visit(9, 1, 30, 4, null, '5ec7e700-0000-4000-8000-0000000000b1'), pg_temp.visit(10, 2, 30, 4);
insert into public.enrollments (course_id, student_id)
select course, students.id from public.students, unnest(array[pg_temp.id('9', 1), pg_temp.id('9', 2)]) as course where external_id = 'ada@school.example';

create function pg_temp.dora() returns uuid language sql stable as $$ select id from public.students where user_id = pg_temp.id('d', 1) $$;
create function pg_temp.ada() returns uuid language sql stable as $$ select id from public.students where external_id = 'ada@school.example' $$;
create temporary table who as select pg_temp.dora() as dora, pg_temp.ada() as ada;

-- Every table with a row in which one of the words stands, in any column, as text or as bytes.
create function pg_temp.traces(p_words text[]) returns setof text language plpgsql as $$
declare
  v_table regclass;
  v_found boolean;
begin
  for v_table in
    select c.oid from pg_class as c
    where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'partitions'::regnamespace)
      and c.relkind in ('r', 'm') and c.relpersistence <> 't'
  loop
    execute format('select exists (select from %s as t where exists (select from unnest($1) as word where position(lower(word) in lower(t::text)) > 0))', v_table)
    into v_found using p_words;
    if v_found then return next v_table::text; end if;
  end loop;
end $$;
-- A uuid in all its guises: as text, as bytes, and hashed.
create function pg_temp.guises(p_id uuid) returns text[] language sql immutable as $$
  select array[p_id::text, replace(p_id::text, '-', ''), encode(sha256(uuid_send(p_id)), 'hex'), encode(sha256(convert_to(p_id::text, 'utf8')), 'hex')]
$$;

-- 1. anonymous ids --------------------------------------------------------------------------------
select is_empty(
  $$ select * from pg_temp.traces(array['5ec7e700-0000-4000-8000-0000000000b1', '5ec7e700000040008000', '5ec7e700']) $$,
  'an anonymous id is nowhere in the database, neither as text nor as bytes'
);
select set_eq(
  $$ select * from pg_temp.traces(array[encode(sha256(uuid_send('5ec7e700-0000-4000-8000-0000000000b1')), 'hex')]) $$,
  array['video_watch_sessions'], 'its hash is in the sessions alone: in no event, no progress'
);
select is_empty(
  $$ select attrelid::regclass || '.' || attname || ' for ' || role
     from pg_attribute, unnest(array['anon', 'authenticated']) as role
     where attname in ('anonymous_id_hash', 'write_key_hash', 'secret', 'salt', 'key') and attnum > 0 and not attisdropped
       and attrelid in (select oid from pg_class where relnamespace in ('public'::regnamespace, 'private'::regnamespace) and relkind in ('r', 'p', 'v'))
       and has_column_privilege(role, attrelid, attnum, 'select') $$,
  'no hash, key or secret can be read by a user'
);

-- 2. told ------------------------------------------------------------------------------------------
select is_empty(
  $$ select c.oid::regclass || '.' || a.attname
     from pg_class as c
     inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p') and not c.relispartition
       and a.attname in ('student_id', 'viewer_id', 'user_id', 'external_id', 'anonymous_id', 'anonymous_id_hash', 'session_id', 'email', 'ip', 'ip_hash')
       and not exists (select from private.student_tables() as told where told.relation = c.oid)
       -- A student's own row goes by its id; a creator's sign-in is no student's; the id of a session that is gone leads
       -- to nobody, and goes after 8 days.
       and c.oid not in ('public.students'::regclass, 'public.creators'::regclass, 'private.dropped_sessions'::regclass) $$,
  'every table that names a student, a viewer, a user or a session takes part, or is excused here with a reason'
);
select is_empty(
  $$ select told.name from private.student_tables() as told where told.key is null $$,
  'each has a primary key to be paged by'
);

select pg_temp.sign_in('authenticated', pg_temp.id('d', 1));
create temporary table told as select public.export_student_data(pg_temp.dora()) as export;
select is((select export ->> 'student_id' from told)::uuid, (select dora from who), 'a student is told about himself');
select is(
  (select jsonb_object_agg(name, jsonb_array_length(rows)) from told, jsonb_each(export -> 'tables') as tables (name, rows)
   where name in ('students', 'enrollments', 'video_watch_sessions', 'video_progress')),
  '{"students": 1, "enrollments": 1, "video_watch_sessions": 4, "video_progress": 3}', 'everything'
);
select is(
  (select count(*) from told, jsonb_array_elements(export -> 'tables' -> 'video_analytics_events')),
  (select count(*) from public.video_analytics_events where student_id = (select dora from who)), 'his events too'
);
select is((select export ->> 'next_page' from told), null, 'on one page, when he has no more');
select is_empty(
  $$ select word from told, unnest(array['hash', 'secret', 'key']) as word where position(word in export::text) > 0 $$,
  'no hash and no key is in it'
);
select is_empty(
  $$ select word from told, unnest(pg_temp.guises((select ada from who)) || 'ada@school.example'::text) as word where position(word in export::text) > 0 $$,
  'and nobody else'
);
select throws_ok('select public.export_student_data((select ada from who))', 'PT403', 'not allowed', 'a student asks about nobody else');
select throws_ok($$ select public.export_student_data('00000000-0000-4000-8000-000000000bad') $$, 'PT403', 'not allowed', 'nor who there is');
select throws_ok('select public.export_student_data((select dora from who), -1)', 'PT400', 'p_page is negative', 'a page is never negative');

select pg_temp.sign_in('authenticated', pg_temp.id('e', 1));
select is(
  (select jsonb_object_agg(name, jsonb_array_length(rows)) from jsonb_each(public.export_student_data((select ada from who)) -> 'tables') as tables (name, rows)
   where name in ('students', 'enrollments', 'video_watch_sessions', 'video_progress')),
  '{"students": 1, "enrollments": 1, "video_watch_sessions": 2, "video_progress": 2}',
  'a creator is told about a student his platform signs for, as far as it is his courses and videos'
);
select throws_ok('select public.export_student_data((select dora from who))', 'PT403', 'not allowed', 'and of nobody who signs in by himself, though he is in his course');
select pg_temp.sign_in('authenticated', pg_temp.id('e', 2));
select throws_ok('select public.export_student_data((select ada from who))', 'PT403', 'not allowed', 'another creator is told nothing, though she is in his course');
select pg_temp.sign_in('service_role');
select is(
  jsonb_array_length(public.export_student_data((select ada from who)) -> 'tables' -> 'enrollments'), 2, 'a server is told everything about anybody'
);
select throws_ok($$ select public.export_student_data('00000000-0000-4000-8000-000000000bad') $$, 'PT404', 'no such student', 'and when there is nobody');
select is(has_function_privilege('anon', 'public.export_student_data(uuid, integer)', 'execute'), false, 'anon is told nothing');
select is(has_function_privilege('anon', 'public.erase_student_data(uuid)', 'execute'), false, 'and erases nobody');

-- Others' tables in the same project, which know students of their own: another type, no key, the same ids.
create table public.grades (student_id bigint, viewer_id text, word text);
create table private.invoices (id bigint primary key, student_id uuid not null);
insert into public.grades values (1, 'one', 'word');
insert into private.invoices select 1, dora from who;
insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id, student_id)
select pg_temp.id('f', 1), now() - interval '1 hour', 'captions_toggled', pg_temp.id('c', 1), dora
from who, generate_series(1, 1201 - (select count(*) from public.video_analytics_events as e where e.student_id = dora));
create temporary table pages as
select page, public.export_student_data((select dora from who), page) as export from generate_series(0, 3) as page;
select is(
  (select array_agg(jsonb_array_length(export -> 'tables' -> 'video_analytics_events') order by page) from pages), '{500,500,201,0}', 'many rows come on pages'
);
select is((select array_agg((export ->> 'next_page')::integer order by page) from pages), '{1,2,NULL,NULL}', 'which say when they end');
select is(
  (select count(distinct event ->> 'id') from pages, jsonb_array_elements(export -> 'tables' -> 'video_analytics_events') as event), 1201::bigint, 'each row once'
);
select is((select count(*) from pages, jsonb_array_elements(export -> 'tables' -> 'students')), 1::bigint, 'the student on the first');
select is(
  (select array_agg(name order by name) from pages, jsonb_object_keys(export -> 'tables') as name where page = 0),
  '{enrollments,students,video_analytics_events,video_progress,video_watch_sessions}', 'tables of others in the same project are not told'
);

-- 3. erased ----------------------------------------------------------------------------------------
select public.roll_up_video_analytics(p_rebuild => true);
create temporary table before as
select video_id, date, private.figures(analytics) as figures from public.video_analytics as analytics;
select isnt_empty('select * from before', 'there are figures to compare with');
create temporary table revisions as select count(*) as revisions from public.video_analytics_revisions;

select pg_temp.sign_in('authenticated', pg_temp.id('d', 2));
select throws_ok('select public.erase_student_data((select dora from who))', 'PT403', 'not allowed', 'a student erases nobody else');
select pg_temp.sign_in('authenticated', pg_temp.id('e', 1));
select throws_ok('select public.erase_student_data((select dora from who))', 'PT403', 'not allowed', 'a creator nobody who signs in by himself');
select pg_temp.sign_in('authenticated', pg_temp.id('d', 1));
select is(
  (select public.erase_student_data((select dora from who)) - 'video_analytics_events'),
  '{"students": 1, "enrollments": 1, "video_progress": 3, "video_watch_sessions": 4}', 'a student erases himself'
);
select is((select count(*) from private.invoices), 1::bigint, 'and from the tables of others nothing');
drop table private.invoices;
select is_empty(
  $$ select * from pg_temp.traces(pg_temp.guises((select dora from who)) || pg_temp.guises(pg_temp.id('d', 1)) || '{Dora,Doe}'::text[]) $$,
  'nothing is left of him in any column of any table'
);
select is(
  (select array_agg(distinct row(device_type, referrer_type, player_version, course_id, module_id, metadata, student_id)::text order by row(device_type, referrer_type, player_version, course_id, module_id, metadata, student_id)::text)
   from public.video_watch_sessions where id in (pg_temp.id('a', 1), pg_temp.id('a', 2), pg_temp.id('a', 3), pg_temp.id('a', 4))),
  array['(,,,,,{},)', '(,chat_reference,,,,{},)'], 'his visits forget device, player and course, and the referrer that is not counted'
);
select is(
  (select count(distinct viewer_id) from public.video_watch_sessions where id between pg_temp.id('a', 1) and pg_temp.id('a', 4)),
  1::bigint, 'and are still of one viewer'
);
select is_empty(
  $$ select key from public.video_analytics_events, jsonb_object_keys(metadata) as key
     where session_id between pg_temp.id('a', 1) and pg_temp.id('a', 4) or event_type = 'ai_interaction'
     except values ('percent_complete'), ('watch_time_seconds'), ('completion_time') $$,
  'his events keep numbers alone'
);
select is((select student_id from public.video_analytics_events where event_type = 'ai_interaction'), null, 'and belong to nobody');
select set_eq(
  $$ select video_id, date, private.figures(analytics) from public.video_analytics as analytics $$, 'select * from before', 'the figures stay'
);
select is(public.roll_up_video_analytics(p_rebuild => true), 0, 'a full rebuild changes nothing');
delete from public.video_analytics;
select public.roll_up_video_analytics(p_rebuild => true);
select set_eq(
  $$ select video_id, date, private.figures(analytics) from public.video_analytics as analytics $$, 'select * from before',
  'and from nothing gives the same figures, unique viewers included'
);
select is((select count(*) from public.video_analytics_revisions), (select revisions from revisions), 'no day was revised');
select is(
  (select export #>> '{tables,video_watch_sessions,0,device_type}' from told), 'mobile', 'what he was told before stays his'
);

-- 4. what comes after -------------------------------------------------------------------------------
create temporary table nobody as select viewer_id from public.video_watch_sessions where id = pg_temp.id('a', 2);
select lives_ok(
  $$ select private.merge_watch_session('update', pg_temp.id('a', 2), lpad('2', 32, '0'), pg_temp.id('f', 1), 9, 99000, 99000, 99000, '{[0,99000)}', '{}', 99000, 100000, null, null, null, null) $$,
  'a visit under way goes on by its write key'
);
select is(
  (select row(viewer_id, student_id)::text from public.video_watch_sessions where id = pg_temp.id('a', 2)),
  (select row(viewer_id, null::uuid)::text from nobody), 'and still belongs to nobody'
);
select throws_ok(
  $$ select pg_temp.visit(2, 1, 99) $$, 'PT403', 'not allowed', 'a start sent again by his sign-in does not bring him back'
);
select lives_ok($$ select pg_temp.visit(11, 1, 20) $$, 'a new visit by his sign-in');
select isnt(pg_temp.dora(), (select dora from who), 'makes a new student');
select is(
  (select array_agg(id) from public.video_watch_sessions where student_id = pg_temp.dora()), array[pg_temp.id('a', 11)], 'who knows nothing of the old'
);

select pg_temp.sign_in('authenticated', pg_temp.id('e', 1));
select lives_ok('select public.erase_student_data((select ada from who))', 'a creator erases a student his platform signs for');
select is_empty(
  $$ select * from pg_temp.traces(pg_temp.guises((select ada from who)) || '{ada@school}'::text[] || encode(convert_to('ada@school', 'utf8'), 'hex')) $$,
  'and nothing is left of her'
);
select pg_temp.sign_in('service_role');
select throws_ok('select public.erase_student_data((select ada from who))', 'PT404', 'no such student', 'erased once, nobody is found again');

select * from finish();
rollback;
