-- The retention curve, by known answers, and against counting every second of every view the slow way.
begin;
create extension if not exists pgtap;
select plan(25);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001'), ('00000000-0000-4000-8000-00000000c002');
insert into public.creators (id, user_id, name, time_zone) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator', 'America/New_York'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-00000000c002', 'Other', 'UTC');
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
select ('00000000-0000-4000-8000-0000000000f' || n)::uuid, '00000000-0000-4000-8000-0000000000c1', 'Video', 'upload', '/x.mp4', 'ready', 'public',
  case n when 1 then 5400 when 2 then 20000 when 4 then 2000000000 end, case when n <> 3 then 'pipeline' end
from generate_series(1, 4) as n;

create function pg_temp.view(p_video integer, p_viewer integer, p_watched text, p_rewatched text default '{}', p_start timestamptz default '2026-03-03 12:00 America/New_York', p_flags text[] default '{}')
returns void language sql volatile as $$
  insert into public.video_watch_sessions (video_id, id, creator_id, viewer_id, write_key_hash, evidence, session_start, first_contact_at, resume_at, last_seen_at, started, watched, rewatched, integrity_flags)
  values (('00000000-0000-4000-8000-0000000000f' || p_video)::uuid, gen_random_uuid(), '00000000-0000-4000-8000-0000000000c1', ('00000000-0000-4000-8000-00000000b' || lpad(p_viewer::text, 3, '0'))::uuid,
    '', 'measured', p_start, p_start, p_start, p_start, true, p_watched::int4multirange, p_rewatched::int4multirange, p_flags)
$$;
create function pg_temp.curve(p_video integer, p_what text, p_from date default null, p_to date default null, p_bucket integer default 1) returns text language sql volatile as $$
  select public.get_video_retention(('00000000-0000-4000-8000-0000000000f' || p_video)::uuid, p_from, p_to, p_bucket) ->> p_what
$$;
create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', '00000000-0000-4000-8000-00000000' || p_user))::text, true)
$$;

select pg_temp.act_as('authenticated', 'c001');
select is(pg_temp.curve(1, 'viewers'), '[0, 0, 0, 0, 0, 0]', 'without views the curve is flat, and as long as the video');
reset role;

-- 5.4 s: the sixth second has 400 ms.
select pg_temp.view(1, 1, '{[0,2500)}');
select pg_temp.view(1, 1, '{[1000,2000)}');
select pg_temp.view(1, 2, '{[501,1500),[4000,5200)}', '{[1000,1500)}');
select pg_temp.act_as('authenticated', 'c001');
select is(pg_temp.curve(1, 'viewers'), '[1, 2, 1, 0, 1, 1]', 'a second counts when half of it was played, for each viewer once');
select is(pg_temp.curve(1, 'plays'), '[1, 4, 1, 0, 1, 1]', 'plays count every view, and what it repeated');
select is(pg_temp.curve(1, 'viewers', p_bucket => 2), '[1, 0, 1]', 'of a longer bucket half of it, too');
select is(pg_temp.curve(1, 'views') || pg_temp.curve(1, 'unique_viewers'), '32', 'it says of how many');
reset role;

-- Crumbs: less than half each, half together.
select pg_temp.view(2, 1, '{[0,300),[700,900),[1000,1300),[1700,1899),[2400,2600),[2700,3100)}');
select pg_temp.view(2, 2, '{[3600,4399)}');
select pg_temp.view(2, null, '{[3600,4600)}');
select pg_temp.view(2, null, '{[3500,4500)}');
select pg_temp.act_as('authenticated', 'c001');
select is(pg_temp.curve(2, 'viewers'), '[1, 0, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]', 'pieces of a second add up; views without a viewer are one each');
reset role;

-- What is not known, and what is not believed
select pg_temp.view(3, 1, '{[0,1500)}');
select pg_temp.view(3, 2, '{[0,9000)}', p_flags => '{coverage_bounded}');
select pg_temp.act_as('authenticated', 'c001');
select is(pg_temp.curve(3, 'viewers'), '[1, 1]', 'without a duration it is as long as what was played');
select is(pg_temp.curve(3, 'views_left_out'), '1', 'a view that claims more than it is credited is left out, and said so');
select throws_ok($$ select pg_temp.curve(4, 'views') $$, 'PT400', 'more than 43200 buckets', 'an endless curve is refused');
select is(pg_temp.curve(4, 'views', p_bucket => 60), '0', 'and by longer buckets it is not');
reset role;

-- Days
select pg_temp.view(2, 9, '{[10000,11000)}', p_start => '2026-03-04 23:59:59 America/New_York');
select pg_temp.view(2, 9, '{[12000,13000)}', p_start => '2026-03-05 00:00:00 America/New_York');
select pg_temp.act_as('authenticated', 'c001');
select is(pg_temp.curve(2, 'views', '2026-03-04', '2026-03-04'), '1', 'a day begins and ends at the creator''s midnight');
select is(pg_temp.curve(2, 'views', '2026-03-04'), '2', 'a range may be open at its end');
select is(pg_temp.curve(2, 'views', null, '2026-03-03'), '4', 'and at its beginning');
select throws_ok($$ select pg_temp.curve(2, 'views', '2026-03-05', '2026-03-04') $$, 'PT400', null, 'but not upside down');
select throws_ok(format($$ select pg_temp.curve(2, 'views', %L, %L) $$, days[1], days[2]), 'PT400', null, days::text || ' are no days')
from (values (array[null, 'infinity']), (array['-infinity', null]), (array[null, '5874897-12-31']), (array['4713-01-01 BC', null])) as absurd (days);
select throws_ok($$ select pg_temp.curve(2, 'views', p_bucket => 0) $$, 'PT400', null, 'nor in buckets of nothing');

-- Rights
select pg_temp.act_as('authenticated', 'c002');
select throws_ok($$ select pg_temp.curve(2, 'views') $$, 'PT403', 'not allowed', 'another creator sees no curve');
select pg_temp.act_as('authenticated', 'd001');
select throws_ok($$ select pg_temp.curve(2, 'views') $$, 'PT403', 'not allowed', 'nor does a student');
select pg_temp.act_as('anon');
select throws_ok($$ select pg_temp.curve(2, 'views') $$, '42501', null, 'nor anybody');
select pg_temp.act_as('service_role');
select is(pg_temp.curve(2, 'views'), '6', 'the operator does');
reset role;

-- Any views, any buckets: the same as asking every bucket of everybody.
select setseed(0.25);
select pg_temp.view(2, case when random() < 0.8 then (random() * 20)::integer end, watched::text, (watched * rewatched)::text)
from (
  select n, range_agg(int4range(a, a + 1 + (random() * random() * 4000)::integer)) * '{[0,20000)}'::int4multirange as watched,
    range_agg(int4range(a, a + (random() * 900)::integer)) * '{[0,20000)}'::int4multirange as rewatched
  from generate_series(1, 200) as n, lateral (select (random() * 20000)::integer as a from generate_series(1, 1 + n % 7)) as piece
  group by n
) as made;
create function pg_temp.slowly(p_bucket integer, p_is_viewers boolean) returns text language sql stable as $$
  select jsonb_agg((
    select count(*) from (
      select range_agg(watched) as ranges from public.video_watch_sessions where video_id = '00000000-0000-4000-8000-0000000000f2' and p_is_viewers group by coalesce(viewer_id, id)
      union all
      select played from public.video_watch_sessions, unnest(array[watched, rewatched]) as played where video_id = '00000000-0000-4000-8000-0000000000f2' and not p_is_viewers
    ) as one
    where 2 * (select sum(upper(piece) - lower(piece)) from unnest(ranges * int4multirange(bucket)) as piece) >= upper(bucket) - lower(bucket)
  ) order by bucket)::text
  from generate_series(0, 19999, 1000 * p_bucket) as began, lateral (select int4range(began, least(20000, began + 1000 * p_bucket)) as bucket) as b
$$;
select pg_temp.act_as('service_role');
create temporary table fast as select bucket, pg_temp.curve(2, 'viewers', p_bucket => bucket) as viewers, pg_temp.curve(2, 'plays', p_bucket => bucket) as plays from unnest(array[1, 3, 20, 60]) as bucket;
reset role;
select results_eq('select viewers from fast order by bucket', 'select pg_temp.slowly(bucket, true) from fast order by bucket', 'viewers: the same as counting');
select results_eq('select plays from fast order by bucket', 'select pg_temp.slowly(bucket, false) from fast order by bucket', 'plays: the same as counting');

select * from finish();
rollback;
