-- A stored session judged again, without a message: its video has got a duration, or accepts its evidence now.
begin;
create extension if not exists pgtap;
select plan(15);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001'), ('00000000-0000-4000-8000-00000000d001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');
insert into public.videos (id, creator_id, title, source_type, youtube_video_id, status, access, accepted_evidence)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'no duration', 'youtube', 'aqz-KE-bpKQ', 'ready', 'public', '{measured}');

create function pg_temp.id(p_kind text, p_number integer) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-00000000' || p_kind || lpad(p_number::text, 3, '0'))::uuid
$$;
create function pg_temp.send(p_message text, p_session integer, p_seq integer, p_at integer, p_watched text default '{}') returns jsonb language sql volatile as $$
  select private.merge_watch_session(
    p_message, pg_temp.id('a', p_session), lpad(p_session::text, 32, '0'), '00000000-0000-4000-8000-0000000000f1',
    p_seq, 1000 * p_at, 1000 * p_at, 1000 * p_at, p_watched::int4multirange, '{}', 1000 * p_at, 110000, null, null,
    pg_temp.id('b', 1), null, p_now => '2026-03-02 12:00:00+00'::timestamptz + p_at * interval '1 s'
  )
$$;
create function pg_temp.retest(p_session integer) returns jsonb language sql volatile as $$
  select private.retest_watch_session('00000000-0000-4000-8000-0000000000f1', pg_temp.id('a', p_session), '2026-03-05 12:00:00+00')
$$;
-- What a message alone may change.
create function pg_temp.heard(p_session integer) returns text language sql stable as $$
  select concat_ws(' ', s.seq, s.age_ms, s.position_ms, s.messages_received, s.first_contact_at, s.last_seen_at, s.session_start, s.session_end, s.claimed_watch_ms, s.evidence)
  from public.video_watch_sessions as s where s.id = pg_temp.id('a', p_session)
$$;

select pg_temp.send('start', 1, 0, 0);
select pg_temp.send('update', 1, 1, 100, '{[5000,105000)}');
select pg_temp.send('start', 2, 0, 0);
select pg_temp.send('update', 2, 1, 100, '{[0,90000),[100000,105000)}');
select is((select percent_complete from public.video_progress), null, 'without a duration there is no percentage');
create temporary table before as select pg_temp.heard(1) as heard;
delete from private.video_analytics_dirty_days;

update public.videos set duration_ms = 100000, duration_source = 'viewers' where id = '00000000-0000-4000-8000-0000000000f1';
select is(pg_temp.retest(1) ->> 'percent_complete', '95', 'under the new duration the session has a percentage');
select is((select watched from public.video_watch_sessions where id = pg_temp.id('a', 1)), '{[5000,100000)}', 'of what lies within the video');
select is((select heard from before), pg_temp.heard(1), 'no message was heard');
select is((select percent_complete from public.video_progress), 0::smallint, 'evidence that is not accepted is still no progress');
select is((select count(*) from public.video_analytics_events where event_type in ('video_progress', 'video_completed')), 0::bigint, 'and no event');
select is((select count(*) from private.video_analytics_dirty_days where date = '2026-03-02'), 1::bigint, 'the day is marked');

update public.videos set accepted_evidence = '{polled}' where id = '00000000-0000-4000-8000-0000000000f1';
select is(pg_temp.retest(1) ->> 'completed', 'true', 'accepted evidence completes');
select is((select watched from public.video_progress), '{[5000,100000)}', 'the viewer has covered what the video has');
select is((select count(*) from public.video_analytics_events where event_type in ('video_progress', 'video_completed') and "timestamp" >= '2026-03-05 12:00:00+00'), 6::bigint, 'each event once, when it became true');
select is(pg_temp.retest(1) -> 'events', '[]'::jsonb, 'and not again');
select is(pg_temp.retest(2) ->> 'viewer_percent_complete', '100', 'his other visit adds its part');
select is((select heard from before), pg_temp.heard(1), 'still no message was heard');

update public.videos set completion_threshold = 10, accepted_evidence = '{measured}' where id = '00000000-0000-4000-8000-0000000000f1';
select pg_temp.retest(1);
select results_eq(
  $$ select completion_threshold, completed from public.video_watch_sessions where id = pg_temp.id('a', 1) $$,
  $$ values (90::smallint, true) $$, 'the threshold copied once stays, and nothing is revoked'
);
select is(pg_temp.retest(99), null, 'an unknown session is none');

select * from finish();
rollback;
