-- Malformed input: torture list 22.
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

select pg_temp.send('start', 1, 0, 0, p_anonymous => 1);
select pg_temp.send('update', 1, 3, 51, 50.25, '{[0,40.5),[50,60)}', 40.5, p_content => 60.5);
create temporary table before as select to_jsonb(s) as row from public.video_watch_sessions as s where s.id = pg_temp.id('a', 1);

-- 22. malformed
select throws_ok($$ select pg_temp.send('update', 1, -1, 60) $$, 'PT400', null, 'torture 22: negatives are refused');
select throws_ok($$ select pg_temp.send('update', 1, 9, 60, 1e9) $$, 'PT400', null, 'so is 1e12 ms');
select throws_ok($$ select private.merge_watch_session('update', pg_temp.id('a', 1), lpad('1', 32, '0'), '00000000-0000-4000-8000-0000000000f1', 9, 1, 1, 1, '{(,5)}', '{}', 1, null, null, null, null, null) $$, 'PT400', null, 'endless ranges are refused');
select throws_ok($$ select private.merge_watch_session('update', pg_temp.id('a', 1), lpad('1', 32, '0'), '00000000-0000-4000-8000-0000000000f1', 9, 1, 1, 1,
  (select range_agg(int4range(2 * n, 2 * n + 1)) from generate_series(1, 513) as n), '{}', 1, null, null, null, null, null) $$, 'PT400', 'too many ranges', '513 ranges are refused');
select throws_ok($$ select pg_temp.send('update', 1, 9, 60, p_counters => '{"paused_ms": "long"}') $$, 'PT400', null, 'text for a counter is refused');
select throws_ok($$ select pg_temp.send('update', 1, 9, 60, p_counters => '{"paused_ms": -1}') $$, 'PT400', null, 'a negative counter is refused');
select throws_ok($$ select pg_temp.send('update', 1, 9, 60, p_counters => '[]') $$, 'PT400', null, 'a list for an object is refused');
select throws_ok($$ select pg_temp.send('update', 1, 9, 60, p_context => '{"a": {"b": {"c": 1}}}') $$, 'PT400', null, 'depth 3 is refused');
select throws_ok($$ select pg_temp.send('update', 1, 9, 60, p_context => jsonb_build_object('a', repeat('x', 5000))) $$, 'PT400', null, 'more than 4 kB is refused');
select throws_ok($$ select pg_temp.send('update', 1, 9, 60, p_context => '{"close_reason": "boredom"}') $$, 'PT400', null, 'an unknown close_reason is refused');
select throws_ok($$ select pg_temp.send('update', 1, 9, 60, p_context => '{"course_id": "x"}') $$, 'PT400', null, 'a course_id that is no uuid is refused');
select is((select to_jsonb(s) from public.video_watch_sessions as s where s.id = pg_temp.id('a', 1)), (select row from before), 'torture 22: the row is unchanged, whole');
select lives_ok($$ select pg_temp.send('update', 1, 9, 60, 50.25, p_counters => '{"later": {"x": 1}}', p_context => '{"device_type": "tv", "later": 1}') $$, 'unknown keys and words are ignored');
select is((select watch_time_seconds from public.video_watch_sessions where id = pg_temp.id('a', 1)), 50.25, 'and change nothing');

select * from finish();
rollback;
