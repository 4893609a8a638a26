-- The merge, driven with a clock by hand: torture list 1-4 as far as it is the server's, 15, 18-23, 24.
begin;
create extension if not exists pgtap;
select plan(73);

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
create function pg_temp.count_events(p_type text, p_video text default 'f1') returns bigint language sql stable as $$
  select count(*) from public.video_analytics_events
  where event_type = p_type and video_id = ('00000000-0000-4000-8000-0000000000' || p_video)::uuid
$$;
create function pg_temp.act_as(p_user text) returns void language sql volatile as $$
  select set_config('request.jwt.claims', case when p_user is null then '' else json_build_object('sub', pg_temp.id('d', p_user::integer), 'role', 'authenticated')::text end, true)
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
select lives_ok($$ select pg_temp.send('update', 1, 9, 60, 50.25, p_counters => '{"later": {"x": 1}}', p_context => '{"device_type": "tv", "later": 1}') $$, 'unknown keys and words are ignored');
select is((select watch_time_seconds from public.video_watch_sessions where id = pg_temp.id('a', 1)), 50.25, 'torture 22: the row is unchanged');

-- 23, 24. several sessions of one viewer
select pg_temp.act_as('2');
select count(pg_temp.send('start', n, 0, 0)) from unnest(array[301, 302]) as n;
select pg_temp.send('update', 301, 1, 40, 40, '{[0,40)}', 40);
select is(pg_temp.send('update', 302, 1, 45, 30, '{[10,40)}', 40) ->> 'viewer_percent_complete', '40', 'torture 23: the same in two tabs counts once');
select is((select private.get_player_video('00000000-0000-4000-8000-0000000000f1', null) ->> 'resume_position_seconds'), '40.000', 'torture 24: another device resumes there');
select is(pg_temp.send('end', 302, 2, 105, 90, '{[10,100)}', 100) ->> 'completed', 'true', 'torture 24: together they complete the video');
select results_eq(
  $$ select event_type, count(*), count(distinct metadata ->> 'percent_complete') from public.video_analytics_events
     where student_id = (select id from public.students where user_id = pg_temp.id('d', 2)) group by 1 order by 1 $$,
  $$ values ('video_completed', 1::bigint, 1::bigint), ('video_progress', 5, 5), ('video_started', 2, 0) $$,
  'torture 24: milestones once each, completion once'
);
select is(
  (select metadata -> 'percent_complete' from public.video_analytics_events
   where session_id = pg_temp.id('a', 302) and event_type = 'video_completed'),
  '100'::jsonb, 'torture 24: completion tells what the viewer has covered, of which this visit is 90 %'
);
select is(pg_temp.send('update', 301, 2, 3 * 86400, 45, '{[0,45)}', 45, p_age => 45) ->> 'resume_position_seconds', '100.000', 'torture 24: a replay three days old does not move the resume position');
select is((select resume_session_id from public.video_progress where sessions = 2 and completed_at is not null), pg_temp.id('a', 302), 'which stays with the newer visit');

-- Two visits, none of them half of the video, complete what asks for 90 %.
select pg_temp.act_as(null);
select pg_temp.send('start', 303, 0, 0, p_anonymous => 70);
select pg_temp.send('end', 303, 1, 47, 46, '{[0,46)}', 46);
select pg_temp.send('start', 304, 0, 50, p_anonymous => 70, p_age => 0);
select is(
  pg_temp.send('end', 304, 1, 98, 46, '{[46,92)}', 92, p_age => 48) -> 'events' -> -1,
  '{"event_type": "video_completed", "percent_complete": 92}'::jsonb, 'completion tells the viewer''s percent'
);
select pg_temp.act_as('2');

-- What counts as accepted evidence
update public.videos set accepted_evidence = '{measured}' where id = '00000000-0000-4000-8000-0000000000f4';
select pg_temp.send('start', 401, 0, 0, p_video => 'f4');
select is(pg_temp.send('end', 401, 1, 99, 99, '{[0,99)}', 99, 'f4') ->> 'viewer_percent_complete', '0', 'evidence that is not accepted is no progress');
select is((select watch_time_seconds from public.video_progress where viewer_id = (select id from public.students where user_id = pg_temp.id('d', 2)) and video_id = '00000000-0000-4000-8000-0000000000f4'), 99.000, 'but watch time is watch time');

-- A session that learns its viewer late
select pg_temp.act_as(null);
select pg_temp.send('update', 501, 2, 30, 30, '{[0,30)}', 30);
select is((select count(*) from public.video_analytics_events where session_id = pg_temp.id('a', 501) and event_type = 'video_progress'), 2::bigint, 'an update without an open speaks for itself');
select pg_temp.act_as('2');
select pg_temp.send('start', 501, 0, 1);
select is((select count(*) from public.video_analytics_events where session_id = pg_temp.id('a', 501) and event_type = 'video_progress'), 0::bigint, 'and gives up what its viewer had reached before, once he is known');

-- A completion learnt together with its viewer makes a rewatch of what he had played again in another visit.
select pg_temp.act_as(null);
select pg_temp.send('start', 502, 0, 0, p_anonymous => 60);
select pg_temp.send('update', 502, 1, 20, 20, '{[0,20)}', 20, p_counters => '{"rewatch_after_complete_ms": 9000}');
select pg_temp.send('update', 503, 0, 0);
select pg_temp.send('update', 503, 1, 95, 95, '{[0,95)}', 95);
select is((select has_rewatched from public.video_watch_sessions where id = pg_temp.id('a', 502)), false, 'nothing completed, nothing rewatched');
select pg_temp.send('start', 503, 1, 95, 95, '{[0,95)}', 95, p_anonymous => 60);
select is((select has_rewatched from public.video_watch_sessions where id = pg_temp.id('a', 502)), true, 'a completion that arrives with its viewer makes earlier replays rewatches');

-- The visit before this one: a claim that holds where the viewers are equal
create function pg_temp.goes_on_from(p_session integer) returns uuid language sql stable as $$
  select s.previous_session_id from public.video_watch_sessions as s where s.id = pg_temp.id('a', p_session)
$$;
select pg_temp.send('start', 504, 0, 0, p_anonymous => 61, p_context => jsonb_build_object('previous_session_id', pg_temp.id('a', 1)));
select is(pg_temp.goes_on_from(504), null, 'a visit of another viewer is not where this one goes on from');
select pg_temp.send('update', 505, 1, 0, p_context => jsonb_build_object('previous_session_id', pg_temp.id('a', 1)));
select pg_temp.send('start', 505, 0, 0, p_anonymous => 61);
select is(pg_temp.goes_on_from(505), null, 'nor once its own viewer is known, though the claim came first');
select pg_temp.send('update', 508, 1, 0, p_context => jsonb_build_object('previous_session_id', pg_temp.id('a', 504)));
select pg_temp.send('start', 508, 0, 0, p_anonymous => 61);
select is(pg_temp.goes_on_from(508), pg_temp.id('a', 504), 'his own stays, though an update overtook the start');
select pg_temp.send('start', 506, 0, 0, p_anonymous => 61, p_context => jsonb_build_object('previous_session_id', pg_temp.id('a', 507)));
select is(pg_temp.goes_on_from(506), pg_temp.id('a', 507), 'one that nobody has heard of is kept, since it may be heard later');
select pg_temp.send('start', 507, 0, 0, p_anonymous => 62);
select is(
  (select count(*) from public.video_watch_sessions as s
   inner join public.video_watch_sessions as previous
     on previous.video_id = s.video_id and previous.id = s.previous_session_id and previous.viewer_id = s.viewer_id
   where s.id = pg_temp.id('a', 506)),
  0::bigint, 'and a reader who asks for the same viewer does not follow it to somebody else''s'
);

-- Limits
select pg_temp.act_as('1');
select lives_ok($$ select count(pg_temp.send('start', 600 + n, 0, 0)) from generate_series(1, 59) as n $$, 'sixty sessions of a viewer in an hour are many');
select throws_ok($$ select pg_temp.send('start', 700, 0, 0) $$, 'PT429', 'too many sessions', 'one more is too many');

select * from finish();
rollback;
