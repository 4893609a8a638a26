-- A creator owns videos and courses, and the numbers about them.

-- A misspelt time zone would silently move every day of a creator's figures, so only names Postgres knows are stored.
create function private.is_time_zone(p_name text) returns boolean
language sql stable set search_path = ''
as $$
  select exists (select from pg_catalog.pg_timezone_names as zone where zone.name = p_name);
$$;
comment on function private.is_time_zone(text) is 'Whether the name is an IANA time zone this server knows, such as Europe/Berlin.';
revoke all on function private.is_time_zone(text) from public;

create table public.creators (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  name text not null,
  tier text not null default 'basic',
  time_zone text not null default 'UTC',
  retention_days integer,
  frozen_before date,
  frozen_until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint creators_pkey primary key (id),
  constraint creators_user_id_key unique (user_id),
  constraint creators_user_id_fkey foreign key (user_id) references auth.users (id) on delete restrict,
  constraint creators_name_is_short check (length(name) between 1 and 200),
  constraint creators_tier_is_known check (tier in ('basic', 'pro', 'enterprise')),
  constraint creators_retention_days_is_positive check (retention_days > 0),
  constraint creators_frozen_is_whole check ((frozen_before is null) = (frozen_until is null))
);

comment on table public.creators is 'Owners of videos and courses.';
comment on column public.creators.id is 'The creator, as videos and courses name him.';
comment on column public.creators.user_id is 'His sign-in: auth.users.id. One creator per user.';
comment on column public.creators.name is 'Shown to viewers; 1 to 200 characters of plain text.';
comment on column public.creators.tier is 'Plan: basic, pro or enterprise. Sets the upload limits; changed by the operator only.';
comment on column public.creators.time_zone is 'IANA name. Days of his figures begin at midnight here.';
comment on column public.creators.retention_days is 'After so many days single sessions are dropped and only daily figures stay; null keeps them.';
comment on column public.creators.frozen_before is 'Days before this one are frozen: their sessions may be gone, so their figures are never computed again. Set by the job that purges what has expired, never back.';
comment on column public.creators.frozen_until is 'The moment the first day that is not frozen began, in the time zone of then. A session that began later belongs to frozen_before or a day after it, even where the time zone has moved since.';
comment on column public.creators.created_at is 'When the row was made.';
comment on column public.creators.updated_at is 'When the row last changed.';

-- creators_user_id_key serves every policy: which creator is signed in?

-- on delete restrict: a click on "delete user" must not take every video, visit and figure of his with it. Whoever means
-- that deletes the creator first; otherwise give him another user_id.

-- Not a check constraint: that is asked at every update, and Postgres reads a directory of files to answer.
create function private.check_time_zone() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not private.is_time_zone(new.time_zone) then
    raise check_violation using
      message = format('time zone "%s" is unknown', left(new.time_zone, 64)),
      constraint = 'creators_time_zone_is_known',
      hint = 'Send an IANA name such as Europe/Berlin.';
  end if;
  return new;
end;
$$;
comment on function private.check_time_zone() is 'Trigger: only a time zone this server knows is stored. Definer: whoever writes the row may look up no names in private.';
revoke all on function private.check_time_zone() from public;

create trigger check_time_zone before insert or update of time_zone on public.creators
  for each row execute function private.check_time_zone();

create trigger touch_updated_at before update on public.creators
  for each row execute function private.touch_updated_at();

-- Policies ask this once per query. Definer, because the answer must not depend on policies that ask it.
create function private.my_creator_id() returns uuid
language sql stable security definer set search_path = ''
as $$
  select creators.id from public.creators where creators.user_id = (select private.my_user_id());
$$;
comment on function private.my_creator_id() is 'The creator who is signed in, or null.';
revoke all on function private.my_creator_id() from public;
grant execute on function private.my_creator_id() to authenticated, service_role;

alter table public.creators enable row level security;

create policy creators_see_themselves on public.creators for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy creators_see_themselves on public.creators is 'A creator sees his own row and no other.';

create policy creators_edit_themselves on public.creators for update to authenticated
  using (user_id = (select auth.uid()));
comment on policy creators_edit_themselves on public.creators is 'A creator edits his own row.';

revoke all on table public.creators from anon, authenticated, service_role;
grant select on table public.creators to authenticated;
grant update (name, time_zone) on table public.creators to authenticated;
grant select, insert, update, delete on table public.creators to service_role;
-- Not granted: tier and retention_days, which are the operator's; what is frozen, which the job says; insert, since becoming a creator is his decision too.
