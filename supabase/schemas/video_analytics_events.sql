-- Events: each fact once, at the moment it became true. Viewing events are derived inside the transaction of the
-- message that made them true: an event is inserted when its bit flips, so nobody can forge, lose or repeat one.

create table public.video_analytics_events (
  video_id uuid not null,
  "timestamp" timestamptz not null,
  id uuid not null default gen_random_uuid(),
  event_type text not null,
  creator_id uuid not null,
  student_id uuid,
  course_id uuid,
  module_id uuid,
  session_id uuid,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint video_analytics_events_pkey primary key (video_id, "timestamp", id),
  constraint video_analytics_events_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint video_analytics_events_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint video_analytics_events_student_id_fkey foreign key (student_id) references public.students (id) on delete set null,
  constraint video_analytics_events_event_type_is_known check (event_type in (
    'video_started', 'video_progress', 'video_completed', 'video_rewatched',
    'video_imported', 'video_transcribed', 'video_embedded', 'video_added_to_course',
    'captions_toggled', 'quality_changed', 'rate_changed', 'seeked', 'shared', 'error', 'ai_interaction'
  )),
  constraint video_analytics_events_metadata_is_small check (jsonb_typeof(metadata) = 'object' and pg_column_size(metadata) <= 16384)
) partition by range ("timestamp");

comment on table public.video_analytics_events is 'What happened, each fact once. Kept in a partition per month.';
comment on column public.video_analytics_events.video_id is 'The video.';
comment on column public.video_analytics_events."timestamp" is 'When it became true, by the server''s clock; a told event may have happened up to 7 days before it was told.';
comment on column public.video_analytics_events.id is 'The event.';
comment on column public.video_analytics_events.event_type is 'A viewing event (derived), a step of the creator''s pipeline, or what a viewer did (told): docs/events.md has them all.';
comment on column public.video_analytics_events.creator_id is 'Owner of the video.';
comment on column public.video_analytics_events.student_id is 'The student, when known.';
comment on column public.video_analytics_events.course_id is 'The course it happened in. No foreign key: history outlives courses.';
comment on column public.video_analytics_events.module_id is 'The module it happened in. No foreign key, as course_id.';
comment on column public.video_analytics_events.session_id is 'The watch session that made it true, or in which the viewer did it. No foreign key: sessions are dropped when they expire, events count on.';
comment on column public.video_analytics_events.metadata is 'Facts about it: percent_complete, watch_time_seconds, session_id, device, completion_time (seconds from first watching), evidence, and what was told. Known keys are of their type.';
comment on column public.video_analytics_events.created_at is 'When the row was made.';
comment on column public.video_analytics_events.updated_at is 'When the row last changed: facts stay, but a student who is erased is taken out of them.';

-- video_analytics_events_pkey serves: events of a video over time, and the removal with it.
-- Events of one kind about a video: completions in the rollup, starts over time.
create index video_analytics_events_video_id_event_type_idx on public.video_analytics_events (video_id, event_type, "timestamp");
-- A creator's newest events.
create index video_analytics_events_creator_id_idx on public.video_analytics_events (creator_id, "timestamp");
-- What one student did with one video.
create index video_analytics_events_student_id_idx
  on public.video_analytics_events (student_id, video_id, event_type, "timestamp") where student_id is not null;
-- What happened in a course.
create index video_analytics_events_course_id_idx
  on public.video_analytics_events (course_id, event_type, "timestamp") where course_id is not null;

create trigger touch_updated_at before update on public.video_analytics_events
  for each row execute function private.touch_updated_at();

alter table public.video_analytics_events enable row level security;

create policy students_and_creators_see_events on public.video_analytics_events for select to authenticated
  using (student_id = (select private.my_student_id()) or creator_id = (select private.my_creator_id()));
comment on policy students_and_creators_see_events on public.video_analytics_events is 'A student sees his own events, a creator the events of his videos.';

revoke all on table public.video_analytics_events from anon, authenticated, service_role;
grant select on table public.video_analytics_events to authenticated, service_role;
-- Not granted: any write to any API role.

-- What no month claims lands here, so that an event is never lost to a missing partition.
create table partitions.video_analytics_events_default partition of public.video_analytics_events default;
comment on table partitions.video_analytics_events_default is 'Events of months that have no partition yet.';
alter table partitions.video_analytics_events_default enable row level security;
revoke all on table partitions.video_analytics_events_default from public, anon, authenticated, service_role;

-- Making a partition keeps writers waiting, and while it waits itself they queue behind it. The months ahead leave time
-- enough, so it gives up after a second until the next run.
create function private.ensure_event_partitions(p_months_ahead integer default 3) returns integer
language plpgsql volatile security definer set search_path = '' set lock_timeout = '1s'
-- Months are those of UTC on every server.
set timezone = 'UTC'
as $$
declare
  c_max_months constant integer := 24;
  v_month timestamptz;
  v_name text;
  v_made integer := 0;
begin
  if p_months_ahead is null or p_months_ahead not between 0 and c_max_months then
    perform private.refuse_malformed('p_months_ahead is not between 0 and 24', 'Send how many months to make ahead; the job makes 3.');
  end if;
  if not pg_try_advisory_xact_lock(hashtext('chronos.ensure_event_partitions')) then
    return 0;
  end if;
  for v_month in
    select generate_series(date_trunc('month', now()), date_trunc('month', now()) + make_interval(months => p_months_ahead), '1 month')
  loop
    v_name := format('video_analytics_events_y%sm%s', to_char(v_month, 'YYYY'), to_char(v_month, 'MM'));
    continue when to_regclass('partitions.' || v_name) is not null;
    -- A writer that had chosen the default partition would be refused by it once the month has its own: so no writer is
    -- under way from here on, and no reader of the default partition, which attaching locks.
    lock table public.video_analytics_events in share row exclusive mode;
    lock table partitions.video_analytics_events_default in access exclusive mode;
    execute format('create table partitions.%I (like public.video_analytics_events including all)', v_name);
    execute format('comment on table partitions.%I is %L', v_name, 'Events of ' || to_char(v_month, 'YYYY-MM') || '.');
    execute format('alter table partitions.%I enable row level security', v_name);
    execute format('revoke all on table partitions.%I from public, anon, authenticated, service_role', v_name);
    -- Events that arrived before their partition move into it; attaching would refuse otherwise.
    execute format(
      'with moved as (delete from partitions.video_analytics_events_default where "timestamp" >= %1$L and "timestamp" < %2$L returning *)
       insert into partitions.%3$I select * from moved',
      v_month, v_month + interval '1 month', v_name
    );
    execute format(
      'alter table public.video_analytics_events attach partition partitions.%I for values from (%L) to (%L)',
      v_name, v_month, v_month + interval '1 month'
    );
    v_made := v_made + 1;
  end loop;
  return v_made;
exception when lock_not_available or deadlock_detected then
  return 0;
end;
$$;
comment on function private.ensure_event_partitions(integer) is 'Makes the partitions of this month and the next ones; answers how many: none when that would keep others waiting, so that the next run tries again. Harmless when repeated.';
revoke all on function private.ensure_event_partitions(integer) from public, anon, authenticated;
grant execute on function private.ensure_event_partitions(integer) to service_role;
