-- What a plan allows. A table, so that the operator changes a limit without a migration, and an upload form can read it
-- before the first byte is sent.

create table public.creator_tiers (
  tier text not null,
  max_video_bytes bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint creator_tiers_pkey primary key (tier),
  constraint creator_tiers_tier_is_known check (tier in ('basic', 'pro', 'enterprise')),
  constraint creator_tiers_max_video_bytes_is_positive check (max_video_bytes > 0)
);

comment on table public.creator_tiers is 'Limits of the plans; creators.tier names one. Edited by the operator.';
comment on column public.creator_tiers.tier is 'Plan: basic, pro or enterprise.';
comment on column public.creator_tiers.max_video_bytes is 'Largest file of one video, in bytes. The bucket refuses above 10 GB whatever stands here.';
comment on column public.creator_tiers.created_at is 'When the row was made.';
comment on column public.creator_tiers.updated_at is 'When the row last changed.';

-- 1 GB = 1,073,741,824 bytes, as file managers and Storage count.
insert into public.creator_tiers (tier, max_video_bytes)
values ('basic', 2 * 1073741824::bigint), ('pro', 5 * 1073741824::bigint), ('enterprise', 10 * 1073741824::bigint);

create trigger touch_updated_at before update on public.creator_tiers
  for each row execute function private.touch_updated_at();

alter table public.creator_tiers enable row level security;

create policy everyone_signed_in_sees_tiers on public.creator_tiers for select to authenticated using (true);
comment on policy everyone_signed_in_sees_tiers on public.creator_tiers is 'Whoever is signed in sees what the plans allow.';

revoke all on table public.creator_tiers from anon, authenticated, service_role;
grant select on table public.creator_tiers to authenticated;
grant select, insert, update, delete on table public.creator_tiers to service_role;
-- Not granted: any write to a creator.
