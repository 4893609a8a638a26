-- Videos whose rule has changed: queued, judged in batches, twice; and one bad visit stops nothing.
begin;
create extension if not exists pgtap;
select plan(24);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');
insert into public.videos (id, creator_id, title, source_type, youtube_video_id, status, access, duration_ms, duration_source) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Few', 'youtube', 'aqz-KE-bpKQ', 'ready', 'public', 200000, 'pipeline'),
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000c1', 'Many', 'youtube', 'aqz-KE-bpKQ', 'ready', 'public', 200000, 'pipeline');

create function pg_temp.id(p_kind text, p_number integer) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-00000000' || p_kind || lpad(p_number::text, 3, '0'))::uuid
$$;
-- Ninety-five seconds of the first video.
create function pg_temp.visit(p_session integer, p_viewer integer, p_end timestamptz) returns void language plpgsql volatile as $$
begin
  perform private.merge_watch_session('start', pg_temp.id('a', p_session), repeat('a', 32), '00000000-0000-4000-8000-0000000000f1', 0, 0, 0, 0, '{}', '{}', 0, null, null, null,
    pg_temp.id('b', p_viewer), null, p_now => p_end - interval '95 s');
  perform private.merge_watch_session('update', pg_temp.id('a', p_session), repeat('a', 32), '00000000-0000-4000-8000-0000000000f1', 1, 95000, 95000, 95000, '{[0,95000)}', '{}', 95000, null, null, null,
    pg_temp.id('b', p_viewer), null, p_now => p_end);
end
$$;
create function pg_temp.queue() returns text language sql stable as $$
  select string_agg(right(video_id::text, 2) || case when heard_since = '-infinity' then '' else ' again' end, ', ' order by video_id) from private.video_retests
$$;
create function pg_temp.percents() returns text language sql stable as $$
  select string_agg(percent_complete::text, ' ' order by id) from public.video_watch_sessions where video_id = '00000000-0000-4000-8000-0000000000f1'
$$;

-- What queues
update public.videos set title = 'Another', url = 'https://example.com', duration_ms = 200000 where id::text like '00000000-%';
select is(pg_temp.queue(), null, 'an edit that changes no rule judges nothing');
update public.videos set completion_threshold = 80 where title = 'Another' and id = '00000000-0000-4000-8000-0000000000f1';
select is(pg_temp.queue(), 'f1', 'another threshold does');
delete from private.video_retests;
update public.videos set accepted_evidence = '{measured}' where id = '00000000-0000-4000-8000-0000000000f1';
select is(pg_temp.queue(), 'f1', 'other evidence does');
delete from private.video_retests;
update public.videos set completion_accepts_late = true where id = '00000000-0000-4000-8000-0000000000f1';
select is(pg_temp.queue(), 'f1', 'late visits that count do');
delete from private.video_retests;
update public.videos set completion_threshold = 90, accepted_evidence = '{measured,polled}', completion_accepts_late = false;
delete from private.video_retests;

-- Twice
select pg_temp.visit(1, 1, now() - interval '1 day');
select pg_temp.visit(2, 2, now() - interval '1 min');
select is(pg_temp.percents(), '47 47', 'half of it is watched');
update public.videos set duration_ms = 100000 where id = '00000000-0000-4000-8000-0000000000f1';
select is(pg_temp.queue(), 'f1', 'another length queues the video');
select is(pg_temp.percents(), '47 47', 'and changes no visit by itself');
select public.settle_video_durations();
select is(pg_temp.percents(), '95 95', 'the job judges them');
select is((select count(*) from public.video_progress where completed_at is not null), 2::bigint, 'and completes their viewers');
select is(pg_temp.queue(), 'f1 again', 'once more will follow');
-- As two messages on their way when the length changed would have left them.
update public.video_watch_sessions set percent_complete = 47;
select private.settle_video_durations(now() + interval '59 s');
select is(pg_temp.percents(), '47 47', 'not before they have arrived');
select private.settle_video_durations(now() + interval '60 s');
select is(pg_temp.percents(), '47 95', 'then those heard from lately are judged again, and no others');
select is(pg_temp.queue(), null, 'and that is all');
select is((select count(*) from public.video_analytics_events where event_type = 'video_completed'), 2::bigint, 'each completed once');

-- Changed again meanwhile
update public.videos set duration_ms = 200000 where id = '00000000-0000-4000-8000-0000000000f1';
select public.settle_video_durations();
update public.videos set duration_ms = 190000 where id = '00000000-0000-4000-8000-0000000000f1';
select is(pg_temp.queue(), 'f1', 'a length that changes again begins again');
select public.settle_video_durations();
select is(pg_temp.percents(), '50 50', 'with all of them');

-- One bad visit
update public.video_watch_sessions set age_ms = 9223372036854775807 where id = pg_temp.id('a', 1);
update public.videos set duration_ms = 100000 where id = '00000000-0000-4000-8000-0000000000f1';
select lives_ok('select public.settle_video_durations()', 'a visit that cannot be judged stops no job');
select is(pg_temp.percents(), '50 95', 'nor the visits beside it');
select results_eq(
  'select job, subject, error, attempts from public.job_failures',
  $$ values ('settle_video_durations', jsonb_build_object('video_id', '00000000-0000-4000-8000-0000000000f1', 'session_id', pg_temp.id('a', 1)), 'interval out of range', 1) $$,
  'it is set aside and reported'
);
update public.video_watch_sessions set age_ms = 95000 where id = pg_temp.id('a', 1);
select private.settle_video_durations(now() + interval '1 hour');
select results_eq('select pg_temp.percents(), (select count(*) from public.job_failures)', $$ values ('95 95', 0::bigint) $$, 'an hour later it is tried again, and taken back');

-- Batches: a thousand visits in one go, shared by the videos that wait
insert into public.videos (creator_id, title, source_type, youtube_video_id, completion_threshold)
select '00000000-0000-4000-8000-0000000000c1', 'Unwatched', 'youtube', 'aqz-KE-bpKQ', 90 from generate_series(1, 10);
insert into public.video_watch_sessions (video_id, id, creator_id, write_key_hash, evidence, session_start, first_contact_at, resume_at, last_seen_at, watched, claimed_watch_ms, claimed_content_ms)
select '00000000-0000-4000-8000-0000000000f2', gen_random_uuid(), '00000000-0000-4000-8000-0000000000c1', '\x00', 'polled', at, at, at, at + interval '95 s', '{[0,95000)}', 95000, 95000
from generate_series(1, 91) as n, lateral (select now() - interval '2 days' - n / 10 * interval '1 s' as at) as moment;
update public.videos set duration_ms = 100000 where id = '00000000-0000-4000-8000-0000000000f2';
update public.videos set completion_threshold = 80 where title = 'Unwatched';
select public.settle_video_durations();
select is((select count(*) from public.video_watch_sessions where video_id = '00000000-0000-4000-8000-0000000000f2' and percent_complete = 95), 90::bigint, 'with eleven videos waiting, ninety of each are judged');
select is((select count(*) from private.video_retests where due_at <= now()), 1::bigint, 'and the one with more goes on');
select public.settle_video_durations();
select is((select count(*) from public.video_watch_sessions where video_id = '00000000-0000-4000-8000-0000000000f2' and percent_complete = 95), 91::bigint, 'next time');
delete from private.video_retests where video_id <> '00000000-0000-4000-8000-0000000000f2';
delete from public.videos where id = '00000000-0000-4000-8000-0000000000f2';
select is(pg_temp.queue(), null, 'a video that is gone is not waited for');

select * from finish();
rollback;
