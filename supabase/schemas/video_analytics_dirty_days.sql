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

create function private.mark_days_of_moved_time_zone() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.video_analytics_dirty_days (minute, video_id, date)
  select date_trunc('minute', now()), videos.id, '-infinity'
  from public.videos
  where videos.creator_id = new.id
  on conflict (minute, video_id, date) do nothing;
  return null;
end;
$$;
comment on function private.mark_days_of_moved_time_zone() is 'Trigger: a creator''s days begin at another hour, so all of them are computed again. Definer: a creator may not mark days himself.';
revoke all on function private.mark_days_of_moved_time_zone() from public;

create trigger mark_days_of_moved_time_zone after update of time_zone on public.creators
  for each row when (old.time_zone is distinct from new.time_zone)
  execute function private.mark_days_of_moved_time_zone();
