-- What has expired: what is dropped, what stays, and that a frozen day is never computed again.
begin;
create extension if not exists pgtap;
select plan(48);

create function pg_temp.id(p_kind text, p_number integer) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-00000000' || p_kind || lpad(p_number::text, 3, '0'))::uuid
$$;
insert into auth.users (id) values (pg_temp.id('e', 1)), (pg_temp.id('e', 2)), (pg_temp.id('d', 1));
insert into public.creators (id, user_id, name, time_zone, retention_days)
values (pg_temp.id('c', 1), pg_temp.id('e', 1), 'School', 'Asia/Kolkata', 30), (pg_temp.id('c', 2), pg_temp.id('e', 2), 'Keeper', 'UTC', null);
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
select pg_temp.id('f', video), pg_temp.id('c', video), 'Video', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline'
from generate_series(1, 2) as video;

-- Noon in Kolkata, so that a day ago is the day before.
create function pg_temp.noon(p_days_ago numeric) returns timestamptz language sql stable as $$
  select date_trunc('day', now() at time zone 'Asia/Kolkata') at time zone 'Asia/Kolkata' + interval '12 hours' - p_days_ago * interval '1 day'
$$;
create function pg_temp.visit(p_session integer, p_days_ago numeric, p_watched_s integer default 95, p_video integer default 1, p_anonymous integer default null)
returns void language sql volatile as $$
  select private.merge_watch_session(
    message.kind, pg_temp.id('a', p_session), lpad(p_session::text, 32, '0'), pg_temp.id('f', p_video), message.seq,
    1000 * message.age, 1000 * message.age, 1000 * message.age, int4multirange(int4range(0, 1000 * message.age)), '{}', 1000 * message.age, 100000, '{}', '{}',
    case when p_anonymous is not null then pg_temp.id('b', p_anonymous) end, null, p_now => pg_temp.noon(p_days_ago) + message.age * interval '1 s'
  )
  from (values ('start', 0, 0), ('update', 1, 10), ('end', 2, p_watched_s)) as message (kind, seq, age)
  order by message.seq
$$;
create function pg_temp.sessions(p_creator integer default 1) returns text language sql stable as $$
  select string_agg(right(s.id::text, 3)::integer::text, ' ' order by s.id) from public.video_watch_sessions as s where s.creator_id = pg_temp.id('c', p_creator)
$$;
create function pg_temp.sign_in(p_role text, p_sub uuid default null) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_strip_nulls(jsonb_build_object('role', p_role, 'sub', p_sub))::text, true)
$$;

select pg_temp.sign_in('authenticated', pg_temp.id('d', 1));
select pg_temp.visit(1, 100), pg_temp.visit(2, 40, 20), pg_temp.visit(3, 10, 50);
select pg_temp.sign_in('anon');
select pg_temp.visit(4, 40, 95, 1, 1), pg_temp.visit(5, 31, 30, 1, 2), pg_temp.visit(6, 30, 30, 1, 2), pg_temp.visit(7, 40, 30);
select pg_temp.visit(8, 400, 95, 2, 1);
select pg_temp.sign_in('service_role');
select public.track_video_event('video_transcribed', pg_temp.id('f', 1), p_metadata => '{"cost": 0.5}');
update public.video_analytics_events set "timestamp" = pg_temp.noon(50) where event_type = 'video_transcribed';
select public.roll_up_video_analytics(0);
-- A change that no rollup has seen yet: freezing must not lose it.
select pg_temp.sign_in('anon');
select pg_temp.visit(9, 40, 60);
create temporary table expected as
select day.video_id, day.date, day.loads, day.views, day.unique_viewers, day.total_watch_time_seconds
from private.compute_video_days(null, null, null) as day;
create function pg_temp.figures() returns setof expected language sql stable as $$
  select video_id, date, loads, views, unique_viewers, total_watch_time_seconds from public.video_analytics
$$;

select is(pg_temp.sessions(), '1 2 3 4 5 6 7 9', 'eight visits');
select cmp_ok(public.purge_expired_data(), '>', 0, 'the job drops what has expired');
select public.purge_expired_data();
select is(pg_temp.sessions(), '3 6', 'visits of the last 30 days stay, by the creator''s calendar');
select is(pg_temp.sessions(2), '8', 'who sets no retention_days keeps everything');
select is(
  (select row(frozen_before, frozen_until)::text from public.creators where id = pg_temp.id('c', 1)),
  (select row((pg_temp.noon(30) at time zone 'Asia/Kolkata')::date, pg_temp.noon(30) - interval '12 hours')::text), 'the days before are frozen'
);
select set_eq('select * from pg_temp.figures()', 'select * from expected', 'their figures stay, with what no rollup had seen yet');
select is(public.roll_up_video_analytics(p_rebuild => true), 0, 'a full rebuild changes nothing');
select is(public.roll_up_recent_video_analytics(31), 0, 'nor does the nightly pass');
select set_eq('select * from pg_temp.figures()', 'select * from expected', 'whatever is computed again');
select is_empty(
  $$ select from public.video_analytics_events
     where creator_id = pg_temp.id('c', 1) and "timestamp" < pg_temp.noon(30) - interval '12 hours' and event_type <> 'video_transcribed' $$,
  'events about viewers go with the visits'
);
select is(
  (select count(*) from public.video_analytics_events where event_type = 'video_transcribed'), 1::bigint, 'the creator''s own stay, and what they cost'
);
select isnt_empty(
  $$ select from public.video_analytics_events where session_id = pg_temp.id('a', 3) $$, 'events of visits that stay do too'
);
select is(
  (select row(completed_at is not null, sessions)::text from public.video_progress where student_id is not null), '(t,3)',
  'a student''s progress stays: he has completed it'
);
select is(
  (select array_agg(sessions) from public.video_progress where student_id is null and creator_id = pg_temp.id('c', 1)), '{2}',
  'an unnamed viewer''s goes with his last visit'
);
select is((select count(*) from private.dropped_sessions), 0::bigint, 'what no player can send for any more is not remembered');
select is(public.purge_expired_data(), 0, 'run again, it has nothing to do');
select is_empty('select * from public.job_failures', 'and nothing failed');

-- Late and moved.
select lives_ok($$ select pg_temp.visit(2, 1, 20) $$, 'a message for a visit that nobody remembers opens one of its own day');
select public.roll_up_video_analytics(0);
select set_eq(
  'select * from pg_temp.figures() where date < (select frozen_before from public.creators where retention_days = 30)',
  'select * from expected where date < (select frozen_before from public.creators where retention_days = 30)', 'and no frozen day notices'
);
create temporary table loads as select sum(loads) as loads from public.video_analytics;
update public.creators set time_zone = 'Pacific/Honolulu' where id = pg_temp.id('c', 1);
select public.roll_up_video_analytics(0);
select set_eq(
  'select * from pg_temp.figures() where date < (select frozen_before from public.creators where retention_days = 30)',
  'select * from expected where date < (select frozen_before from public.creators where retention_days = 30)', 'nor when the time zone moves west'
);
select is((select sum(loads) from public.video_analytics), (select loads from loads), 'and every visit still counts once');
update public.creators set time_zone = 'Pacific/Kiritimati' where id = pg_temp.id('c', 1);
select public.roll_up_video_analytics(0);
select set_eq(
  'select * from pg_temp.figures() where date < (select frozen_before from public.creators where retention_days = 30)',
  'select * from expected where date < (select frozen_before from public.creators where retention_days = 30)', 'or east'
);
select is((select sum(loads) from public.video_analytics), (select loads from loads), 'each still once');
select is(public.roll_up_video_analytics(p_rebuild => true), 0, 'a rebuild agrees');
update public.creators set time_zone = 'Asia/Kolkata', retention_days = 60 where id = pg_temp.id('c', 1);
select public.purge_expired_data();
select is(
  (select frozen_before from public.creators where id = pg_temp.id('c', 1)), (pg_temp.noon(30) at time zone 'Asia/Kolkata')::date,
  'more retention_days thaw nothing'
);

-- Few retention_days: what a player may still send for is remembered.
update public.creators set retention_days = 2 where id = pg_temp.id('c', 1);
select pg_temp.visit(10, 5, 30), pg_temp.visit(11, 5, 30);
update public.video_watch_sessions set last_seen_at = now() - interval '1 hour' where id = pg_temp.id('a', 11);
select public.purge_expired_data(), public.purge_expired_data();
select is(pg_temp.sessions(), '2 11', 'a visit somebody is still at keeps its row');
select throws_ok($$ select pg_temp.visit(10, 0, 30) $$, 'PT410', 'this session has been counted and dropped', 'one that was dropped does not come back as another');
select is((select count(*) from public.video_watch_sessions where id = pg_temp.id('a', 10)), 0::bigint, 'and leaves nothing');
select private.purge_expired_data(10000, now() + interval '9 days');
select is((select count(*) from private.dropped_sessions where session_id = pg_temp.id('a', 10)), 0::bigint, 'until no player can send for it');

-- Bounds.
update public.creators set retention_days = 1 where id = pg_temp.id('c', 2);
select pg_temp.visit(20 + place, 300 - place, 30, 2) from generate_series(1, 5) as place;
select cmp_ok(public.purge_expired_data(2), '<=', 6, 'a call drops about as many rows as it is allowed');
select cmp_ok((select count(*) from public.video_watch_sessions where creator_id = pg_temp.id('c', 2)), '>', 0::bigint, 'and leaves the rest to the next');
select public.purge_expired_data() from generate_series(1, 15);
select is(pg_temp.sessions(2), null, 'until nothing is left, years and gaps between them included');
select throws_ok('select public.purge_expired_data(0)', 'PT400', 'p_max_rows is not between 1 and 1000000', 'nothing is no bound');
select throws_ok('select public.purge_expired_data(null)', 'PT400', 'p_max_rows is not between 1 and 1000000', 'nor is unknown');

-- One bad row.
select pg_temp.visit(30 + place, 10 - place, 30, 2) from generate_series(1, 5) as place;
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise 'poison'; end $$;
create trigger poison before delete on public.video_watch_sessions for each row when (old.id = '00000000-0000-4000-8000-00000000a033')
  execute function pg_temp.refuse();
select public.purge_expired_data();
select is(pg_temp.sessions(2), '33', 'a row that cannot be dropped keeps no other');
select is(
  (select row(job, subject, error)::text from public.job_failures),
  row('purge_expired_data', jsonb_build_object('table', 'public.video_watch_sessions', 'video_id', pg_temp.id('f', 2), 'id', pg_temp.id('a', 33)), 'P0001: poison')::text,
  'and is reported'
);
select public.purge_expired_data();
select is((select attempts from public.job_failures), 1, 'as long as it is there, though it is tried again tomorrow only');
select pg_temp.visit(36, 3, 30, 2);
select public.purge_expired_data(1);
select is(pg_temp.sessions(2), '33', 'so that it never fills a run');
drop trigger poison on public.video_watch_sessions;
update public.job_failures set updated_at = updated_at - interval '1 day';
select public.purge_expired_data();
select is(pg_temp.sessions(2), null, 'the next run drops it');
select is_empty('select * from public.job_failures', 'and takes the report back');

-- A day that cannot be computed is not frozen. Yesterday evening by this creator's calendar, whatever day it is in Kolkata.
select pg_temp.visit(
  40, extract(epoch from pg_temp.noon(0) - date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' + interval '5 hours') / 86400, 30, 2
);
insert into public.job_failures (job, subject, error)
select 'roll_up_video_analytics', jsonb_build_object('video_id', pg_temp.id('f', 2), 'date', frozen_before), 'cannot' from public.creators where id = pg_temp.id('c', 2);
create temporary table frozen as select frozen_before from public.creators where id = pg_temp.id('c', 2);
create function pg_temp.refuse_figures() returns trigger language plpgsql as $$ begin raise 'no figures'; end $$;
create trigger poison before insert on public.video_analytics for each row execute function pg_temp.refuse_figures();
select private.purge_expired_data(10000, now() + interval '5 days');
select is(pg_temp.sessions(2), '40', 'a day that cannot be computed keeps its visits');
select is(
  (select frozen_before <= (select min(date) from private.compute_video_days(null, null, null) where video_id = pg_temp.id('f', 2)) from public.creators where id = pg_temp.id('c', 2)),
  true, 'and stays open'
);
drop trigger poison on public.video_analytics;
select private.purge_expired_data(10000, now() + interval '5 days');
select is(pg_temp.sessions(2), null, 'until it can be');
select is((select sum(views) from public.video_analytics where video_id = pg_temp.id('f', 2) and date > (select frozen_before from frozen) - 1), 1::bigint, 'then it is counted');

-- What else has served its time.
insert into private.rate_counters (key, used, ends_at) values ('\x01', 1, now() - interval '1 s'), ('\x02', 1, now() + interval '1 hour');
delete from private.rate_salts;
insert into private.rate_salts (date, salt) values ((now() at time zone 'UTC')::date - 1, '\x01');
insert into public.job_failures (job, subject, error, updated_at) values ('roll_up_video_analytics', '{"video_id": "gone"}', 'long ago', now() - interval '31 days');
create table partitions.video_analytics_events_y2020m01 partition of public.video_analytics_events for values from ('2020-01-01 00:00+00') to ('2020-02-01 00:00+00');
create table partitions.video_analytics_events_y2020m02 partition of public.video_analytics_events for values from ('2020-02-01 00:00+00') to ('2020-03-01 00:00+00');
do $$
begin
  execute format('alter table partitions.video_analytics_events_y2020m01 owner to %1$I; alter table partitions.video_analytics_events_y2020m02 owner to %1$I',
    (select tableowner from pg_tables where tablename = 'students' and schemaname = 'public'));
end $$;
insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id)
values (pg_temp.id('f', 2), '2020-02-02 00:00+00', 'video_imported', pg_temp.id('c', 2));
select public.purge_expired_data();
select is((select array_agg(key) from private.rate_counters where key in ('\x01', '\x02')), '{"\\x02"}', 'counters go with their window');
select is(
  (select array_agg(distinct date) from private.rate_salts), array[(now() at time zone 'UTC')::date, (now() at time zone 'UTC')::date + 1],
  'salts go with their day, and tomorrow''s is there'
);
select is_empty($$ select from public.job_failures where error = 'long ago' $$, 'reports nobody repeats are forgotten');
select is(
  (select array_agg(to_regclass('partitions.video_analytics_events_y2020m' || month) is not null) from unnest(array['01', '02']) as month), '{f,t}',
  'a month of events that holds nothing goes; one that holds something stays'
);

select * from finish();
rollback;
