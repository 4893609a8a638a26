-- Why did Tuesday change? Every later change of a day that had been published as finished, with both versions.

create table public.video_analytics_revisions (
  id uuid not null default gen_random_uuid(),
  video_id uuid not null,
  date date not null,
  creator_id uuid not null,
  before jsonb,
  after jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint video_analytics_revisions_pkey primary key (id),
  constraint video_analytics_revisions_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint video_analytics_revisions_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint video_analytics_revisions_changes_something check (before is distinct from after)
);

comment on table public.video_analytics_revisions is 'Changes of days that were over when first published. Appended by the rollup.';
comment on column public.video_analytics_revisions.id is 'The revision.';
comment on column public.video_analytics_revisions.video_id is 'The video.';
comment on column public.video_analytics_revisions.date is 'The day whose figures changed.';
comment on column public.video_analytics_revisions.creator_id is 'Owner of the video, repeated for his policies.';
comment on column public.video_analytics_revisions.before is 'The figures before; null when the day had none.';
comment on column public.video_analytics_revisions.after is 'The figures after; null when the day lost its last session.';
comment on column public.video_analytics_revisions.created_at is 'When the change was published.';
comment on column public.video_analytics_revisions.updated_at is 'When the row last changed; nothing here changes one.';

-- Why did this day of this video change?
create index video_analytics_revisions_video_id_date_idx on public.video_analytics_revisions (video_id, date);
-- Deleting a creator removes his rows.
create index video_analytics_revisions_creator_id_idx on public.video_analytics_revisions (creator_id);

create trigger touch_updated_at before update on public.video_analytics_revisions
  for each row execute function private.touch_updated_at();

alter table public.video_analytics_revisions enable row level security;

create policy creators_see_their_revisions on public.video_analytics_revisions for select to authenticated
  using (creator_id = (select private.my_creator_id()));
comment on policy creators_see_their_revisions on public.video_analytics_revisions is 'A creator sees why his figures changed.';

revoke all on table public.video_analytics_revisions from anon, authenticated, service_role;
grant select on table public.video_analytics_revisions to authenticated, service_role;
-- Not granted: any write to any API role.
