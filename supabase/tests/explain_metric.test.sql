-- Whatever the figure, the sessions behind it add up to it.
begin;
create extension if not exists pgtap;
select plan(15);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001'), ('00000000-0000-4000-8000-00000000c002');
insert into public.creators (id, user_id, name, time_zone) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator', 'Asia/Kolkata'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-00000000c002', 'Other', 'UTC');
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Video', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline');
select setseed(0.5);
insert into public.video_watch_sessions (video_id, id, creator_id, viewer_id, write_key_hash, evidence, session_start, first_contact_at, resume_at, last_seen_at,
  started, completed, has_completed, has_rewatched, milestones, percent_complete, watch_time_seconds, claimed_watch_ms, duration_seconds, integrity_flags, referrer_type)
select '00000000-0000-4000-8000-0000000000f1', gen_random_uuid(), '00000000-0000-4000-8000-0000000000c1',
  case when random() < 0.7 then ('00000000-0000-4000-8000-00000000b' || lpad((random() * 30)::integer::text, 3, '0'))::uuid end, '',
  case when n % 20 = 0 then 'attested' else 'measured' end, t, t, t, t + interval '10 s',
  r > 0.1, r > 0.8, r > 0.9 or r < 0.02, r > 0.95, (array[0, 1, 3, 7, 15, 31])[1 + floor(6 * r)::integer], 100 * r, 50 * r, 50000 * r, 100,
  case when 50 * r > 25 then '{late}' else '{}' end::text[], case when n % 9 = 0 then 'chat_reference' end
from (select n, random() as r, '2026-03-03 00:00 Asia/Kolkata'::timestamptz + random() * interval '2 days' as t from generate_series(1, 160) as n) as made;
select private.rebuild_video_analytics(null, null);

create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', '00000000-0000-4000-8000-00000000' || p_user))::text, true)
$$;
create function pg_temp.explain(p_metric text, p_date date default '2026-03-03', p_limit integer default 1000, p_after uuid default null)
returns table (session_id uuid, value numeric, viewer_id uuid) language sql stable as $$
  select session_id, value, viewer_id from public.explain_metric(p_metric, '00000000-0000-4000-8000-0000000000f1', p_date, p_limit, p_after)
$$;

select pg_temp.act_as('authenticated', 'c001');
select results_eq(
  $$ select date, metric.key, metric.value::numeric from public.video_analytics as analytics, jsonb_each_text(to_jsonb(analytics)
       - '{video_id,date,creator_id,metadata,created_at,updated_at,completion_rate,average_watch_time_seconds}'::text[]) as metric where date = '2026-03-03' order by 1, 2 $$,
  $$ select date, metric, (select sum(value) from pg_temp.explain(metric, date)) from unnest(array['2026-03-03']::date[]) as date,
       unnest(array['loads', 'views', 'unique_viewers', 'valid_views', 'completions', 'rewatches', 'ai_interactions', 'reached_10', 'reached_25', 'reached_50',
         'reached_75', 'reached_90', 'total_watch_time_seconds', 'late_watch_time_seconds']) as metric order by 1, 2 $$,
  'every figure of a day is the sum of what explains it; a new figure without explanation fails here'
);
select cmp_ok((select min(value) from pg_temp.explain('late_watch_time_seconds')), '>', 0::numeric, 'only sessions that add something are told');
select is((select count(*) from pg_temp.explain('unique_viewers')), (select count(distinct coalesce(viewer_id, session_id)) from pg_temp.explain('views')), 'each viewer at one of his views');

-- Pages
create temporary table pages as
select * from pg_temp.explain('views', p_limit => 20);
insert into pages select next.* from pg_temp.explain('views', p_limit => 1000, p_after => (select max(session_id::text)::uuid from pages)) as next;
select is((select count(distinct session_id) from pages), (select views::bigint from public.video_analytics where date = '2026-03-03'), 'pages leave nothing out');
select is((select count(*) from pages), (select views::bigint from public.video_analytics where date = '2026-03-03'), 'and tell nothing twice');

select is_empty(
  $$ select parameter_name from information_schema.parameters where specific_name like 'explain\_metric%' and parameter_name ~ 'hash|anonymous|key' $$,
  'no anonymous id or hash is among the answers'
);
select throws_ok($$ select pg_temp.explain('completion_rate') $$, 'PT400', 'unknown metric', 'a ratio is explained by its two counts');
select throws_ok($$ select pg_temp.explain('reached_99999999999') $$, 'PT400', 'unknown metric', 'a milestone beyond every number');
select throws_ok($$ select pg_temp.explain('views', 'infinity') $$, 'PT400', null, 'a day beyond every calendar');
select throws_ok($$ select pg_temp.explain('views', p_limit => 1001) $$, 'PT400', null, 'a page has an end');
select throws_ok($$ select pg_temp.explain('views', null) $$, 'PT400', null, 'and a day');

reset role;
update public.creators set frozen_before = '2026-03-04', frozen_until = '2026-03-04 00:00 Asia/Kolkata' where id = '00000000-0000-4000-8000-0000000000c1';
select pg_temp.act_as('service_role');
select is((select count(*) from pg_temp.explain('loads')), 0::bigint, 'a frozen day is explained by nothing any more');

select pg_temp.act_as('authenticated', 'c002');
select throws_ok($$ select pg_temp.explain('views') $$, 'PT403', 'not allowed', 'another creator learns nothing');
select pg_temp.act_as('authenticated', 'd001');
select throws_ok($$ select pg_temp.explain('views') $$, 'PT403', 'not allowed', 'nor does a student');
select pg_temp.act_as('anon');
select throws_ok($$ select pg_temp.explain('views') $$, '42501', null, 'nor anybody');
reset role;

select * from finish();
rollback;
