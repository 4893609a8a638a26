-- Several sessions of one viewer, and sessions that learn their viewer late: torture list 23, 24.
begin;
create extension if not exists pgtap;
select plan(20);

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

-- 23, 24. several sessions of one viewer
select pg_temp.act_as('2');
select count(pg_temp.send('start', n, 0, 0)) from unnest(array[301, 302]) as n;
select pg_temp.send('update', 301, 1, 40, 40, '{[0,40)}', 40);
select is(pg_temp.send('update', 302, 1, 45, 30, '{[10,40)}', 40) ->> 'viewer_percent_complete', '40', 'torture 23: the same in two tabs counts once');
select is((select private.get_player_video('00000000-0000-4000-8000-0000000000f1', null) ->> 'resume_position_seconds'), '40.000', 'torture 24: another device resumes there');
create temp table position as select last_watched_at from public.video_progress;
update public.video_progress set last_watched_at = now() - interval '90 seconds' where video_id = '00000000-0000-4000-8000-0000000000f1';
select is(
  private.get_player_video('00000000-0000-4000-8000-0000000000f1', null) -> 'resume_age_ms', '90000'::jsonb,
  'the resume position says how old it is: the player''s browser may know a newer one'
);
update public.video_progress set last_watched_at = position.last_watched_at from position;
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
update public.videos set accepted_evidence = '{measured}', duration_ms = 100000, duration_source = 'pipeline'
where id = '00000000-0000-4000-8000-0000000000f4';
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

select * from finish();
rollback;
