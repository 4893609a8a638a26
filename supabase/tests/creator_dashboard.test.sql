-- The dashboard: sums of days, viewers counted once over all of them, and nobody else's figures.
begin;
create extension if not exists pgtap;
select plan(22);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001'), ('00000000-0000-4000-8000-00000000c002');
insert into public.creators (id, user_id, name, time_zone) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator', 'Asia/Kolkata'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-00000000c002', 'Other', 'UTC');
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
select ('00000000-0000-4000-8000-0000000000f' || n)::uuid, ('00000000-0000-4000-8000-0000000000c' || 1 + n / 3)::uuid, 'Video ' || n, 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline'
from generate_series(1, 3) as n;

-- Viewer 1 comes on three days and to both videos; now is Friday, 6 March, half past one in India.
insert into public.video_watch_sessions (video_id, id, creator_id, viewer_id, write_key_hash, evidence, session_start, first_contact_at, resume_at, last_seen_at, started, completed, percent_complete, watch_time_seconds)
select ('00000000-0000-4000-8000-0000000000f' || video)::uuid, gen_random_uuid(), ('00000000-0000-4000-8000-0000000000c' || 1 + video / 3)::uuid,
  ('00000000-0000-4000-8000-00000000b00' || viewer)::uuid, '', 'measured', t, t, t, t, seconds > 0, seconds > 90, seconds, seconds
from (values
  (1, 1, '2026-03-06 00:10 Asia/Kolkata', 100), (1, 1, '2026-03-05 23:50 Asia/Kolkata', 50), (2, 1, '2026-03-01 10:00 Asia/Kolkata', 20),
  (1, 2, '2026-03-05 12:00 Asia/Kolkata', 0), (1, 2, '2026-03-05 13:00 Asia/Kolkata', 10), (1, 3, '2026-02-27 12:00 Asia/Kolkata', 10),
  (1, null, '2026-03-05 13:00 Asia/Kolkata', 10), (3, 4, '2026-03-06 00:10 Asia/Kolkata', 10)
) as visit (video, viewer, at, seconds), lateral (select at::timestamptz as t) as moment;
select private.rebuild_video_analytics(null, null);

create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', '00000000-0000-4000-8000-00000000' || p_user))::text, true)
$$;
create function pg_temp.at_one(p_days integer default 28, p_from date default null, p_to date default null, p_creator uuid default null) returns jsonb language sql stable security definer as $$
  select private.get_creator_dashboard(p_days, p_from, p_to, p_creator, '2026-03-06 01:30 Asia/Kolkata')
$$;

select pg_temp.act_as('authenticated', 'c001');
select is(pg_temp.at_one(1) ->> 'from', '2026-03-06', 'today is today where he lives');
select is(pg_temp.at_one(1) -> 'totals' ->> 'views', '1', 'today''s views');
select is(pg_temp.at_one(7) ->> 'from', '2026-02-28', 'seven days are today and the six before');
select results_eq(
  $$ select totals ->> 'loads', totals ->> 'views', totals ->> 'unique_viewers', totals ->> 'completions', (totals ->> 'completion_rate')::numeric, (totals ->> 'total_watch_time_seconds')::numeric, (totals ->> 'average_watch_time_seconds')::numeric
     from (select pg_temp.at_one(7) -> 'totals' as totals) as d $$,
  $$ values ('6', '5', '3', '1', 20.0, 190.000, 38.0) $$,
  'sums over days and videos, ratios of the sums, and each viewer once'
);
select is(pg_temp.at_one(28) -> 'totals' ->> 'unique_viewers', '4', 'a longer period, another viewer');
select cmp_ok(4, '<', (select sum(unique_viewers)::integer from public.video_analytics), 'which the sum of the days would overstate');
select is(jsonb_array_length(pg_temp.at_one(90) -> 'days'), 90, 'one entry per day');
select results_eq(
  $$ select day ->> 'date', day ->> 'views', (day ->> 'completion_rate')::numeric from jsonb_array_elements(pg_temp.at_one(3) -> 'days') as day $$,
  $$ values ('2026-03-04', '0', null), ('2026-03-05', '3', 0.0), ('2026-03-06', '1', 100.0) $$,
  'empty days are zero, and a rate of nothing is null'
);
select is_empty($$ select from jsonb_array_elements(pg_temp.at_one(3) -> 'days') as day where day ? 'unique_viewers' $$, 'days tell no viewers: whoever has them adds them up');
select results_eq(
  $$ select video ->> 'title', video ->> 'views' from jsonb_array_elements(pg_temp.at_one(7) -> 'videos') as video $$,
  $$ values ('Video 1', '4'), ('Video 2', '1') $$,
  'his videos, the most viewed first, and nobody else''s'
);
select is(pg_temp.at_one(p_from => '2026-03-01', p_to => '2026-03-01') -> 'totals' ->> 'views', '1', 'any days he names');
select throws_ok($$ select pg_temp.at_one(367) $$, 'PT400', null, 'not more than a year');
select throws_ok($$ select pg_temp.at_one(p_from => '2026-03-02', p_to => '2026-03-01') $$, 'PT400', null, 'and not backwards');
select throws_ok(format('select pg_temp.at_one(%s)', arguments), 'PT400', null, arguments || ' is no period')
from unnest(array['p_to => ''infinity''', 'p_from => ''-infinity''', 'p_to => ''5874897-12-31''', '2147483647', '-2147483648']) as arguments;
select throws_ok($$ select public.get_creator_dashboard(p_creator_id => '00000000-0000-4000-8000-0000000000c2') $$, 'PT403', 'not allowed', 'not of somebody else');
select pg_temp.act_as('authenticated', 'd001');
select throws_ok($$ select public.get_creator_dashboard() $$, 'PT403', 'not allowed', 'who is no creator has no figures');
select pg_temp.act_as('service_role');
select throws_ok($$ select public.get_creator_dashboard() $$, 'PT400', 'p_creator_id is required', 'the operator names the creator');
reset role;
update public.creators set frozen_before = '2026-03-03', frozen_until = '2026-03-03 00:00 Asia/Kolkata' where id = '00000000-0000-4000-8000-0000000000c1';
select pg_temp.act_as('service_role');
select is(pg_temp.at_one(7, p_creator => '00000000-0000-4000-8000-0000000000c1') -> 'totals' ->> 'unique_viewers', null, 'where sessions are gone, viewers are not guessed');
reset role;

select * from finish();
rollback;
