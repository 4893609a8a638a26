-- Visits written past the watch session functions: completed by their percentage, and nothing else touched.
begin;
create extension if not exists pgtap;
select plan(17);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');
insert into public.videos (id, creator_id, title, source_type, youtube_video_id, status, access, duration_ms, duration_source, completion_accepts_late)
values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', '100 s', 'youtube', 'aqz-KE-bpKQ', 'ready', 'public', 100000, 'pipeline', false),
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000c1', 'no duration', 'youtube', 'aqz-KE-bpKQ', 'ready', 'public', null, null, false);

create function pg_temp.id(p_number integer) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-00000000a' || lpad(p_number::text, 3, '0'))::uuid
$$;
create function pg_temp.import(p_number integer, p_percent integer, p_threshold integer default 90, p_flags text[] default '{}') returns boolean
language sql volatile as $$
  insert into public.video_watch_sessions (video_id, id, creator_id, write_key_hash, evidence, session_start, first_contact_at,
    resume_at, last_seen_at, percent_complete, completion_threshold, integrity_flags)
  values ('00000000-0000-4000-8000-0000000000f1', pg_temp.id(p_number), '00000000-0000-4000-8000-0000000000c1', '\x00', 'polled',
    now(), now(), now(), now(), p_percent, p_threshold, p_flags)
  returning completed
$$;
create function pg_temp.send(p_message text, p_number integer, p_at integer, p_watched text, p_video text default 'f1', p_age integer default null, p_duration integer default null)
returns jsonb language sql volatile as $$
  select private.merge_watch_session(p_message, pg_temp.id(p_number), repeat('a', 32), ('00000000-0000-4000-8000-0000000000' || p_video)::uuid,
    p_at, 1000 * coalesce(p_age, p_at), 1000 * coalesce(p_age, p_at), 1000 * coalesce(p_age, p_at), p_watched::int4multirange, '{}', 0, p_duration, null, null, null, null,
    p_now => '2026-03-02 12:00:00+00'::timestamptz + p_at * interval '1 s')
$$;
create function pg_temp.completed(p_number integer) returns boolean language sql stable as $$
  select completed from public.video_watch_sessions where id = pg_temp.id(p_number)
$$;

select ok(pg_temp.import(1, 90), 'an imported visit that reached its threshold is completed');
select ok(not pg_temp.import(2, 89), 'one percent less is not');
select ok(pg_temp.import(3, 50, 50), 'each by its own threshold');
select ok(not pg_temp.import(4, 100, null), 'without a threshold its evidence is not accepted');
select ok(not pg_temp.import(5, null), 'without a percentage nothing is known');
select ok(not pg_temp.import(6, 95, 90, '{late}'), 'late ones wait for the video to accept them');

update public.video_watch_sessions set percent_complete = 95 where id in (pg_temp.id(2), pg_temp.id(6));
select ok(pg_temp.completed(2), 'corrected later, it is completed');
select ok(not pg_temp.completed(6), 'not when late');
update public.video_watch_sessions set integrity_flags = '{}', percent_complete = 95 where id = pg_temp.id(6);
select ok(pg_temp.completed(6), 'but when found to have been in time');
update public.video_watch_sessions set percent_complete = 10 where id = pg_temp.id(2);
select ok(pg_temp.completed(2), 'and never revoked');
select is((select count(*) from public.video_analytics_events where session_id is not null), 0::bigint, 'no event is made of it');

-- Messages decide for themselves
select pg_temp.send('end', 10, 95, '{[0,95000)}');
select results_eq(
  $$ select percent_complete, completed, integrity_flags from public.video_watch_sessions where id = pg_temp.id(10) $$,
  $$ values (95::smallint, false, '{late}'::text[]) $$, 'a late visit by messages stays incomplete'
);
select private.retest_watch_session('00000000-0000-4000-8000-0000000000f1', pg_temp.id(10));
select ok(not pg_temp.completed(10), 'when judged again too');
select pg_temp.send('start', 11, 0, '{}', 'f2', p_duration => 100000);
select pg_temp.send('update', 11, 95, '{[0,95000)}', 'f2', p_duration => 100000);
select private.retest_watch_session('00000000-0000-4000-8000-0000000000f2', pg_temp.id(11));
select results_eq(
  $$ select percent_complete, completed from public.video_watch_sessions where id = pg_temp.id(11) $$,
  $$ values (95::smallint, false) $$, 'a length the viewer claims completes nothing, however often it is judged'
);
select pg_temp.send('start', 12, 0, '{}');
select pg_temp.send('update', 12, 50, '{[0,50000)}');
update public.video_watch_sessions set percent_complete = 92 where id = pg_temp.id(12);
select ok(pg_temp.completed(12), 'a correction by hand counts for a visit by messages as well');

-- Off the hot path, by its own catalog entry
select is(
  (select count(*) from pg_trigger where tgrelid = 'public.video_watch_sessions'::regclass and not tgisinternal and tgqual is null), 0::bigint,
  'every trigger of the table has a when clause'
);
select is_empty(
  $$ select tgname from pg_trigger where tgrelid = 'public.video_watch_sessions'::regclass and tgtype & 16 <> 0 and not tgisinternal
     and pg_get_triggerdef(oid) not like '%new.messages_received = old.messages_received%' $$,
  'and lets pass what counts a message'
);

select * from finish();
rollback;
