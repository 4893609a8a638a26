-- The merge, driven with a clock by hand: torture list 1-4 as far as it is the server's, 15, 19.
begin;
create extension if not exists pgtap;
select plan(24);

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
create function pg_temp.milestones(p_session integer) returns text language sql stable as $$
  select string_agg(coalesce(metadata ->> 'percent_complete', event_type), ' ' order by "timestamp", (metadata ->> 'percent_complete')::integer nulls first)
  from public.video_analytics_events where session_id = pg_temp.id('a', p_session) and event_type = 'video_progress'
$$;

-- 1. what is credited
select is(pg_temp.send('start', 1, 0, 0, p_anonymous => 1) ->> 'percent_complete', '0', 'an open session has covered nothing');
select is((select started from public.video_watch_sessions where id = pg_temp.id('a', 1)), false, 'and is no view');
select pg_temp.send('update', 1, 1, 30, 30, '{[0,30)}', 30);
select pg_temp.send('update', 1, 2, 40, 40, '{[0,30),[50,60)}', 60);
select results_eq(
  $$ select answer ->> 'watch_time_seconds', answer ->> 'percent_complete', answer ->> 'completed', answer ->> 'resume_position_seconds'
     from (select pg_temp.send('end', 1, 3, 51, 50.25, '{[0,40.5),[50,60)}', 40.5, p_content => 60.5, p_rewatched => '{[20,30)}') as answer) as sent $$,
  $$ values ('50.250', '50', 'false', '40.500') $$,
  'torture 1: watch 50.25, 50 %, not completed'
);
select is((select rewatched from public.video_watch_sessions where id = pg_temp.id('a', 1)), '{[20000,30000)}', 'torture 1: what was seen twice is kept apart');
select is((select content_seconds from public.video_watch_sessions where id = pg_temp.id('a', 1)), 60.5, 'torture 1: content 60.5');
select is(pg_temp.milestones(1), '10 25 50', 'torture 1: milestones 10 25 50, by coverage');

select pg_temp.send('start', 2, 0, 0, p_anonymous => 2);
select is(
  pg_temp.send('update', 2, 1, 100, 100, '{[0,100)}', 100) -> 'events',
  '[{"event_type": "video_started"}, {"event_type": "video_progress", "percent_complete": 10}, {"event_type": "video_progress", "percent_complete": 25},
    {"event_type": "video_progress", "percent_complete": 50}, {"event_type": "video_progress", "percent_complete": 75},
    {"event_type": "video_progress", "percent_complete": 90}, {"event_type": "video_completed", "percent_complete": 100}]'::jsonb,
  'torture 2: a jump over several milestones records each, ascending, and completion once'
);
select is(pg_temp.send('update', 2, 1, 100, 100, '{[0,100)}', 100) -> 'events', '[]'::jsonb, 'repeated, it records nothing');
select is(pg_temp.send('update', 2, 2, 120, 120, '{[0,100)}', 20, p_rewatched => '{[0,20)}', p_counters => '{"rewatch_after_complete_ms": 20000}') -> 'events',
  '[{"event_type": "video_rewatched"}]'::jsonb, 'torture 4: played again after completion, it is a rewatch');
select is(pg_temp.send('update', 2, 3, 125, 125, '{[0,100)}', 25, p_counters => '{"rewatch_after_complete_ms": 25000}') -> 'events', '[]'::jsonb, 'once per session');
select is((select covered_seconds from public.video_watch_sessions where id = pg_temp.id('a', 2)), 100.0, 'torture 4: covered stays 100');

select pg_temp.send('start', 3, 0, 0, p_anonymous => 3);
select is(pg_temp.send('end', 3, 1, 10, 10, '{[0,5),[95,100)}', 100) ->> 'completed', 'false', 'torture 3: reaching the end completes nothing');
select is(pg_temp.milestones(3), '10', 'torture 3: milestone 10 only');

-- 15. duration unknown, changing
select pg_temp.send('start', 4, 0, 0, p_video => 'f4', p_anonymous => 4);
select is(pg_temp.send('update', 4, 1, 5, 5, '{[0,5)}', 5, 'f4') ->> 'percent_complete', null, 'torture 15: no duration, no percentage');
select is(pg_temp.send('update', 4, 2, 60, 60, '{[0,60)}', 60, 'f4', p_duration => 100000) ->> 'percent_complete', '60', 'a claimed duration is shown');
select is(pg_temp.send('update', 4, 3, 61, 61, '{[0,61)}', 61, 'f4', p_duration => 200000) ->> 'percent_complete', '30', 'torture 15: the newest one counts');
select is(pg_temp.milestones(4), '10 25 50', 'torture 15: nothing reached is revoked, nothing repeated');
select is(pg_temp.send('update', 4, 4, 99, 99, '{[0,99)}', 99, 'f4', p_duration => 100000) ->> 'completed', 'false', 'but completion waits for a stored duration');
select is((select evidence from public.video_watch_sessions where id = pg_temp.id('a', 4)), 'polled', 'YouTube is never better than polled');
update public.videos set duration_ms = 100000, duration_source = 'pipeline' where id = '00000000-0000-4000-8000-0000000000f4';
select is(pg_temp.send('update', 4, 5, 99, 99, '{[0,99)}', 99, 'f4') ->> 'completed', 'true', 'and comes with the next message then');

-- 19. close and lateness
select pg_temp.send('start', 5, 0, 0, p_anonymous => 5);
select pg_temp.send('end', 5, 5, 20, 20, '{[0,20)}', 20);
select pg_temp.send('update', 5, 3, 25, 12, '{[30,40)}', 40, p_age => 12);
select pg_temp.send('update', 5, 9, 40, 30, '{[0,30)}', 30, p_age => 30);
select results_eq(
  $$ select session_end, close_reason, watch_time_seconds, watched, seq from public.video_watch_sessions where id = pg_temp.id('a', 5) $$,
  $$ values ('2026-03-02 12:00:20+00'::timestamptz, 'removed', 30.000, '{[0,40000)}'::int4multirange, 9) $$,
  'torture 19: late messages add to a closed session, and its end stays'
);
select pg_temp.send('end', 6, 7, 95, 95, '{[0,95)}', 95, p_context => '{"close_reason": "page_end"}');
select results_eq(
  $$ select watch_time_seconds, covered_seconds, completed, integrity_flags, session_start, session_end, close_reason, viewer_id
     from public.video_watch_sessions where id = pg_temp.id('a', 6) $$,
  $$ values (95.000, 95.000, false, '{late}'::text[], '2026-03-02 12:00:00+00'::timestamptz, '2026-03-02 12:01:35+00'::timestamptz, 'page_end', null::uuid) $$,
  'torture 19: a close without an open gives the full row, late, not completing'
);
update public.videos set completion_accepts_late = true where id = '00000000-0000-4000-8000-0000000000f1';
select is(pg_temp.send('end', 6, 7, 95, 95, '{[0,95)}', 95) ->> 'completed', 'true', 'unless the video accepts late evidence');
update public.videos set completion_accepts_late = false where id = '00000000-0000-4000-8000-0000000000f1';

-- An end of a session thought stale
select pg_temp.send('start', 7, 0, 0, p_anonymous => 7);
update public.video_watch_sessions set session_end = last_seen_at, close_reason = 'stale' where id = pg_temp.id('a', 7);
select pg_temp.send('update', 7, 1, 3600, 10, '{[0,10)}', 10);
select is((select close_reason from public.video_watch_sessions where id = pg_temp.id('a', 7)), null, 'a stale session goes on with its next message');

select * from finish();
rollback;
