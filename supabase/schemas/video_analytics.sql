-- Daily figures of a video, in its creator's time zone. A cache of what sessions and events say: the rollup recomputes
-- whole days, so a row is right however often and in whatever order it was computed.

create table public.video_analytics (
  video_id uuid not null,
  date date not null,
  creator_id uuid not null,
  loads integer not null default 0,
  views integer not null default 0,
  unique_viewers integer not null default 0,
  valid_views integer not null default 0,
  completions integer not null default 0,
  rewatches integer not null default 0,
  ai_interactions integer not null default 0,
  reached_10 integer not null default 0,
  reached_25 integer not null default 0,
  reached_50 integer not null default 0,
  reached_75 integer not null default 0,
  reached_90 integer not null default 0,
  total_watch_time_seconds numeric(16, 3) not null default 0,
  late_watch_time_seconds numeric(16, 3) not null default 0,
  average_watch_time_seconds numeric generated always as (total_watch_time_seconds / nullif(views, 0)) stored,
  completion_rate numeric generated always as (100.0 * completions / nullif(views, 0)) stored,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint video_analytics_pkey primary key (video_id, date),
  constraint video_analytics_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint video_analytics_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint video_analytics_completions_are_views check (completions between 0 and views)
);

comment on table public.video_analytics is 'Figures per video and day. A session belongs, with all it brought, to the day it started.';
comment on column public.video_analytics.video_id is 'The video.';
comment on column public.video_analytics.date is 'The day, from midnight to midnight in the creator''s time zone.';
comment on column public.video_analytics.creator_id is 'Owner of the video, repeated for his policies.';
comment on column public.video_analytics.loads is 'Sessions opened, played or not.';
comment on column public.video_analytics.views is 'Sessions in which content really advanced.';
comment on column public.video_analytics.unique_viewers is 'Different viewers among the views; a view without a viewer id counts as one. Never to be summed over days.';
comment on column public.video_analytics.valid_views is 'Views of at least 30 s of watch time or 50 % of the video.';
comment on column public.video_analytics.completions is 'Views that completed the video, alone or with the viewer''s earlier visits.';
comment on column public.video_analytics.rewatches is 'Views in which a viewer who had completed the video watched it again.';
comment on column public.video_analytics.ai_interactions is 'Sessions opened from a chat''s citation.';
comment on column public.video_analytics.reached_10 is 'Views that covered 10 % by themselves.';
comment on column public.video_analytics.reached_25 is 'Views that covered 25 % by themselves.';
comment on column public.video_analytics.reached_50 is 'Views that covered 50 % by themselves.';
comment on column public.video_analytics.reached_75 is 'Views that covered 75 % by themselves.';
comment on column public.video_analytics.reached_90 is 'Views that covered 90 % by themselves.';
comment on column public.video_analytics.total_watch_time_seconds is 'Watch time of the views, in seconds.';
comment on column public.video_analytics.late_watch_time_seconds is 'The part of it that reached the server only afterwards, so that no contact witnessed it, in seconds (docs/decisions/0105).';
comment on column public.video_analytics.average_watch_time_seconds is 'total_watch_time_seconds / views; null without views.';
comment on column public.video_analytics.completion_rate is '100 x completions / views; null without views.';
comment on column public.video_analytics.metadata is 'Room for later figures; an object.';
comment on column public.video_analytics.created_at is 'When the day was first computed.';
comment on column public.video_analytics.updated_at is 'When its figures last changed.';

-- video_analytics_pkey serves: the days of a video.
-- The days of a creator over all his videos.
create index video_analytics_creator_id_date_idx on public.video_analytics (creator_id, date);

alter table public.video_analytics enable row level security;

create policy creators_see_their_figures on public.video_analytics for select to authenticated
  using (creator_id = (select private.my_creator_id()));
comment on policy creators_see_their_figures on public.video_analytics is 'A creator sees the figures of his videos.';

revoke all on table public.video_analytics from anon, authenticated, service_role;
grant select on table public.video_analytics to authenticated, service_role;
-- Not granted: any write to any API role. Figures are computed.
