-- The length of a video nobody measured: what viewers agree on, and nobody else.
begin;
create extension if not exists pgtap;
select plan(33);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');
insert into public.videos (id, creator_id, title, source_type, youtube_video_id, status, access, is_deleted)
select ('00000000-0000-4000-8000-0000000000f' || n)::uuid, '00000000-0000-4000-8000-0000000000c1', 'Video', 'youtube', 'aqz-KE-bpKQ', 'ready', 'public', n = 5
from generate_series(1, 7) as n;

create function pg_temp.id(p_kind text, p_number integer) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-00000000' || p_kind || lpad(p_number::text, 3, '0'))::uuid
$$;
create function pg_temp.video(p_video text) returns uuid language sql immutable as $$ select ('00000000-0000-4000-8000-0000000000' || p_video)::uuid $$;
-- A visit of so many seconds, whose player says the video is so many ms long.
create function pg_temp.visit(p_video text, p_session integer, p_viewer integer, p_duration integer, p_seconds integer default 95, p_context jsonb default null)
returns void language plpgsql volatile as $$
declare
  v_noon constant timestamptz := '2026-03-02 12:00:00+00';
begin
  perform private.merge_watch_session('start', pg_temp.id('a', p_session), repeat('a', 32), pg_temp.video(p_video), 0, 0, 0, 0, '{}', '{}', 0, p_duration, null, p_context,
    case when p_viewer is not null then pg_temp.id('b', p_viewer) end, null, p_now => v_noon);
  perform private.merge_watch_session('update', pg_temp.id('a', p_session), repeat('a', 32), pg_temp.video(p_video), 1, 1000 * p_seconds, 1000 * p_seconds, 1000 * p_seconds,
    case when p_seconds = 0 then '{}' else int4multirange(int4range(0, 1000 * p_seconds)) end, '{}', 1000 * p_seconds, p_duration, null, p_context,
    case when p_viewer is not null then pg_temp.id('b', p_viewer) end, null, p_now => v_noon + p_seconds * interval '1 s');
end
$$;
create function pg_temp.stored(p_video text) returns text language sql stable as $$
  select concat_ws(' ', duration_ms, duration_source) from public.videos where id = pg_temp.video(p_video)
$$;
create function pg_temp.count_events(p_type text, p_video text) returns bigint language sql stable as $$
  select count(*) from public.video_analytics_events where event_type = p_type and video_id = pg_temp.video(p_video)
$$;

-- Three agree
select pg_temp.visit('f1', 1, 1, 100000);
select pg_temp.visit('f1', 2, 2, 100400);
select pg_temp.visit('f1', 3, 2, 100400);
select pg_temp.visit('f1', 4, null, 100000);
select is(public.settle_video_durations(), 0, 'two viewers are not three, however often one came; and nobody has no vote');
select is(pg_temp.stored('f1'), '', 'nothing is stored');
select is(pg_temp.count_events('video_completed', 'f1'), 0::bigint, 'and nobody has completed it');
select pg_temp.visit('f1', 5, 3, 101000);
select is(public.settle_video_durations(), 1, 'the third settles it, a second away');
select is(pg_temp.stored('f1'), '100400 viewers', 'by the value in the middle');
select results_eq(
  $$ select percent_complete::integer, completed_at is not null from public.video_progress where video_id = pg_temp.video('f1') order by viewer_id $$,
  $$ values (94, true), (94, true), (94, true) $$, 'who had watched it has completed it at once'
);
select is(pg_temp.count_events('video_completed', 'f1'), 4::bigint, 'three viewers once each, and the visit of nobody');
select is((select count(*) from public.video_watch_sessions where video_id = pg_temp.video('f1') and duration_seconds = 100.4), 5::bigint, 'all visits are judged by the same length');
select is(public.settle_video_durations(), 0, 'run again, it finds nothing');
select is(pg_temp.count_events('video_completed', 'f1'), 4::bigint, 'and repeats nothing');

-- Further apart
select pg_temp.visit('f2', 11, 1, 100000), pg_temp.visit('f2', 12, 2, 101001), pg_temp.visit('f2', 13, 3, 102002);
select public.settle_video_durations();
select is(pg_temp.stored('f2'), '', 'three viewers more than a second apart agree on nothing');

-- Who has no vote
select pg_temp.visit('f3', 21, 1, 100000), pg_temp.visit('f3', 22, 2, 100000);
select pg_temp.visit('f3', 23, 3, 100000, 0);
select public.settle_video_durations();
select is(pg_temp.stored('f3'), '', 'a visit that did not play does not know');
select pg_temp.visit('f3', 24, 4, 90000);
select pg_temp.visit('f3', 25, 5, 90000);
select pg_temp.visit('f3', 26, 6, 90000);
select public.settle_video_durations();
select is(pg_temp.stored('f3'), '', 'nor one that watched more than it says there is');
select pg_temp.visit('f3', 27, 7, 100000, 95, '{"evidence": "estimated"}');
select public.settle_video_durations();
select is(pg_temp.stored('f3'), '', 'nor one that only estimates');
select pg_temp.visit('f3', 28, 8, 2147483647);
select lives_ok('select public.settle_video_durations()', 'the greatest number there is stops nothing');

-- Forgers
select pg_temp.visit('f4', 30 + n, 30 + n, 10000, 5) from generate_series(1, 3) as n;
select pg_temp.visit('f4', 40 + n, 40 + n, 600000, 60) from generate_series(1, 3) as n;
select public.settle_video_durations();
select is(pg_temp.stored('f4'), '', 'three against three: nobody is believed');
select pg_temp.visit('f4', 44, 44, 600300, 60);
select public.settle_video_durations();
select is(pg_temp.stored('f4'), '600000 viewers', 'the majority is');

-- Whose videos
select is((select array_agg(id) from public.videos where id = pg_temp.video('f5') and duration_ms is null), array[pg_temp.video('f5')], 'a deleted video is asked about by nobody');
select is(private.agreed_duration_ms(pg_temp.video('f6')), null, 'nor one nobody watched');
select pg_temp.visit('f6', 50 + n, 50 + n, null, 60) from generate_series(1, 4) as n;
select public.settle_video_durations();
select is(pg_temp.stored('f6'), '', 'a live stream has no length, and settles on none');

-- Trustworthy word comes first
update public.videos set duration_ms = 60000, duration_source = 'pipeline' where id = pg_temp.video('f6');
select pg_temp.visit('f6', 60 + n, 60 + n, 100000, 60) from generate_series(1, 5) as n;
select public.settle_video_durations();
select is(pg_temp.stored('f6'), '60000 pipeline', 'viewers never overrule what is stored');
select is(pg_temp.count_events('video_completed', 'f6'), 9::bigint, 'who had watched it whole before it had a length, has completed it too');

-- A longer one comes later: torture 15 over the whole house
create temporary table before as
select (select jsonb_agg(to_jsonb(e) order by e.id) from public.video_analytics_events as e where e.video_id = pg_temp.video('f1')) as events,
  (select jsonb_agg(jsonb_build_array(p.viewer_id, p.completed_at, p.milestones) order by p.viewer_id) from public.video_progress as p where p.video_id = pg_temp.video('f1')) as reached;
update public.videos set duration_ms = 200000, duration_source = 'pipeline' where id = pg_temp.video('f1');
select public.settle_video_durations();
select results_eq(
  $$ select percent_complete::integer, completed_at is not null from public.video_progress where video_id = pg_temp.video('f1') order by viewer_id $$,
  $$ values (47, true), (47, true), (47, true) $$, 'twice as long, it is half watched, and stays completed'
);
select is((select count(*) from public.video_watch_sessions where video_id = pg_temp.video('f1') and percent_complete = 47 and completed), 5::bigint, 'visits likewise');
select results_eq(
  $$ select (select jsonb_agg(to_jsonb(e) order by e.id) from public.video_analytics_events as e where e.video_id = pg_temp.video('f1')),
       (select jsonb_agg(jsonb_build_array(p.viewer_id, p.completed_at, p.milestones) order by p.viewer_id) from public.video_progress as p where p.video_id = pg_temp.video('f1')) $$,
  'select events, reached from before', 'nothing reached is revoked, and nothing repeated'
);
update public.videos set duration_ms = 100000 where id = pg_temp.video('f1');
select public.settle_video_durations();
select results_eq(
  $$ select (select jsonb_agg(to_jsonb(e) order by e.id) from public.video_analytics_events as e where e.video_id = pg_temp.video('f1')),
       (select jsonb_agg(jsonb_build_array(p.viewer_id, p.completed_at, p.milestones) order by p.viewer_id) from public.video_progress as p where p.video_id = pg_temp.video('f1')) $$,
  'select events, reached from before', 'nor when it is shorter again'
);

-- The creator's own playback
select set_config('request.jwt.claims', '{"role": "authenticated", "sub": "00000000-0000-4000-8000-00000000c001"}', true);
select pg_temp.visit('f2', 99, null, 120000);
select set_config('request.jwt.claims', '', true);
select is(pg_temp.stored('f2'), '120000 creator', 'the creator plays his video, and it has a length');
select public.settle_video_durations();
select is((select min(percent_complete)::integer from public.video_watch_sessions where video_id = pg_temp.video('f2') and duration_seconds = 120), 79, 'by which earlier visits are judged');
-- His player learns the length while it plays, when messages no longer say whose they are.
select set_config('request.jwt.claims', '{"role": "authenticated", "sub": "00000000-0000-4000-8000-00000000c001"}', true);
select pg_temp.visit('f7', 70, null, null, 0);
select set_config('request.jwt.claims', '', true);
select pg_temp.visit('f7', 71, 71, 60000, 50);
select public.settle_video_durations();
select is(pg_temp.stored('f7'), '', 'of a video he has only opened he knows no more than one viewer');
select private.merge_watch_session('update', pg_temp.id('a', 70), repeat('a', 32), pg_temp.video('f7'), 2, 5000, 5000, 5000, '{[0,5000)}', '{}', 5000, 150000, null, null, null, null,
  p_now => '2026-03-02 12:00:05+00');
select public.settle_video_durations();
select is(pg_temp.stored('f7'), '150000 creator', 'his visit says it');

-- Rights
set local role authenticated;
select throws_ok('select public.settle_video_durations()', '42501', null, 'users settle nothing');
set local role service_role;
select lives_ok('select public.settle_video_durations()', 'the operator does');
reset role;
select is((select count(*) from public.job_failures), 0::bigint, 'nothing had to be set aside');

select * from finish();
rollback;
