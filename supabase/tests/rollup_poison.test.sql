-- One bad row keeps nothing else from being published: it is set aside, reported, tried again and taken back.
begin;
create extension if not exists pgtap;
select plan(17);

insert into auth.users (id) select ('00000000-0000-4000-8000-00000000c00' || n)::uuid from generate_series(1, 2) as n;
insert into public.creators (id, user_id, name, time_zone)
select ('00000000-0000-4000-8000-0000000000c' || n)::uuid, ('00000000-0000-4000-8000-00000000c00' || n)::uuid, 'Creator', 'Europe/Berlin' from generate_series(1, 2) as n;
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
select ('00000000-0000-4000-8000-00000000000' || n)::uuid, ('00000000-0000-4000-8000-0000000000c' || 1 + n / 4)::uuid, 'Video', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline'
from generate_series(1, 4) as n;
insert into public.video_watch_sessions (video_id, id, creator_id, write_key_hash, evidence, session_start, first_contact_at, resume_at, last_seen_at, started, watch_time_seconds, claimed_watch_ms)
select ('00000000-0000-4000-8000-00000000000' || v)::uuid, gen_random_uuid(), ('00000000-0000-4000-8000-0000000000c' || 1 + v / 4)::uuid, '', 'measured', t, t, t, t, true, 10, 10000
from generate_series(1, 4) as v, generate_series('2026-03-01 12:00Z'::timestamptz, '2026-03-10 12:00Z', '1 day') as t;

-- A duration that no video has: its milliseconds are beyond an integer.
update public.video_watch_sessions set duration_seconds = 9999999, integrity_flags = '{late}'
where video_id::text like '%3' and session_start = '2026-03-07 12:00Z';
-- A time zone that no server knows.
alter table public.creators disable trigger check_time_zone;
update public.creators set time_zone = 'Mars/Olympus' where id = '00000000-0000-4000-8000-0000000000c2';
delete from private.video_analytics_dirty_days;
create function pg_temp.mark_all() returns void language sql volatile as $$
  insert into private.video_analytics_dirty_days
  select '2026-03-25 12:00Z', video_id, (session_start at time zone 'UTC')::date from public.video_watch_sessions where video_id::text not like '%4' or session_start < '2026-03-03'
$$;
create function pg_temp.failures() returns text language sql stable as $$
  select string_agg(concat_ws(' ', right(subject ->> 'video_id', 1), right(subject ->> 'date', 2), split_part(error, ':', 1), 'x' || attempts), ', ' order by subject::text)
  from public.job_failures where job = 'roll_up_video_analytics'
$$;

select pg_temp.mark_all();
select is(private.roll_up_marked_days(60), 29, 'all days but the poisoned ones are published');
select is(pg_temp.failures(), '4 01 22023 x1, 4 02 22023 x1, 3 07 22003 x1', 'those are told, each with its error');
select is((select count(*) from private.video_analytics_dirty_days), 0::bigint, 'no mark is left to fail every minute');
select is(private.roll_up_marked_days(60), 0, 'the next run has nothing to do');
select pg_temp.mark_all();
select is(private.roll_up_marked_days(60), 0, 'marked again, nothing has changed');
select is(pg_temp.failures(), '4 01 22023 x2, 4 02 22023 x2, 3 07 22003 x2', 'but the attempts are counted');

-- Everything at once
delete from public.video_analytics;
delete from public.job_failures;
select is(private.rebuild_video_analytics(null, null), 29, 'a rebuild publishes all other days too');
select is(pg_temp.failures(), '3 07 22003 x1, 4 22023 x1', 'a video whose days cannot even be told is set aside whole');

-- A moved time zone marks videos, not days.
delete from public.job_failures;
insert into private.video_analytics_dirty_days values ('2026-03-25 12:00Z', '00000000-0000-4000-8000-000000000003', '-infinity'), ('2026-03-25 12:00Z', '00000000-0000-4000-8000-000000000002', '-infinity');
delete from public.video_analytics where right(video_id::text, 1) in ('2', '3') and date < '2026-03-06';
select is(private.roll_up_marked_days(60), 10, 'of a video that was marked whole, the other days are published');
select is(pg_temp.failures(), '3 07 22003 x1', 'and the bad one alone is set aside');

-- Nights
delete from public.job_failures;
select private.roll_up_recent_days(3, '2026-03-12 03:15Z');
select isnt(pg_temp.failures(), null, 'the nightly pass meets the broken zone');
select is((select count(*) from public.job_failures where subject ->> 'video_id' not like '%4'), 0::bigint, 'and nothing else');
select private.report_job_failure('roll_up_video_analytics', '{"video_id": "00000000-0000-4000-8000-000000000003", "date": "2026-03-07"}', 'x');
select private.report_job_failure('roll_up_video_analytics', '{"video_id": "00000000-0000-4000-8000-000000000004"}', 'x');
select private.report_job_failure('roll_up_video_analytics', '{"video_id": "00000000-0000-4000-8000-000000000099", "date": "2026-03-07"}', 'x');
update public.video_watch_sessions set duration_seconds = 100 where duration_seconds = 9999999;
update public.creators set time_zone = 'UTC' where id = '00000000-0000-4000-8000-0000000000c2';
select cmp_ok(private.roll_up_recent_days(3, '2026-03-12 03:15Z'), '>=', 11, 'mended, the nightly pass tries again what was set aside, however old');
select is(pg_temp.failures(), null, 'and takes it back, also for a video that is gone');
select is((select views from public.video_analytics where right(video_id::text, 1) = '3' and date = '2026-03-07'), 1, 'the day is there');
select is((select count(*) from public.video_analytics), 40::bigint, 'as are all others');

-- What is the moment's fault, not the row's
create function pg_temp.deadlock() returns trigger language plpgsql as $$ begin raise deadlock_detected; end $$;
create trigger deadlock before insert on public.video_analytics for each row execute function pg_temp.deadlock();
delete from public.video_analytics;
insert into private.video_analytics_dirty_days values ('2026-03-25 12:00Z', '00000000-0000-4000-8000-000000000003', '2026-03-07');
select throws_ok('select private.roll_up_marked_days(60)', '40P01', null, 'a deadlock poisons nothing: the run fails and its marks stay for the next');

select * from finish();
rollback;
