-- Jobs: stale sessions, partitions of events, and who may run them.
begin;
create extension if not exists pgtap;
select plan(22);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', '100 s', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline');

create function pg_temp.send(p_message text, p_session integer, p_at timestamptz) returns jsonb language sql volatile as $$
  select private.merge_watch_session(p_message, ('00000000-0000-4000-8000-00000000a' || lpad(p_session::text, 3, '0'))::uuid, repeat('a', 32),
    '00000000-0000-4000-8000-0000000000f1', 0, 0, 0, 0, '{}', '{}', 0, null, null, null, null, null, p_now => p_at)
$$;

select pg_temp.send('start', 1, now() - interval '31 min');
select pg_temp.send('start', 2, now() - interval '29 min');
select pg_temp.send('start', 3, now() - interval '2 h');
select pg_temp.send('update', 3, now() - interval '5 min');
select pg_temp.send('end', 4, now() - interval '2 h');

set local role service_role;
select is(public.close_stale_watch_sessions(), 1, 'a session silent for 30 minutes is closed');
reset role;
select results_eq(
  $$ select right(id::text, 1), close_reason, session_end = last_seen_at from public.video_watch_sessions order by 1 $$,
  $$ values ('1', 'stale', true), ('2', null, null), ('3', null, null), ('4', 'removed', true) $$,
  'at its last contact; those heard of and those ended stay as they are'
);
select is(public.close_stale_watch_sessions(), 0, 'doubled, it does nothing');
select pg_temp.send('end', 1, now());
select results_eq(
  $$ select close_reason, session_end from public.video_watch_sessions where id::text like '%001' $$,
  $$ values ('removed', now() - interval '31 min') $$,
  'a real end replaces a provisional one'
);

-- One bad row, and a bound.
select pg_temp.send('start', 10 + place, now() - interval '1 h') from generate_series(1, 5) as place;
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise 'poison'; end $$;
create trigger poison before update on public.video_watch_sessions for each row
  when (old.id in ('00000000-0000-4000-8000-00000000a011', '00000000-0000-4000-8000-00000000a012')) execute function pg_temp.refuse();
select cmp_ok(private.close_stale_watch_sessions(2), '<=', 2, 'a run closes so many sessions at most');
select private.close_stale_watch_sessions(2) from generate_series(1, 4);
select results_eq(
  $$ select right(id::text, 2) from public.video_watch_sessions where id::text like '%a01_' and session_end is null order by 1 $$,
  $$ values ('11'), ('12') $$, 'sessions that cannot be closed keep no other open, though they fill a run'
);
select results_eq(
  $$ select job, right(subject ->> 'id', 2), error, attempts from public.job_failures order by 2 $$,
  $$ values ('close_stale_watch_sessions', '11', 'P0001: poison', 1), ('close_stale_watch_sessions', '12', 'P0001: poison', 1) $$,
  'they are reported, and left alone until tomorrow'
);
drop trigger poison on public.video_watch_sessions;
update public.job_failures set updated_at = updated_at - interval '1 day';
select is(private.close_stale_watch_sessions(), 2, 'then tried again');
select is_empty('select from public.job_failures', 'and the report taken back');

-- Partitions
set local timezone = 'Asia/Tokyo';
select throws_ok('select public.ensure_event_partitions(25)', 'PT400', 'p_months_ahead is not between 0 and 24', 'nobody makes partitions for centuries');
select throws_ok('select public.ensure_event_partitions(null)', 'PT400', 'p_months_ahead is not between 0 and 24', 'nor for who knows how long');
select is(public.ensure_event_partitions(), 0, 'the partitions of the first months are there');
select is(current_setting('timezone'), 'Asia/Tokyo', 'the caller''s time zone stays his');
set local timezone = 'UTC';
select is(
  (select count(*)::integer from pg_inherits where inhparent = 'public.video_analytics_events'::regclass), 5,
  'four months and a default'
);
insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id)
values ('00000000-0000-4000-8000-0000000000f1', date_trunc('month', now()) + interval '5 months 3 days', 'video_imported', '00000000-0000-4000-8000-0000000000c1');
select is((select count(*) from partitions.video_analytics_events_default), 1::bigint, 'an event of a month without a partition is kept');
select is(public.ensure_event_partitions(6), 3, 'later months are made');
select is((select count(*) from partitions.video_analytics_events_default), 0::bigint, 'and take their events out of the default partition');
select is((select count(*) from public.video_analytics_events where video_id = '00000000-0000-4000-8000-0000000000f1'), 1::bigint, 'none is lost');
select is_empty(
  $$ select c.relname from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace, unnest(array['anon', 'authenticated', 'service_role']) as role
     where n.nspname = 'partitions' and c.relkind = 'r'
       and (not c.relrowsecurity or has_table_privilege(role, c.oid, 'select, insert, update, delete, truncate, references, trigger')) $$,
  'new partitions are closed to everybody'
);

-- Rights
set local role authenticated;
select throws_ok('select public.close_stale_watch_sessions()', '42501', null, 'users close no sessions');
select throws_ok('select public.ensure_event_partitions()', '42501', null, 'make no partitions');
select throws_ok('select public.roll_up_video_analytics()', '42501', null, 'and roll up nothing');
reset role;

select * from finish();
rollback;
