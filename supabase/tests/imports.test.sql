-- Rows written by hand, as an import or a correction is: whoever owns the database names what he knows, the rest is there.
begin;
create extension if not exists pgtap;
select plan(21);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');

-- A duration in either unit
create function pg_temp.duration(p_title text) returns text language sql stable as $$
  select concat_ws(' ', duration_ms, duration_seconds, duration_source) from public.videos where title = p_title
$$;
select lives_ok(
  $$ insert into public.videos (creator_id, title, source_type, youtube_video_id, duration_seconds)
     values ('00000000-0000-4000-8000-0000000000c1', 'Seconds', 'youtube', 'aqz-KE-bpKQ', 93.5) $$, 'a video of so many seconds'
);
select is(pg_temp.duration('Seconds'), '93500 93.500 pipeline', 'is as long in milliseconds, and the pipeline said so');
select lives_ok(
  $$ insert into public.videos (creator_id, title, source_type, youtube_video_id, duration_ms, duration_seconds, duration_source)
     values ('00000000-0000-4000-8000-0000000000c1', 'Both', 'youtube', 'aqz-KE-bpKQ', 93500, 80, 'creator') $$, 'given both, which contradict each other'
);
select is(pg_temp.duration('Both'), '93500 93.500 creator', 'the milliseconds rule');
insert into public.videos (creator_id, title, source_type, youtube_video_id, duration_ms)
values ('00000000-0000-4000-8000-0000000000c1', 'Milliseconds', 'youtube', 'aqz-KE-bpKQ', 1234);
select is(pg_temp.duration('Milliseconds'), '1234 1.234 pipeline', 'milliseconds alone');
delete from private.video_retests;
update public.videos set duration_seconds = 60 where title = 'Both';
select is(pg_temp.duration('Both'), '60000 60.000 creator', 'of an update, what was changed rules: seconds');
select is((select count(*) from private.video_retests), 1::bigint, 'which has the visits judged again');
update public.videos set duration_ms = 61000 where title = 'Both';
select is(pg_temp.duration('Both'), '61000 61.000 creator', 'or milliseconds');
update public.videos set duration_ms = 62000, duration_seconds = 5 where title = 'Both';
select is(pg_temp.duration('Both'), '62000 62.000 creator', 'or, of both, the milliseconds');
update public.videos set duration_ms = null where title = 'Both';
select is(pg_temp.duration('Both'), '', 'a duration taken away takes along who said so');
update public.videos set duration_seconds = 5 where title = 'Both';
select is(pg_temp.duration('Both'), '5000 5.000 pipeline', 'and one found is the pipeline''s');
update public.videos set duration_seconds = null where title = 'Both';
select is(pg_temp.duration('Both'), '', 'taken away in seconds too');
select throws_ok($$ update public.videos set duration_seconds = 0.0001 where title = 'Both' $$, '23514', null, 'no duration of nothing');

-- A visit
create function pg_temp.video() returns uuid language sql stable as $$ select id from public.videos where title = 'Seconds' $$;
select lives_ok(
  $$ insert into public.video_watch_sessions (video_id, creator_id, percent_complete, completion_threshold)
     values (pg_temp.video(), '00000000-0000-4000-8000-0000000000c1', 95, 90) $$, 'a visit of which only the percentage is known'
);
select results_eq(
  $$ select id is not null, session_start = now() and first_contact_at = now() and resume_at = now() and last_seen_at = now(), evidence, completed
     from public.video_watch_sessions $$,
  $$ values (true, true, 'measured', true) $$, 'is a whole one'
);
insert into public.video_watch_sessions (video_id, creator_id) values (pg_temp.video(), '00000000-0000-4000-8000-0000000000c1');
select is((select count(distinct write_key_hash) from public.video_watch_sessions where length(write_key_hash) = 32), 2::bigint, 'each locked by a key nobody has');

-- A day, an event, a revision
select lives_ok(
  $$ insert into public.video_analytics (video_id, date, creator_id, views, unique_viewers)
     values (pg_temp.video(), '2026-03-02', '00000000-0000-4000-8000-0000000000c1', 2, 1) $$, 'a day with two figures'
);
select results_eq(
  $$ select loads, completions, total_watch_time_seconds, average_watch_time_seconds, completion_rate from public.video_analytics where video_id = pg_temp.video() $$,
  $$ values (0, 0, 0::numeric, 0::numeric, 0::numeric) $$, 'has none of the others'
);
insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id, updated_at)
values (pg_temp.video(), now(), 'shared', '00000000-0000-4000-8000-0000000000c1', '2020-01-01');
update public.video_analytics_events set session_id = null where video_id = pg_temp.video();
select is((select updated_at from public.video_analytics_events where video_id = pg_temp.video()), now(), 'an event says when it changed');
insert into public.video_analytics_revisions (video_id, date, creator_id, before, updated_at)
values (pg_temp.video(), '2026-03-02', '00000000-0000-4000-8000-0000000000c1', '{}', '2020-01-01');
update public.video_analytics_revisions set after = '{"views": 1}' where video_id = pg_temp.video();
select is((select updated_at from public.video_analytics_revisions where video_id = pg_temp.video()), now(), 'a revision too');
select is_empty(
  $$ select relname from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and not exists (select from pg_depend as d where d.objid = pg_class.oid and d.deptype = 'e')
       and not exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'created_at') $$,
  'every table says when a row was made'
);

select * from finish();
rollback;
