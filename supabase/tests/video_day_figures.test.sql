-- Figures of days against counting them the plain way, in zones that shift by an hour, by half an hour and never, over
-- both nights on which clocks change; asked for one by one, and all at once.
begin;
create extension if not exists pgtap;
select plan(9);
-- Days are the creator's, whatever the server thinks of its own clock.
set local timezone = 'Pacific/Auckland';

insert into auth.users (id) select ('00000000-0000-4000-8000-00000000c00' || n)::uuid from generate_series(1, 4) as n;
insert into public.creators (id, user_id, name, time_zone)
select ('00000000-0000-4000-8000-0000000000c' || n)::uuid, ('00000000-0000-4000-8000-00000000c00' || n)::uuid, 'Creator', zone
from unnest(array['UTC', 'Asia/Kolkata', 'America/New_York', 'Australia/Lord_Howe']) with ordinality as zones (zone, n);
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
select ('00000000-0000-4000-8000-0000000000f' || n)::uuid, ('00000000-0000-4000-8000-0000000000c' || 1 + n % 4)::uuid, 'Video', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline'
from generate_series(0, 7) as n;

select setseed(0.125);
insert into public.video_watch_sessions (video_id, id, creator_id, viewer_id, write_key_hash, evidence, session_start, first_contact_at, resume_at, last_seen_at,
  started, completed, has_completed, has_rewatched, milestones, percent_complete, watch_time_seconds, claimed_watch_ms, duration_seconds, integrity_flags, referrer_type)
select ('00000000-0000-4000-8000-0000000000f' || v)::uuid, gen_random_uuid(), ('00000000-0000-4000-8000-0000000000c' || 1 + v % 4)::uuid,
  case when random() < 0.8 then ('00000000-0000-4000-8000-00000000b' || lpad((random() * 9)::integer::text, 3, '0'))::uuid end, '',
  case when n % 30 = 0 then 'attested' else 'polled' end, t, t + late, t, t + late + interval '20 s',
  r > 0.1, r > 0.8, r > 0.9 or r < 0.02, r > 0.95, (array[0, 1, 3, 7, 15, 31])[1 + floor(6 * r)::integer], 100 * r, 90 * r, 90000 * r, 100,
  case when 90 * r > 20 + 15 then '{late,truncated}' else '{}' end::text[], case when n % 9 = 0 then 'chat_reference' end
from (
  select n, (random() * 7.49 - 0.49)::integer as v, random() as r, night::timestamptz + random() * interval '60 hours' as t,
    case when n % 5 = 0 then random() * interval '24 hours' else '0' end as late
  from generate_series(1, 1500) as n, lateral (select (array['2026-03-07 00:00Z', '2026-10-31 00:00Z', '2026-04-04 00:00Z', '2026-10-03 00:00Z'])[1 + n % 4] as night) as nights
) as made;

-- On the stroke of midnight, where the day begins twice or an hour is missing.
insert into public.video_watch_sessions (video_id, id, creator_id, write_key_hash, evidence, session_start, first_contact_at, resume_at, last_seen_at, started)
select ('00000000-0000-4000-8000-0000000000f' || v)::uuid, gen_random_uuid(), creators.id, '', 'measured', t, t, t, t, true
from generate_series(0, 3) as v
inner join public.creators on creators.id = ('00000000-0000-4000-8000-0000000000c' || 1 + v)::uuid,
  unnest(array['2026-03-08', '2026-03-09', '2026-04-05', '2026-04-06', '2026-07-01', '2026-10-04', '2026-10-05', '2026-11-01', '2026-11-02']::date[]) as midnight,
  lateral (select midnight::timestamp at time zone time_zone + edge * interval '1 microsecond' as t from generate_series(-1, 0) as edge) as edges;

create temporary table plainly as
select s.video_id, (s.session_start at time zone creators.time_zone)::date as date,
  count(*) as loads, count(*) filter (where started) as views, count(distinct coalesce(viewer_id, s.id)) filter (where started) as unique_viewers,
  count(*) filter (where started and (watch_time_seconds >= 30 or percent_complete >= 50)) as valid_views,
  count(*) filter (where started and (completed or has_completed)) as completions, count(*) filter (where started and has_rewatched) as rewatches,
  count(*) filter (where referrer_type = 'chat_reference') as ai_interactions,
  count(*) filter (where started and milestones >= 1) as reached_10, count(*) filter (where started and milestones >= 31) as reached_90,
  coalesce(sum(watch_time_seconds) filter (where started), 0) as total,
  coalesce(sum(greatest(0, watch_time_seconds - extract(epoch from last_seen_at - first_contact_at) - 15)) filter (where started), 0) as late
from public.video_watch_sessions as s
inner join public.creators on creators.id = s.creator_id
where evidence <> 'attested'
group by 1, 2;
create function pg_temp.stored() returns table (video_id uuid, date date, loads bigint, views bigint, unique_viewers bigint, valid_views bigint, completions bigint, rewatches bigint, ai_interactions bigint, reached_10 bigint, reached_90 bigint, total numeric, late numeric)
language sql stable as $$
  select video_id, date, loads, views, unique_viewers, valid_views, completions, rewatches, ai_interactions, reached_10, reached_90, total_watch_time_seconds, late_watch_time_seconds from public.video_analytics
$$;

select cmp_ok((select count(*) from plainly), '>', 60::bigint, 'there are days to compare');
select cmp_ok((select sum(late) from plainly), '>', 0::numeric, 'and late watch time');
select is(private.rebuild_video_analytics(null, null), (select count(*)::integer from plainly), 'all at once');
select set_eq('select * from pg_temp.stored()', 'select * from plainly', 'every figure of every day as counted plainly');

delete from public.video_analytics;
insert into private.video_analytics_dirty_days select '2026-11-20', video_id, date from plainly;
select is(private.roll_up_marked_days(60), (select count(*)::integer from plainly), 'day by day');
select set_eq('select * from pg_temp.stored()', 'select * from plainly', 'the same');

-- A part of the calendar
delete from public.video_analytics;
select is(private.rebuild_video_analytics('2026-03-08', '2026-03-09'), (select count(*)::integer from plainly where date between '2026-03-08' and '2026-03-09'), 'some days alone');
select set_eq('select * from pg_temp.stored()', $$ select * from plainly where date between '2026-03-08' and '2026-03-09' $$, 'and no others');

-- The last days, in every zone
delete from public.video_analytics;
select private.roll_up_recent_days(3, '2026-03-09 05:30Z');
select is_empty(
  $$ select video_id, date from plainly inner join public.videos on videos.id = video_id inner join public.creators on creators.id = creator_id
     where date between ('2026-03-09 05:30Z'::timestamptz at time zone time_zone)::date - 3 and ('2026-03-09 05:30Z'::timestamptz at time zone time_zone)::date
     except select video_id, date from public.video_analytics $$,
  'a nightly pass computes today and the three days before, by every creator''s calendar'
);

select * from finish();
rollback;
