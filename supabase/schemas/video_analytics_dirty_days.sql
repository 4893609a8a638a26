-- Which days must be computed again. A message marks the day of its session once per minute; the rollup takes a minute
-- when no transaction that began in it is running any more, so no write falls between a mark and its computation.

create table private.video_analytics_dirty_days (
  minute timestamptz not null,
  video_id uuid not null,
  date date not null,
  constraint video_analytics_dirty_days_pkey primary key (minute, video_id, date)
);

comment on table private.video_analytics_dirty_days is 'Days whose figures are out of date. No foreign key: a mark for a video that is gone is simply dropped.';
comment on column private.video_analytics_dirty_days.minute is 'The minute in which the marking transaction began.';
comment on column private.video_analytics_dirty_days.video_id is 'The video.';
comment on column private.video_analytics_dirty_days.date is 'The day, in the time zone the creator had at that moment.';

-- video_analytics_dirty_days_pkey serves the rollup: everything marked before a minute.

alter table private.video_analytics_dirty_days enable row level security;

revoke all on table private.video_analytics_dirty_days from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. No policy either.
