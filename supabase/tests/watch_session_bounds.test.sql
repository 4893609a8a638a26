-- What time allows: torture list 20, the grace of short videos, and the order of events.
begin;
create extension if not exists pgtap;
select plan(12);

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
  ('00000000-0000-4000-8000-0000000000f5', '00000000-0000-4000-8000-0000000000c1', 'deleted', 'upload', '/x.mp4', null, 'ready', 'public', 100000, 'pipeline', true),
  ('00000000-0000-4000-8000-0000000000f6', '00000000-0000-4000-8000-0000000000c1', '30 s', 'upload', '/x.mp4', null, 'ready', 'public', 30000, 'pipeline', false);

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
create function pg_temp.milestones(p_session integer) returns text language sql stable as $$
  select string_agg(coalesce(metadata ->> 'percent_complete', event_type), ' ' order by "timestamp", (metadata ->> 'percent_complete')::integer nulls first)
  from public.video_analytics_events where session_id = pg_temp.id('a', p_session) and event_type = 'video_progress'
$$;

-- 20. inflation
select pg_temp.send('start', 8, 0, 0, p_video => 'f2', p_anonymous => 8);
select pg_temp.send('update', 8, 1, 10, 3600, '{[0,600)}', 600, 'f2');
select results_eq(
  $$ select watch_time_seconds <= 25, counted_ms <= 101000, completed, integrity_flags from public.video_watch_sessions where id = pg_temp.id('a', 8) $$,
  $$ values (true, true, false, '{watch_bounded,coverage_bounded}'::text[]) $$,
  'torture 20: an hour claimed after ten seconds is not credited, and flagged'
);
select is(pg_temp.milestones(8), '10', 'torture 20: milestone 10 only');
select count(pg_temp.send('start', 100 + n, 0, 0, p_video => 'f2', p_anonymous => 9)) from generate_series(1, 20) as n;
select count(pg_temp.send('update', 100 + n, 1, 10, 3600, '{[0,600)}', 600, 'f2')) from generate_series(1, 20) as n;
select cmp_ok(
  (select covered_seconds from public.video_progress where sessions = 20), '<=', 101.0,
  'torture 20: twenty such sessions at once still count at most 4 x (elapsed + 15 s) + 1 s for the viewer'
);


-- Grace: no message alone completes, however short the video (docs/decisions/0104).
select is(pg_temp.send('start', 30, 0, 15, 15, '{[0,30)}', 30, 'f6', p_content => 30, p_age => 15, p_anonymous => 30) ->> 'completed', 'false', 'half a minute claimed by one message does not complete it');
select results_eq(
  $$ select watch_time_seconds, covered_seconds, counted_ms, completed, integrity_flags from public.video_watch_sessions where id = pg_temp.id('a', 30) $$,
  $$ values (15.000, 30.000, 21000::bigint, false, '{late}'::text[]) $$,
  'it is shown, flagged late, and counts two thirds and a second'
);
select is((select completed_at from public.video_progress where viewer_id = (select viewer_id from public.video_watch_sessions where id = pg_temp.id('a', 30))), null, 'for the viewer too');
select pg_temp.send('start', 31, 0, 8, 0, p_video => 'f6', p_age => 8, p_anonymous => 31);
select is(pg_temp.send('end', 31, 1, 30, 30, '{[0,30)}', 30, 'f6') ->> 'completed', 'true', 'thirty honest seconds whose start came 8 s late complete it');
select pg_temp.send('start', 32, 0, 15, 15, '{[0,30)}', 30, 'f4', p_content => 30, p_age => 15, p_anonymous => 32, p_duration => 30000);
select results_eq(
  $$ select counted_ms, pg_temp.milestones(32) from public.video_watch_sessions where id = pg_temp.id('a', 32) $$,
  $$ values (21000::bigint, '10 25 50') $$, 'without a stored duration the claimed one sets the grace'
);

-- Events of one message: newest first tells them in the order in which they became true.
select results_eq(
  $$ select event_type, (metadata ->> 'percent_complete')::integer from public.video_analytics_events where session_id = pg_temp.id('a', 31) order by "timestamp" desc $$,
  $$ values ('video_completed', 100), ('video_progress', 90), ('video_progress', 75), ('video_progress', 50), ('video_progress', 25), ('video_progress', 10), ('video_started', null) $$,
  'events of one message are a microsecond apart'
);
select is(
  (select max("timestamp") - min("timestamp") from public.video_analytics_events where session_id = pg_temp.id('a', 31)),
  interval '6 microseconds', 'and no more'
);

-- what a message may say of itself
select pg_temp.send('start', 60, 0, 0, p_context => '{"evidence": "attested"}');
select pg_temp.send('update', 60, 1, 10, 10, '{[0,10)}', 10, p_context => '{"evidence": "attested"}');
select is(
  (select evidence from public.video_watch_sessions where id = pg_temp.id('a', 60)), 'estimated',
  'a message cannot call itself attested: only attest_video_watched() does'
);
select pg_temp.send('update', 60, 2, 20, 20, '{[0,20)}', 95);
select pg_temp.send('update', 60, 3, 30, 30, '{[0,30)}', 30, p_counters => '{"furthest_position_ms": 40000}');
select is(
  (select furthest_position_seconds from public.video_watch_sessions where id = pg_temp.id('a', 60)), 95.000,
  'the furthest position is the greatest of all told, by position or by counter'
);

select * from finish();
rollback;
