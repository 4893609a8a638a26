-- The rollup, by known answers: days begin at the creator's midnight, late sessions change their own day alone, and
-- computing everything again gives the same rows. Torture list 25.
begin;
create extension if not exists pgtap;
select plan(35);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name, time_zone)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator', 'America/New_York');
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', '100 s', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline');

-- A visit in two messages, from one moment to another: what it watched is one range from 0.
create function pg_temp.visit(p_session integer, p_viewer integer, p_from timestamptz, p_watched_s integer, p_context jsonb default '{}')
returns void language plpgsql as $$
begin
  perform private.merge_watch_session(
    message.kind, ('00000000-0000-4000-8000-00000000a' || lpad(p_session::text, 3, '0'))::uuid, repeat('a', 32), '00000000-0000-4000-8000-0000000000f1',
    message.seq, 1000 * message.age, 1000 * message.age, 1000 * message.age, int4multirange(int4range(0, 1000 * message.age)), '{}', 1000 * message.age,
    100000, '{}', p_context,
    case when p_viewer is not null then ('00000000-0000-4000-8000-00000000b' || lpad(p_viewer::text, 3, '0'))::uuid end, null,
    p_now => p_from + message.age * interval '1 s'
  )
  from (values ('start', 0, 0), ('end', 1, p_watched_s)) as message (kind, seq, age)
  order by message.seq;
end
$$;
create function pg_temp.day(p_date date) returns setof public.video_analytics language sql stable as $$
  select * from public.video_analytics where date = p_date
$$;

-- Tuesday 3 March in New York is 05:00 UTC to 05:00 UTC.
select pg_temp.visit(1, 1, '2026-03-03 23:59:30 America/New_York', 60);
select pg_temp.visit(2, 1, '2026-03-03 12:00:00 America/New_York', 95);
select pg_temp.visit(3, 2, '2026-03-03 12:00:00 America/New_York', 20, '{"referrer_type": "chat_reference"}');
select pg_temp.visit(4, null, '2026-03-03 12:00:00 America/New_York', 30);
select pg_temp.visit(5, null, '2026-03-03 00:00:00 America/New_York', 0);
select pg_temp.visit(6, 1, '2026-03-04 00:00:00 America/New_York', 100);

select ok(public.roll_up_video_analytics() = 2, 'two days were marked');
select results_eq(
  $$ select loads, views, unique_viewers, valid_views, completions, ai_interactions, reached_10, reached_25, reached_50, reached_75, reached_90,
       total_watch_time_seconds, round(average_watch_time_seconds, 2), completion_rate
     from pg_temp.day('2026-03-03') $$,
  $$ values (5, 4, 3, 3, 1, 1, 4, 3, 2, 1, 1, 205.000, 51.25, 25.0) $$,
  'Tuesday: opened sessions are loads, played ones views; a session over midnight belongs to the day it started'
);
select results_eq(
  $$ select views, completions, total_watch_time_seconds from pg_temp.day('2026-03-04') $$,
  $$ values (1, 1, 100.000) $$,
  'Wednesday begins at the creator''s midnight'
);
select is((select count(*) from private.video_analytics_dirty_days), 0::bigint, 'settled marks are gone');
select is(public.roll_up_video_analytics(), 0, 'run again, it has nothing to do');
select is((select count(*) from public.video_analytics_revisions), 0::bigint, 'first figures are no revisions');

-- A visit arrives two days late.
select pg_temp.visit(7, 3, '2026-03-03 13:00:00 America/New_York', 10);
select ok(public.roll_up_video_analytics() = 1, 'a late session marks its own day alone');
select results_eq(
  $$ select date, before ->> 'views', after ->> 'views' from public.video_analytics_revisions $$,
  $$ values ('2026-03-03'::date, '4', '5') $$,
  'why did Tuesday change: the revision says'
);

create temporary table incremental as
select video_id, date, private.figures(analytics) as figures from public.video_analytics as analytics;
delete from public.video_analytics;
select is(public.roll_up_video_analytics(p_rebuild => true), 2, 'a rebuild computes every day');
select results_eq(
  $$ select video_id, date, private.figures(analytics) from public.video_analytics as analytics order by date $$,
  $$ select video_id, date, figures from incremental order by date $$,
  'a rebuild equals what was computed bit by bit'
);

-- A completion over two visits counts for the one that completed it.
select pg_temp.visit(8, 4, '2026-03-05 12:00:00 America/New_York', 50);
select private.merge_watch_session('end', '00000000-0000-4000-8000-00000000a009', repeat('a', 32), '00000000-0000-4000-8000-0000000000f1', 1, 50000, 50000, 50000,
  '{[50000,100000)}', '{}', 100000, null, null, null, '00000000-0000-4000-8000-00000000b004', null, p_now => '2026-03-05 13:00:00 America/New_York');
select private.merge_watch_session('start', '00000000-0000-4000-8000-00000000a009', repeat('a', 32), '00000000-0000-4000-8000-0000000000f1', 1, 50000, 50000, 50000,
  '{[50000,100000)}', '{}', 100000, null, null, null, '00000000-0000-4000-8000-00000000b004', null, p_now => '2026-03-05 13:01:00 America/New_York');
select public.roll_up_video_analytics();
select results_eq(
  $$ select views, completions, reached_50, reached_90 from pg_temp.day('2026-03-05') $$, $$ values (2, 1, 2, 0) $$,
  'half and half are one completion'
);

-- Daylight saving: 8 March 2026 has 23 hours in New York, 1 November 25.
select pg_temp.visit(10, 5, '2026-03-08 00:00:00 America/New_York', 10);
select pg_temp.visit(11, 5, '2026-03-08 23:59:59 America/New_York', 10);
select pg_temp.visit(12, 5, '2026-03-09 00:00:00 America/New_York', 10);
select pg_temp.visit(13, 5, '2026-11-01 00:00:00 America/New_York', 10);
select pg_temp.visit(14, 5, '2026-11-01 23:59:59 America/New_York', 10);
select pg_temp.visit(15, 5, '2026-11-02 00:00:00 America/New_York', 10);
select public.roll_up_video_analytics();
select results_eq(
  $$ select date, views from public.video_analytics where date >= '2026-03-08' order by date $$,
  $$ values ('2026-03-08'::date, 2), ('2026-03-09', 1), ('2026-11-01', 2), ('2026-11-02', 1) $$,
  'both changes of daylight saving fall into the right day'
);

-- Another time zone: every day is computed again, and days without sessions go.
update public.creators set time_zone = 'Asia/Kathmandu';
select cmp_ok(public.roll_up_video_analytics(p_settle_seconds => 0), '>', 0, 'a new time zone marks every day');
select results_eq(
  $$ select date, views from public.video_analytics where date <= '2026-03-05' order by date $$,
  $$ values ('2026-03-03'::date, 4), ('2026-03-04', 2), ('2026-03-05', 2) $$,
  'the same sessions by the days of Kathmandu'
);
select is((select sum(views) from public.video_analytics), 14::bigint, 'and no view is lost or doubled by it');
select throws_ok($$ update public.creators set time_zone = 'Mars/Olympus' $$, '23514', null, 'a time zone nobody knows is refused');

-- The settle time
select pg_temp.visit(16, 6, now() - interval '20 s', 10);
select is(public.roll_up_video_analytics(3600), 0, 'what is younger than the settle time waits');
select cmp_ok(public.roll_up_video_analytics(0), '>=', 1, 'without one, the running minute is computed too');
select cmp_ok((select count(*) from private.video_analytics_dirty_days), '>=', 1::bigint, 'but its mark stays, for more may come');

-- A batch moves a session back over midnight: the day it stood on loses it.
select pg_temp.visit(20, 7, '2026-04-02 00:00:30 America/New_York', 0);
update public.creators set time_zone = 'America/New_York';
select private.roll_up_marked_days(0, '2026-12-01');
select private.merge_watch_sessions(jsonb_build_array(jsonb_build_object('p_session_id', '00000000-0000-4000-8000-00000000a020', 'p_write_key', repeat('a', 32),
  'p_video_id', '00000000-0000-4000-8000-0000000000f1', 'p_seq', 2, 'p_age_ms', 60000)), '2026-04-02 00:00:40 America/New_York');
select private.roll_up_marked_days(60);
select results_eq($$ select date, loads from public.video_analytics where date between '2026-04-01' and '2026-04-02' $$, $$ values ('2026-04-01'::date, 1) $$,
  'a batch marks the day a session leaves, too');

-- Bugs of the design this grew from.
create function pg_temp.message(p_session integer, p_seq integer, p_watched text, p_watch_s integer, p_at timestamptz, p_kind text default 'update') returns jsonb language sql volatile as $$
  select private.merge_watch_session(p_kind, ('00000000-0000-4000-8000-00000000a' || p_session)::uuid, repeat('a', 32), '00000000-0000-4000-8000-0000000000f1', p_seq, 1000 * p_watch_s, 1000 * p_watch_s, 1000 * p_watch_s,
    p_watched::int4multirange, '{}', upper(p_watched::int4multirange), 100000, '{}', '{}', '00000000-0000-4000-8000-00000000b900', null, p_now => p_at)
$$;
select pg_temp.message(900, 0, '{}', 0, '2026-05-05 12:00 America/New_York', 'start');
select pg_temp.message(900, n, int4multirange(int4range(0, 10000 * n))::text, 10 * n, '2026-05-05 12:00 America/New_York'::timestamptz + n * interval '10 s') from generate_series(1, 10) as n;
select private.roll_up_marked_days(60);
select cmp_ok((select count(*) from public.video_analytics_events where session_id::text like '%a900'), '>=', 7::bigint, 'one view makes many events');
select is((select views from pg_temp.day('2026-05-05')), 1, 'bug: every event counted as a view');
select is((select total_watch_time_seconds from pg_temp.day('2026-05-05')), 100.000, 'bug: cumulative watch time added up over milestones');
select pg_temp.message(900, 3, '{[0,1000)}', 1, '2026-05-05 12:02 America/New_York');
select private.roll_up_marked_days(60);
select results_eq($$ select completions, total_watch_time_seconds from pg_temp.day('2026-05-05') $$, $$ values (1, 100.000) $$, 'bug: the last write wins, from 100 % to 1 %');
select pg_temp.message(900, 11, '{[0,5000)}', 105, '2026-05-05 12:02:10 America/New_York');
select private.roll_up_marked_days(60);
select results_eq($$ select reached_10, reached_90, completions from pg_temp.day('2026-05-05') $$, $$ values (1, 1, 1) $$, 'bug: milestones again after a seek back');

select pg_temp.message(901, 0, '{}', 0, '2026-05-06 12:00 America/New_York', 'start');
select pg_temp.message(901, 1, '{[0,5000),[95000,100000)}', 10, '2026-05-06 12:00:10 America/New_York', 'end');
select private.roll_up_marked_days(60);
select results_eq($$ select views, completions, reached_90 from pg_temp.day('2026-05-06') $$, $$ values (1, 0, 0) $$, 'bug: a seek to the end completes');

insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id, session_id, metadata)
values ('00000000-0000-4000-8000-0000000000f1', '2026-05-06 12:00:05 America/New_York', 'video_progress', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000a901', '{"percent_complete": "NaN", "watch_time_seconds": "many"}');
insert into private.video_analytics_dirty_days values ('2026-05-07', '00000000-0000-4000-8000-0000000000f1', '2026-05-06');
select is(private.roll_up_marked_days(60), 0, 'bug: one bad metadata value kills the nightly job');
select is((select count(*) from public.job_failures), 0::bigint, 'it is not even read');

update public.video_watch_sessions set watch_time_seconds = 999999999, integrity_flags = '{}' where id::text like '%a90_';
select private.roll_up_recent_days(31, '2026-05-07');
select results_eq($$ select sum(total_watch_time_seconds) from public.video_analytics where date between '2026-05-05' and '2026-05-06' $$, $$ values (1999999998.000) $$, 'bug: a rate above 999 overflows');
insert into public.video_watch_sessions (video_id, id, creator_id, write_key_hash, evidence, session_start, first_contact_at, resume_at, last_seen_at, started, watch_time_seconds)
select '00000000-0000-4000-8000-0000000000f1', gen_random_uuid(), '00000000-0000-4000-8000-0000000000c1', '', 'measured', t, t, t, t, true, 999999999
from generate_series(1, 5), lateral (select '2026-05-06 13:00 America/New_York'::timestamptz as t) as moment;
select is((select total_watch_time_seconds from pg_temp.day('2026-05-06')), 999999999.000, 'written past the functions, so nothing is marked');
select private.roll_up_recent_days(3, '2026-05-07');
select is((select total_watch_time_seconds from pg_temp.day('2026-05-06')), 5999999994.000, 'bugs: sums of seconds overflow an integer; a missed night is lost for ever');
select is((select average_watch_time_seconds from pg_temp.day('2026-05-06')), 999999999.000, 'nor does the average');

-- What the merge calls late and what is published as late are one bound, for short videos and long ones.
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
select ('00000000-0000-4000-8000-000000000e' || n)::uuid, '00000000-0000-4000-8000-0000000000c1', 'Video', 'upload', '/x.mp4', 'ready', 'public', duration, case when duration is not null then 'pipeline' end
from unnest(array[6001, 59999, 90000, 3600000, null]) with ordinality as lengths (duration, place), lateral (select 10 + place as n) as number;
select private.merge_watch_session(kind, ('00000000-0000-4000-8000-00000000' || v || lpad(watch::text, 2, '0'))::uuid, repeat('a', 32), ('00000000-0000-4000-8000-000000000e' || v)::uuid,
  seq, 1000 * watch + 333, 1000 * watch + 333, 0, '{}', '{}', 0, 44000, '{}', '{}', null, null, p_now => '2026-06-01 12:00Z'::timestamptz + seq * interval '2.0005 s')
from generate_series(11, 15) as v, unnest(array[1, 3, 4, 11, 16, 17, 18]) as watch, (values ('start', 0), ('update', 1)) as message (kind, seq)
order by seq;
select is_empty(
  $$ select visit.video_id, visit.watch_time_seconds, visit.late_watch_time_seconds from private.visits as visit
     where visit.session_start >= '2026-06-01 11:00Z' and visit.session_start < '2026-06-02'
       and ('late' = any (visit.integrity_flags)) is distinct from
         (visit.watch_time_seconds > private.witnessed_bound_ms(visit.first_contact_at, (select s.last_seen_at from public.video_watch_sessions as s where s.video_id = visit.video_id and s.id = visit.session_id),
            (select (1000 * s.duration_seconds)::integer from public.video_watch_sessions as s where s.video_id = visit.video_id and s.id = visit.session_id)) / 1000.0) $$,
  'late is flagged exactly where something is published as late'
);

select private.rebuild_video_analytics(null, null);
set local timezone = 'Pacific/Kiritimati';
select is(private.rebuild_video_analytics(null, null), 0, 'bug: days by the database''s own time zone');
set local timezone = 'Pacific/Niue';
select is(private.rebuild_video_analytics(null, null), 0, 'whatever it is');
reset timezone;

select * from finish();
rollback;
