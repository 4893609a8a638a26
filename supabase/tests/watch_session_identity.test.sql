-- Keys, viewers and limits: torture list 21.
begin;
create extension if not exists pgtap;
select plan(14);

insert into auth.users (id) values
  ('00000000-0000-4000-8000-00000000c001'), ('00000000-0000-4000-8000-00000000d001'), ('00000000-0000-4000-8000-00000000d002');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');
insert into public.videos (id, creator_id, title, source_type, url, youtube_video_id, status, access, duration_ms, duration_source, is_deleted)
values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', '100 s', 'upload', '/x.mp4', null, 'ready', 'public', 100000, 'pipeline', false),
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000c1', '600 s', 'upload', '/x.mp4', null, 'ready', 'public', 600000, 'pipeline', false),
  ('00000000-0000-4000-8000-0000000000f3', '00000000-0000-4000-8000-0000000000c1', 'enrolled', 'upload', '/x.mp4', null, 'ready', 'enrolled', 100000, 'pipeline', false),
  ('00000000-0000-4000-8000-0000000000f4', '00000000-0000-4000-8000-0000000000c1', 'no duration', 'youtube', null, 'aqz-KE-bpKQ', 'ready', 'public', null, null, false),
  ('00000000-0000-4000-8000-0000000000f5', '00000000-0000-4000-8000-0000000000c1', 'deleted', 'upload', '/x.mp4', null, 'ready', 'public', 100000, 'pipeline', true);

create function pg_temp.id(p_kind text, p_number integer) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-00000000' || p_kind || lpad(p_number::text, 3, '0'))::uuid
$$;
-- One message; seconds for the reader, at so many seconds after noon.
create function pg_temp.send(
  p_message text, p_session integer, p_seq integer, p_at numeric, p_watch numeric default 0, p_watched text default '{}',
  p_position numeric default 0, p_video text default 'f1', p_content numeric default null, p_age numeric default null,
  p_counters jsonb default '{}', p_context jsonb default '{}', p_anonymous integer default null,
  p_duration integer default null, p_key text default null, p_rewatched text default '{}'
) returns jsonb language sql volatile as $$
  select private.merge_watch_session(
    p_message, pg_temp.id('a', p_session), coalesce(p_key, lpad(p_session::text, 32, '0')),
    ('00000000-0000-4000-8000-0000000000' || p_video)::uuid, p_seq, (1000 * coalesce(p_age, p_at))::bigint, (1000 * p_watch)::bigint,
    (1000 * coalesce(p_content, p_watch))::bigint,
    (select coalesce(range_agg(int4range((1000 * lower(r))::integer, (1000 * upper(r))::integer)), '{}') from unnest(p_watched::nummultirange) as r),
    (select coalesce(range_agg(int4range((1000 * lower(r))::integer, (1000 * upper(r))::integer)), '{}') from unnest(p_rewatched::nummultirange) as r),
    (1000 * p_position)::integer, p_duration, p_counters, p_context,
    case when p_anonymous is not null then pg_temp.id('b', p_anonymous) end, null,
    p_now => '2026-03-02 12:00:00+00'::timestamptz + p_at * interval '1 s'
  )
$$;
create function pg_temp.act_as(p_user text) returns void language sql volatile as $$
  select set_config('request.jwt.claims', case when p_user is null then '' else json_build_object('sub', pg_temp.id('d', p_user::integer), 'role', 'authenticated')::text end, true)
$$;

select pg_temp.send('start', 1, 0, 0, p_anonymous => 1);

-- 21. keys and identities
select throws_ok($$ select pg_temp.send('update', 1, 9, 60, 60, '{[0,60)}', p_key => repeat('f', 32)) $$, 'PT403', 'not allowed', 'torture 21: a wrong write key is refused');
select throws_ok($$ select pg_temp.send('start', 200, 0, 0, p_video => 'f9') $$, 'PT403', 'not allowed', 'torture 21: so is an unknown video');
select throws_ok($$ select pg_temp.send('start', 200, 0, 0, p_video => 'f5') $$, 'PT403', 'not allowed', 'a deleted one');
select throws_ok($$ select pg_temp.send('start', 200, 0, 0, p_video => 'f3') $$, 'PT403', 'not allowed', 'torture 21: and a forbidden one');
select throws_ok($$ select pg_temp.send('update', 200, 0, 0, p_video => 'f3') $$, 'PT403', 'not allowed', 'whatever the message');
select throws_ok($$ select pg_temp.send('start', 1, 9, 60, p_anonymous => 99) $$, 'PT403', 'not allowed', 'another viewer''s start is refused');
select pg_temp.act_as('1');
select pg_temp.send('start', 201, 0, 0);
select is(
  (select user_id from public.students where id = (select student_id from public.video_watch_sessions where id = pg_temp.id('a', 201))), pg_temp.id('d', 1),
  'a signed-in user becomes a student on first contact'
);
select pg_temp.act_as('2');
select throws_ok($$ select pg_temp.send('start', 201, 1, 1) $$, 'PT403', 'not allowed', 'torture 21: another student''s JWT on a start is refused');
select pg_temp.act_as(null);
select lives_ok($$ select pg_temp.send('start', 201, 1, 1, p_anonymous => 50) $$, 'a start sent again after signing out is not');
select is((select viewer_id = student_id from public.video_watch_sessions where id = pg_temp.id('a', 201)), true, 'and the session stays the student''s');
select is((select count(*) from public.video_watch_sessions where anonymous_id_hash = sha256(uuid_send(pg_temp.id('b', 1)))), 1::bigint, 'an anonymous id is kept as its hash alone');
select set_config('request.jwt.claims', json_build_object('sub', pg_temp.id('d', 9), 'role', 'authenticated')::text, true);
select throws_ok($$ select pg_temp.send('start', 202, 0, 0) $$, 'PT403', 'not allowed', 'a user deleted while his token lives is refused like everybody else, and no name of ours leaks');
select pg_temp.act_as(null);


-- Limits
select pg_temp.act_as('1');
select lives_ok($$ select count(pg_temp.send('start', 600 + n, 0, 0)) from generate_series(1, 59) as n $$, 'sixty sessions of a viewer in an hour are many');
select throws_ok($$ select pg_temp.send('start', 700, 0, 0) $$, 'PT429', 'too many sessions', 'one more is too many');

select * from finish();
rollback;
