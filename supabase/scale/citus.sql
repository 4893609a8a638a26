-- Beyond one machine: spreads the hot tables over the nodes of a Citus cluster (12 or newer) by video_id.
--
--   psql -v ON_ERROR_STOP=1 -1 -f supabase/scale/citus.sql "$COORDINATOR"
--
-- Run once on the coordinator, as the owner of the tables, after `create extension citus` and all migrations, while nobody
-- writes. docs/guides/scale.md says when that pays, what it costs and what is lost.
--
-- Not yet run on a real cluster: it is written from Citus's documentation and source, and a test holds it to the rules those
-- state (packages/local/testing/citus.test.ts). Try it on a copy first.

-- 1. What Citus refuses ----------------------------------------------------------------------------------

-- No triggers on distributed and reference tables. Nothing a heartbeat does relies on one. What goes with each, scale.md
-- says; a misspelt time zone is refused by a check below.
--
-- No policies with subqueries on distributed tables, and every policy here asks who is signed in. So API roles lose their
-- select there, and read by functions: get_player_video, get_creator_dashboard, get_video_retention and the like. Row level
-- security stays on: without a policy it shows nothing to anybody but the owner.
do $$
declare
  c_distributed constant regclass[] := '{
    public.video_watch_sessions, public.video_progress, public.video_analytics_events, public.video_analytics,
    public.video_analytics_revisions, private.video_analytics_dirty_days
  }';
  c_reference constant regclass[] := '{
    public.creators, public.students, public.courses, public.course_modules, public.videos, public.module_lessons,
    public.enrollments
  }';
  v_statement text;
begin
  for v_statement in
    select format('drop trigger %I on %s', tgname, tgrelid::regclass)
    from pg_trigger
    where tgrelid = any (c_distributed || c_reference) and not tgisinternal and tgparentid = 0
    union all
    select format('drop policy %I on %s', polname, polrelid::regclass)
    from pg_policy
    where polrelid = any (c_distributed)
    union all
    select format('revoke select on table %s from anon, authenticated', hot) from unnest(c_distributed) as hot
    union all
    -- Column grants are revoked one by one; revoking them from the table leaves them.
    select format('revoke select (%s) on table %s from anon, authenticated', string_agg(quote_ident(attname), ', '), attrelid::regclass)
    from pg_attribute
    where attrelid = any (c_distributed) and attnum > 0 and attacl is not null and not attisdropped
    group by attrelid
  loop
    execute v_statement;
  end loop;
end;
$$;

-- A misspelt time zone must not come in: to mark a day of that creator would fail, and with it every heartbeat of his
-- viewers. Elsewhere a trigger asks only when the zone changes; this asks at every update of a creator, and they are few.
alter table public.creators add constraint creators_time_zone_is_known check (private.is_time_zone(time_zone));
grant execute on function private.is_time_zone(text) to authenticated, service_role;

-- Every unique key of a distributed table contains video_id. All but one do by birth.
alter table public.video_analytics_revisions drop constraint video_analytics_revisions_pkey;
alter table public.video_analytics_revisions add constraint video_analytics_revisions_pkey primary key (video_id, id);

-- A reference table refers to a local one only without consequences. auth.users stays local, on the coordinator, so a
-- deleted user is forgotten by his own request (erase_student_data) or by service_role, and no longer by cascade.
alter table public.creators drop constraint creators_user_id_fkey;
alter table public.students drop constraint students_user_id_fkey;

-- 2. Reference tables: small, read by every heartbeat, a copy on every node. Those that others refer to come first. --------

select create_reference_table('public.creators');
select create_reference_table('public.students');
select create_reference_table('public.courses');
select create_reference_table('public.course_modules');
select create_reference_table('public.videos');
select create_reference_table('public.module_lessons');
select create_reference_table('public.enrollments');

-- 3. Distributed tables: all by video_id and side by side, so one message stays on one node. ---------------------------------

select create_distributed_table('public.video_watch_sessions', 'video_id');
select create_distributed_table('public.video_progress', 'video_id', colocate_with => 'public.video_watch_sessions');
select create_distributed_table('public.video_analytics_events', 'video_id', colocate_with => 'public.video_watch_sessions');
select create_distributed_table('public.video_analytics', 'video_id', colocate_with => 'public.video_watch_sessions');
select create_distributed_table('public.video_analytics_revisions', 'video_id', colocate_with => 'public.video_watch_sessions');
select create_distributed_table('private.video_analytics_dirty_days', 'video_id', colocate_with => 'public.video_watch_sessions');

-- Local on the coordinator, where they are written once in a while: keys, tiers, prices, rate limits, failures of jobs,
-- transcripts, files.
