-- Viewer progress: what one viewer has watched of one video over all visits and devices. Half today on the phone and
-- half tomorrow on the laptop is the whole. Milestones and completion of a known viewer are decided here.

create table public.video_progress (
  video_id uuid not null,
  viewer_id uuid not null,
  creator_id uuid not null,
  student_id uuid,
  created_at timestamptz not null default now(),
  first_watched_at timestamptz,
  first_contact_at timestamptz not null,
  completed_at timestamptz,
  sessions integer not null default 0,
  milestones smallint not null default 0,
  resume_session_id uuid,
  percent_complete smallint,
  watched int4multirange not null default '{}',
  credited_ms bigint not null default 0,
  covered_seconds numeric(10, 3) not null default 0,
  watch_time_seconds numeric(12, 3) not null default 0,
  resume_position_seconds numeric(10, 3) not null default 0,
  last_watched_at timestamptz,
  last_contact_at timestamptz not null,
  updated_at timestamptz not null default now(),
  constraint video_progress_pkey primary key (video_id, viewer_id),
  constraint video_progress_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint video_progress_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint video_progress_student_id_fkey foreign key (student_id) references public.students (id) on delete set null
  -- No checks, as in video_watch_sessions.
)
with (fillfactor = 70);

comment on table public.video_progress is 'One row per viewer and video: the union of what he watched. Written by the watch session functions alone.';
comment on column public.video_progress.video_id is 'The video.';
comment on column public.video_progress.viewer_id is 'The viewer, as in his sessions.';
comment on column public.video_progress.creator_id is 'Owner of the video, repeated for his policies.';
comment on column public.video_progress.student_id is 'The student, when known.';
comment on column public.video_progress.created_at is 'When the row was made.';
comment on column public.video_progress.first_watched_at is 'Start of his earliest visit with watch time.';
comment on column public.video_progress.first_contact_at is 'First arrival of any message of his about this video.';
comment on column public.video_progress.completed_at is 'When coverage reached the threshold; never revoked.';
comment on column public.video_progress.sessions is 'Visits.';
comment on column public.video_progress.milestones is 'Milestones reached, as bits of private.milestone_percents(); never revoked.';
comment on column public.video_progress.resume_session_id is 'The visit that set the resume position.';
comment on column public.video_progress.percent_complete is 'Whole percent of the video covered, 0 to 100; null while its length is unknown.';
comment on column public.video_progress.watched is 'Union of what was watched in visits with accepted evidence, in ms of the video.';
comment on column public.video_progress.credited_ms is 'Sum of what those visits may count, in ms: coverage never exceeds it.';
comment on column public.video_progress.covered_seconds is 'Length of the union, as far as it counts, in seconds.';
comment on column public.video_progress.watch_time_seconds is 'Watch time over all visits, in seconds.';
comment on column public.video_progress.resume_position_seconds is 'Where to go on, in seconds: playhead of the visit watched last.';
comment on column public.video_progress.last_watched_at is 'When the playhead stood there, by the viewer''s clock.';
comment on column public.video_progress.last_contact_at is 'Last arrival of any message of his about this video.';
comment on column public.video_progress.updated_at is 'When the row last changed.';

-- What a student has watched, and how much of it: his progress over all videos.
create index video_progress_student_id_idx on public.video_progress (student_id, video_id) where student_id is not null;
-- Deleting a creator removes his rows.
create index video_progress_creator_id_idx on public.video_progress (creator_id);

alter table public.video_progress enable row level security;

create policy students_and_creators_see_progress on public.video_progress for select to authenticated
  using (student_id = (select private.my_student_id()) or creator_id = (select private.my_creator_id()));
comment on policy students_and_creators_see_progress on public.video_progress is 'A student sees his own progress, a creator the progress in his videos.';

revoke all on table public.video_progress from anon, authenticated, service_role;
grant select on table public.video_progress to authenticated, service_role;
-- Not granted: any write to any API role. Progress is derived from sessions.
