-- The faults of the design this grew from, each by name. They were all in use somewhere; none may return.
begin;
create extension if not exists pgtap;
select plan(35);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'e2', 'd1', 'd2']) as who;
insert into public.creators (id, user_id, name, time_zone) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One', 'America/New_York'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000e2', 'Two', 'UTC');
insert into public.students (id, user_id) values
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000d1'),
  ('00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-8000-0000000000d2');
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', '100 s', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline');
insert into public.videos (id, creator_id, title, source_type, access) values
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000c1', 'Waiting', 'upload', 'enrolled');

create function pg_temp.id(p_kind text) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-0000000000' || p_kind)::uuid
$$;
create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', pg_temp.id(p_user)))::text, true)
$$;
-- A message about what was played, in seconds, so many seconds after the visit began.
create function pg_temp.watch(p_session text, p_seq integer, p_at integer, p_watched text, p_position integer, p_counters jsonb default '{}', p_from timestamptz default '2026-03-03 12:00Z')
returns jsonb language sql volatile as $$
  select private.merge_watch_session(
    case p_seq when 0 then 'start' else 'update' end, pg_temp.id(p_session), repeat('a', 32), pg_temp.id('f1'), p_seq,
    1000 * p_at, 1000 * p_at, 1000 * p_at,
    (select coalesce(range_agg(int4range(1000 * lower(r), 1000 * upper(r))), '{}') from unnest(p_watched::int4multirange) as r), '{}',
    1000 * p_position, 100000, p_counters, '{}', md5(p_session)::uuid, null, p_now => p_from + p_at * interval '1 s')
$$;

-- storage policy comparing text with uuid
select pg_temp.act_as('authenticated', 'e1');
select lives_ok($$ insert into storage.objects (bucket_id, name, metadata) values ('chronos-videos', pg_temp.id('c1') || '/' || pg_temp.id('f2') || '/film.mp4', '{"contentLength": 1}') $$, 'a storage policy comparing text with uuid: his own folder is his');
select throws_ok($$ insert into storage.objects (bucket_id, name, metadata) values ('chronos-videos', pg_temp.id('c2') || '/' || pg_temp.id('f2') || '/film.mp4', '{"contentLength": 1}') $$, '42501', null, 'that of another is not');
select throws_ok($$ insert into storage.objects (bucket_id, name, metadata) values ('chronos-videos', 'x/film.mp4', '{"contentLength": 1}') $$, '42501', null, 'and a folder that is no uuid is no error of types');

-- everyone may download everything
select isnt_empty($$ select from storage.objects where name like '%film.mp4' $$, 'everyone may download everything: its owner may');
select pg_temp.act_as('authenticated', 'd1');
select is_empty('select from storage.objects', 'a student who is not enrolled may not');
select pg_temp.act_as('anon');
select is_empty('select from storage.objects', 'nor anybody else');
reset role;

-- definer functions that believe p_student_id, p_creator_id, p_timestamp
insert into public.video_progress (video_id, viewer_id, creator_id, student_id, first_contact_at, last_contact_at, watch_time_seconds)
values (pg_temp.id('f1'), pg_temp.id('a2'), pg_temp.id('c1'), pg_temp.id('a2'), now(), now(), 900000000);
select pg_temp.act_as('authenticated', 'd1');
select is(public.get_student_total_watch_time(pg_temp.id('a2'), pg_temp.id('f1')), 0::bigint, 'a definer function that believes p_student_id: others learn nothing');
select throws_ok($$ select public.track_video_event('shared', pg_temp.id('f1'), p_student_id => pg_temp.id('a2')) $$, 'PT403', null, 'nor speaks anybody for another student');
select throws_ok($$ select public.track_video_event('video_imported', pg_temp.id('f1'), p_creator_id => pg_temp.id('c1')) $$, 'PT403', null, 'a definer function that believes p_creator_id');
select throws_ok($$ select public.track_video_event('shared', pg_temp.id('f1'), p_timestamp => '1999-01-01') $$, 'PT400', null, 'a definer function that believes p_timestamp');

select pg_temp.act_as('authenticated', 'd2');
select is(public.get_student_total_watch_time(pg_temp.id('a2'), pg_temp.id('f1')), 900000000::bigint, 'the student himself learns it');
reset role;
select set_config('request.jwt.claims', '', true);

-- no row level security; ids without default; the same index created twice
select is_empty($$ select relname from pg_class where relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'partitions'::regnamespace) and relkind in ('r', 'p') and not relrowsecurity and not exists (select from pg_depend as d where d.objid = pg_class.oid and d.deptype = 'e') $$, 'no row level security');
select throws_ok($$ insert into public.videos (id, title, source_type, youtube_video_id) values (null, 'V', 'youtube', 'aqz-KE-bpKQ') $$, '23502', null, 'an id is never null');
select lives_ok($$ insert into public.videos (creator_id, title, source_type, youtube_video_id) values (pg_temp.id('c1'), 'V', 'youtube', 'aqz-KE-bpKQ') $$, 'ids without default: a row without an id gets one');
select is_empty($$ select indrelid::regclass from pg_index inner join pg_class as c on c.oid = indexrelid where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'partitions'::regnamespace) group by indrelid, regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', '') having count(*) > 1 $$, 'the same index created twice');

-- ON CONFLICT without a unique constraint: creating the function says nothing, only its first call does
create temporary view conflict_targets as
select p.oid::regproc as function, found.match[1]::regclass as "table",
  (select array_agg(trim(name) order by trim(name)) from unnest(string_to_array(found.match[2], ',')) as name) as columns
from pg_proc as p
inner join pg_namespace as n on n.oid = p.pronamespace and n.nspname in ('public', 'private')
cross join lateral regexp_matches(pg_get_functiondef(p.oid), 'insert\s+into\s+([a-z_.]+)(?:(?!insert\s+into)[^;])*?on\s+conflict\s*\(([^)]*)\)', 'gi') as found (match)
where p.prokind = 'f' and not exists (select from pg_depend as d where d.objid = p.oid and d.deptype = 'e');
select cmp_ok((select count(*) from conflict_targets), '>=', 8::bigint, 'functions name targets of conflicts');
select is_empty(
  $$ select function, "table", columns from conflict_targets
     where not exists (
       select from pg_index as i
       where i.indrelid = "table" and i.indisunique and i.indimmediate and i.indpred is null
         and columns = (select array_agg(a.attname::text order by a.attname::text) from pg_attribute as a where a.attrelid = i.indrelid and a.attnum = any (i.indkey))
     ) $$,
  'ON CONFLICT without a unique constraint'
);

-- NULL source_type passing the check
select throws_ok($$ insert into public.videos (creator_id, title, source_type, url) values (pg_temp.id('c1'), 'V', null, '/x.mp4') $$, '23502', null, 'a NULL source_type passing the check');
select throws_ok($$ insert into public.videos (creator_id, title, source_type, url) values (pg_temp.id('c1'), 'V', 'youtube', '/x.mp4') $$, '23514', null, 'or a NULL id of the source');

-- position as completion
select pg_temp.watch('91', 0, 0, '{}', 0);
select is(pg_temp.watch('91', 1, 5, '{[0,5)}', 100) ->> 'completed', 'false', 'position as completion: at the end after 5 s is not through it');

-- last write wins
select pg_temp.watch('92', 0, 0, '{}', 0);
select pg_temp.watch('92', 2, 100, '{[0,100)}', 100);
select is(pg_temp.watch('92', 1, 100, '{[0,1)}', 1) ->> 'percent_complete', '100', 'the last write wins: 100 % does not become 1 %');

-- milestones repeated on seek-back
select pg_temp.watch('92', 3, 200, '{[0,100)}', 10, '{"rewatch_after_complete_ms": 90000}');
select results_eq(
  $$ select event_type, count(*) from public.video_analytics_events where session_id = pg_temp.id('92') group by 1 order by 1 $$,
  $$ values ('video_completed', 1::bigint), ('video_progress', 5), ('video_rewatched', 1), ('video_started', 1) $$,
  'milestones repeated on seek-back: five for one video, once each'
);

-- one bad metadata value killing the nightly job; COUNT(*) as views; cumulative watch time summed
insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id, session_id, metadata) values
  (pg_temp.id('f1'), '2026-03-03 12:00Z', 'video_progress', pg_temp.id('c1'), pg_temp.id('92'), '{"watch_time_seconds": "lots", "percent_complete": []}');
select lives_ok($$ select public.roll_up_video_analytics(0) $$, 'one bad metadata value killing the nightly job');
select is((select count(*) from public.job_failures), 0::bigint, 'it is not even a failure, for nobody reads it');
select is((select views from public.video_analytics where date = '2026-03-03'), 2, 'COUNT(*) as views: two visits, however many events');
select is((select total_watch_time_seconds from public.video_analytics where date = '2026-03-03'), 205.000, 'cumulative watch time summed: 5 s and 200 s, not a sum over milestones');

-- a missed night or late event lost for ever
select pg_temp.watch('93', 0, 0, '{}', 0, p_from => '2026-03-01 12:00Z');
select pg_temp.watch('93', 1, 50, '{[0,50)}', 50, p_from => '2026-03-01 12:00Z');
select public.roll_up_video_analytics(0);
select is((select views from public.video_analytics where date = '2026-03-01'), 1, 'a missed night: two days late, its figures are there');
select pg_temp.watch('93', 2, 60, '{[0,60)}', 60, p_from => '2026-03-01 12:00Z');
select public.roll_up_video_analytics(0);
select is((select total_watch_time_seconds from public.video_analytics where date = '2026-03-01'), 60.000, 'a late event lost for ever: it changes the day it belongs to');

-- days by the database's own time zone
select set_config('timezone', 'Asia/Kolkata', true);
select pg_temp.watch('94', 0, 0, '{}', 0, p_from => '2026-03-06 03:30Z');
select pg_temp.watch('94', 1, 10, '{[0,10)}', 10, p_from => '2026-03-06 03:30Z');
select public.roll_up_video_analytics(0);
select results_eq($$ select date from public.video_analytics where date > '2026-03-03' $$, $$ values (date '2026-03-05') $$, 'days by the database''s own time zone: half past ten in New York is the day before');
select set_config('timezone', 'UTC', true);

-- DECIMAL(5,2) overflow of a rate above 999
update public.video_watch_sessions set watch_time_seconds = 200000, claimed_watch_ms = 200000000 where id = pg_temp.id('94');
select lives_ok($$ select public.roll_up_video_analytics(0, true) $$, 'a DECIMAL(5,2) overflow of a rate above 999');
select is((select round(average_watch_time_seconds) from public.video_analytics where date = '2026-03-05'), 200000::numeric, 'a figure of any size has room');
select is_empty($$ select attname from pg_attribute where attrelid = 'public.video_analytics'::regclass and attgenerated = 's' and atttypid = 'numeric'::regtype and atttypmod <> -1 $$, 'no rate has an end');

-- integer overflow of sums
insert into public.video_watch_sessions (video_id, id, creator_id, write_key_hash, evidence, session_start, session_end, first_contact_at, resume_at, last_seen_at, started, watch_time_seconds, claimed_watch_ms)
select pg_temp.id('f1'), gen_random_uuid(), pg_temp.id('c1'), '', 'measured', at, at, at, at, at, true, 900000000, 900000000000
from (values (timestamptz '2026-03-08 12:00Z')) as moments (at), generate_series(1, 3);
select public.roll_up_video_analytics(0, true);
select is((select total_watch_time_seconds from public.video_analytics where date = '2026-03-08'), 2700000000.000, 'an integer overflow of sums: more seconds than an integer holds');

-- sessions never closed
select is((select count(*) from public.video_watch_sessions where session_end is null), 4::bigint, 'four visits are open, and all have fallen silent');
select public.close_stale_watch_sessions();
select is((select count(*) from public.video_watch_sessions where session_end is null), 0::bigint, 'sessions never closed');

select * from finish();
rollback;
