-- Built from supabase/schemas by `pnpm --filter @chronos-player/local run migration`. Edit the schemas, not this file.

-- ./schemas/schemas.sql

-- The database, told in seven parts. To be read in this order, which is that of schema_paths in supabase/config.toml.
--
-- ground     where things live, how a function says no, and what becomes of what a job cannot do
-- people     creators, their plans and the keys of their platforms; students
-- catalogue  courses of modules of lessons, the videos they name, and who may come to them
-- sessions   who is watching, what messages bring, what is credited, and what a viewer has watched in all
-- pipeline   how a video comes about: its file, its states, its transcript, and what they cost
-- figures    what the sessions add up to: days, dashboards, curves, and the sessions behind a number
-- care       limits, what a student may ask for, what is forgotten in time, and the jobs that see to it
--
-- And where things live, and why there are three places:
--
-- public      what the API serves: tables under row level security, and functions that only pass on to private
-- private     the rules themselves, and secrets; no API role may even look names up here
-- partitions  the monthly tables behind video_analytics_events; a partition made in public would inherit the
--             default grants of the project and let anyone read it

create schema private;
comment on schema private is 'Rules and secrets. API roles have no usage here: they reach a function only through its wrapper in public.';

create schema partitions;
comment on schema partitions is 'Monthly tables of public.video_analytics_events. Read through the parent, never directly.';

revoke all on schema private, partitions from public;

-- auth.uid() raises for what is no uuid, and the session of another identity provider may well have such a subject: it
-- is nobody here, so what is public stays open to it, and a viewer token beside it counts.
create function private.my_user_id() returns uuid
language plpgsql stable set search_path = ''
as $$
begin
  return private.to_uuid(coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  ));
end;
$$;
comment on function private.my_user_id() is 'The user who is signed in; null for nobody, and for a subject that is no uuid.';
revoke all on function private.my_user_id() from public;

-- Cold tables keep updated_at by trigger. The tables a heartbeat writes set it themselves: there, correctness and
-- speed never depend on a trigger.
create function private.touch_updated_at() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  new.updated_at := pg_catalog.now();
  return new;
end;
$$;
comment on function private.touch_updated_at() is 'Trigger: the moment of the last change, whatever the writer sent.';
revoke all on function private.touch_updated_at() from public;

-- Who runs this installation: a server with the service key, and the owner at a SQL prompt, whom no JWT names. PostgREST
-- comes as authenticator and acts as an API role, with or without a JWT: neither is a member of the owner.
create function private.is_operator() returns boolean
language sql stable set search_path = ''
as $$
  select case
    when auth.role() is not null then auth.role() = 'service_role'
    when auth.uid() is not null or nullif(current_setting('request.jwt.claims', true), '') is not null then false
    else pg_has_role(
      case current_setting('role') when 'none' then session_user else current_setting('role')::name end,
      (select pg_namespace.nspowner from pg_catalog.pg_namespace where pg_namespace.nspname = 'private'),
      'usage'
    )
  end;
$$;
comment on function private.is_operator() is 'Whether the caller is service_role by JWT, or without any JWT the owner of these schemas (or a superuser); never null. Whoever has set the role to an API role acts as that.';
revoke all on function private.is_operator() from public;

-- ./schemas/refusals.sql

-- How a function says no, the same way everywhere: a code that PostgREST turns into a status, a message, and a hint that
-- gives the fix. What is malformed and what is forbidden are found in many places and said here; any other code (PT401,
-- PT409, PT429 and so on) is raised where its one rule stands.

create function private.refuse_malformed(p_message text, p_hint text) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  raise sqlstate 'PT400' using message = p_message, hint = p_hint;
end;
$$;
comment on function private.refuse_malformed(text, text) is 'Raises PT400.';
revoke all on function private.refuse_malformed(text, text) from public;

-- The same sentence for every refusal: who may not see a video must not learn whether it exists.
create function private.refuse(p_hint text default
  'Check the video id, and that this viewer may play it. A session takes messages only with its own write key, from its own viewer.'
) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  raise sqlstate 'PT403' using message = 'not allowed', hint = p_hint;
end;
$$;
comment on function private.refuse(text) is 'Raises PT403, the one answer for unknown, forbidden, foreign and wrongly keyed. The hint may say what the call is about, never which of these it was.';
revoke all on function private.refuse(text) from public;

-- For ids in open objects, which no signature checks: whoever reads one refuses the null. In plpgsql, whose plans are kept.
create function private.to_uuid(p_text text) returns uuid
language plpgsql immutable set search_path = ''
as $$
begin
  return case when p_text ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then p_text::uuid end;
end;
$$;
comment on function private.to_uuid(text) is 'The uuid, or null for any other text.';
revoke all on function private.to_uuid(text) from public;

-- ./schemas/job_failures.sql

-- What a job could not do. One bad row must not stop the work on all others, so a job sets it aside, says so here and
-- goes on; the row goes away by itself when a later run succeeds.
--
-- Trying costs nothing while all is well: a job tries its whole work in one block, and only when that fails piece by
-- piece, with one piece per block:
--
--   begin
--     perform private.settle(v_video_id);
--   exception when others then
--     perform private.report_job_failure('settle_video_durations', jsonb_build_object('video_id', v_video_id), sqlerrm);
--   end;
--
-- Neither a cancelled statement nor a server that shuts down ends in `others`, so a job can always be stopped.

create table public.job_failures (
  id uuid not null default gen_random_uuid(),
  job text not null,
  subject jsonb not null,
  error text not null,
  attempts integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint job_failures_pkey primary key (id),
  constraint job_failures_job_subject_key unique (job, subject),
  constraint job_failures_job_is_short check (length(job) between 1 and 63),
  constraint job_failures_subject_is_small check (jsonb_typeof(subject) = 'object' and pg_column_size(subject) <= 1024),
  constraint job_failures_error_is_short check (length(error) <= 1000),
  constraint job_failures_attempts_is_positive check (attempts > 0)
);

comment on table public.job_failures is 'Work a job set aside because it fails, until a later run succeeds with it. Empty when all is well: watch it.';
comment on column public.job_failures.id is 'The failure.';
comment on column public.job_failures.job is 'The function that failed, such as roll_up_video_analytics.';
comment on column public.job_failures.subject is 'What it failed with: an object of ids, such as {video_id, date}. Holds nobody''s personal data.';
comment on column public.job_failures.error is 'What Postgres said last, up to 1,000 characters.';
comment on column public.job_failures.attempts is 'How often it has failed so far.';
comment on column public.job_failures.created_at is 'When it failed first.';
comment on column public.job_failures.updated_at is 'When it failed last.';

-- job_failures_job_subject_key serves: what has this job set aside?

alter table public.job_failures enable row level security;

revoke all on table public.job_failures from anon, authenticated, service_role;
grant select on table public.job_failures to service_role;
-- Not granted: anything to users, whom it does not concern; any write, since jobs keep it themselves.

create function private.report_job_failure(p_job text, p_subject jsonb, p_error text) returns void
language sql volatile set search_path = ''
as $$
  insert into public.job_failures as failure (job, subject, error)
  values (p_job, p_subject, left(p_error, 1000))
  on conflict (job, subject) do update set
    error = excluded.error,
    attempts = failure.attempts + 1,
    updated_at = now();
$$;
comment on function private.report_job_failure(text, jsonb, text) is 'Sets a piece of work aside: says what failed, with what, and counts the attempts.';
revoke all on function private.report_job_failure(text, jsonb, text) from public;

create function private.clear_job_failure(p_job text, p_subject jsonb) returns void
language sql volatile set search_path = ''
as $$
  delete from public.job_failures as failure where failure.job = p_job and failure.subject = p_subject;
$$;
comment on function private.clear_job_failure(text, jsonb) is 'Takes a failure back: the work has been done.';
revoke all on function private.clear_job_failure(text, jsonb) from public;

-- Bad rows often are the oldest, and a job takes the oldest first: tried at every run, enough of them would fill it.
create function private.is_set_aside(p_job text, p_subject jsonb) returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.job_failures as failure
    where failure.job = p_job and failure.subject = p_subject and failure.updated_at > now() - interval '1 day'
  );
$$;
comment on function private.is_set_aside(text, jsonb) is 'Whether this failed within a day, so that a job leaves it alone until tomorrow.';
revoke all on function private.is_set_aside(text, jsonb) from public;

-- ./schemas/creators.sql

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

-- ./schemas/named_creator.sql

-- Which creator a call is about: the one who is signed in, or with the service key whomever p_creator_id names.

create function private.named_creator(p_creator_id uuid) returns public.creators
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_creator public.creators;
begin
  if p_creator_id is null and private.is_operator() then
    perform private.refuse_malformed('p_creator_id is required', 'Nobody is signed in: name the creator.');
  end if;
  select * into v_creator
  from public.creators
  where creators.id = coalesce(p_creator_id, private.my_creator_id())
    and (creators.id = private.my_creator_id() or private.is_operator());
  if not found then
    perform private.refuse('Sign in as the creator, or call with the service key and name him in p_creator_id.');
  end if;
  return v_creator;
end;
$$;
comment on function private.named_creator(uuid) is 'The creator, who must be the caller unless that is service_role; PT403 otherwise, PT400 when service_role names none. Definer: service_role has no policy.';
revoke all on function private.named_creator(uuid) from public;

-- ./schemas/creator_tiers.sql

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

-- ./schemas/creator_keys.sql

-- With these secrets a course platform's own server signs viewer tokens; the database verifies them.
-- Two keys may be valid at once, so that a platform changes its key without a moment of refusal.

create table private.creator_keys (
  id uuid not null default gen_random_uuid(),
  creator_id uuid not null,
  kid text not null,
  secret bytea not null,
  not_before timestamptz not null default now(),
  not_after timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint creator_keys_pkey primary key (id),
  constraint creator_keys_creator_id_kid_key unique (creator_id, kid),
  constraint creator_keys_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint creator_keys_kid_is_short check (length(kid) between 1 and 64),
  constraint creator_keys_secret_is_long check (length(secret) between 32 and 128),
  constraint creator_keys_ends_after_it_begins check (not_after >= not_before)
);

comment on table private.creator_keys is 'Secrets by which platforms sign viewer tokens (HS256). Read by the verification alone.';
comment on column private.creator_keys.id is 'The key.';
comment on column private.creator_keys.creator_id is 'Whose viewers it signs for, and so whose videos it opens.';
comment on column private.creator_keys.kid is 'Its name, as the token header gives it.';
comment on column private.creator_keys.secret is 'The shared secret, 32 to 128 bytes.';
comment on column private.creator_keys.not_before is 'Tokens are refused before.';
comment on column private.creator_keys.not_after is 'Tokens are refused from here on; null: no end yet.';
comment on column private.creator_keys.created_at is 'When the row was made.';
comment on column private.creator_keys.updated_at is 'When the row last changed.';

-- creator_keys_creator_id_kid_key serves the verification of a token.

create trigger touch_updated_at before update on private.creator_keys
  for each row execute function private.touch_updated_at();

alter table private.creator_keys enable row level security;

revoke all on table private.creator_keys from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. No policy either. The owner's functions read it.

create function private.rotate_creator_key(p_creator_id uuid, p_overlap_seconds integer, p_now timestamptz default now())
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_max_valid constant integer := 2;
  c_max_overlap_seconds constant integer := 31 * 86400;
  v_creator_id uuid := (private.named_creator(p_creator_id)).id;
  v_kid text := to_char(p_now at time zone 'UTC', 'YYYYMMDD') || '-' || substring(gen_random_uuid()::text from 1 for 8);
  -- 32 random bytes in hexadecimal. The text itself is the secret, so that no library has to be told to decode it.
  v_secret text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
  if p_overlap_seconds is null or p_overlap_seconds not between 0 and c_max_overlap_seconds then
    perform private.refuse_malformed('p_overlap_seconds is out of range', 'Send 0 to 2678400 seconds: how long the key in use still signs.');
  end if;
  -- Two rotations at once would leave three keys.
  perform from public.creators where creators.id = v_creator_id for no key update;
  if c_max_valid <= (
    select count(*)
    from private.creator_keys as keys
    where keys.creator_id = v_creator_id and (keys.not_after is null or keys.not_after > p_now)
  ) then
    raise sqlstate 'PT409' using
      message = 'two keys are valid already',
      hint = 'Wait until the older one ends, or end it now: retire_creator_key(p_kid).';
  end if;
  update private.creator_keys as keys
  set not_after = greatest(p_now + make_interval(secs => p_overlap_seconds), keys.not_before)
  where keys.creator_id = v_creator_id and keys.not_after is null;
  insert into private.creator_keys (creator_id, kid, secret, not_before)
  values (v_creator_id, v_kid, convert_to(v_secret, 'utf8'), p_now);
  return jsonb_build_object('creator_id', v_creator_id, 'kid', v_kid, 'alg', 'HS256', 'secret', v_secret);
end;
$$;
comment on function private.rotate_creator_key(uuid, integer, timestamptz) is 'Body of public.rotate_creator_key(). Definer: API roles reach no key.';
revoke all on function private.rotate_creator_key(uuid, integer, timestamptz) from public;
grant execute on function private.rotate_creator_key(uuid, integer, timestamptz) to authenticated, service_role;

create function public.rotate_creator_key(p_creator_id uuid default null, p_overlap_seconds integer default 86400) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.rotate_creator_key(p_creator_id, p_overlap_seconds);
end;
comment on function public.rotate_creator_key(uuid, integer) is 'Makes a new key for signing viewer tokens and answers {creator_id, kid, alg, secret}; the secret is told this once. The key in use still signs for p_overlap_seconds, a day if not said. By the creator for himself, by service_role for p_creator_id. PT409 while two keys are valid.';
revoke all on function public.rotate_creator_key(uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.rotate_creator_key(uuid, integer) to authenticated, service_role;

create function private.retire_creator_key(p_kid text, p_creator_id uuid, p_now timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_creator_id uuid := (private.named_creator(p_creator_id)).id;
begin
  update private.creator_keys as keys
  set not_after = least(keys.not_after, greatest(p_now, keys.not_before))
  where keys.creator_id = v_creator_id and keys.kid = p_kid;
  if not found then
    raise sqlstate 'PT404' using
      message = 'no such key',
      hint = 'get_creator_keys() lists the keys there are.';
  end if;
end;
$$;
comment on function private.retire_creator_key(text, uuid, timestamptz) is 'Body of public.retire_creator_key(). Definer: API roles reach no key.';
revoke all on function private.retire_creator_key(text, uuid, timestamptz) from public;
grant execute on function private.retire_creator_key(text, uuid, timestamptz) to authenticated, service_role;

create function public.retire_creator_key(p_kid text, p_creator_id uuid default null) returns void
language sql volatile set search_path = ''
begin atomic
  select private.retire_creator_key(p_kid, p_creator_id);
end;
comment on function public.retire_creator_key(text, uuid) is 'Ends a key now: tokens it signed are refused from here on. For a secret that got out. PT404 for a kid that is not there.';
revoke all on function public.retire_creator_key(text, uuid) from public, anon, authenticated, service_role;
grant execute on function public.retire_creator_key(text, uuid) to authenticated, service_role;

create function private.get_creator_keys(p_creator_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_creator_id uuid := (private.named_creator(p_creator_id)).id;
begin
  return (
    select coalesce(jsonb_agg(
      jsonb_build_object('kid', keys.kid, 'not_before', keys.not_before, 'not_after', keys.not_after)
      order by keys.not_before, keys.kid
    ), '[]')
    from private.creator_keys as keys
    where keys.creator_id = v_creator_id
  );
end;
$$;
comment on function private.get_creator_keys(uuid) is 'Body of public.get_creator_keys(). Definer: API roles reach no key.';
revoke all on function private.get_creator_keys(uuid) from public;
grant execute on function private.get_creator_keys(uuid) to authenticated, service_role;

create function public.get_creator_keys(p_creator_id uuid default null) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_creator_keys(p_creator_id);
end;
comment on function public.get_creator_keys(uuid) is 'The keys of a creator, oldest first: [{kid, not_before, not_after}]. Never a secret.';
revoke all on function public.get_creator_keys(uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_creator_keys(uuid) to authenticated, service_role;

-- ./schemas/students.sql

-- A student is a viewer with a name: somebody signed in here, or somebody a course platform vouches for.
-- The row is made by the database on first contact, so no client has to register anybody.

create table public.students (
  id uuid not null default gen_random_uuid(),
  user_id uuid,
  creator_id uuid,
  external_id text,
  display_name text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint students_pkey primary key (id),
  constraint students_user_id_key unique (user_id),
  constraint students_creator_id_external_id_key unique (creator_id, external_id),
  constraint students_user_id_fkey foreign key (user_id) references auth.users (id) on delete set null,
  constraint students_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint students_external_id_is_whole check ((creator_id is null) = (external_id is null)),
  constraint students_external_id_is_short check (length(external_id) between 1 and 255),
  constraint students_display_name_is_short check (length(display_name) <= 200)
);

comment on table public.students is 'Known viewers. Made on first contact, from a verified sign-in or a signed viewer token.';
comment on column public.students.id is 'The student; also his viewer_id in sessions and progress.';
comment on column public.students.user_id is 'His sign-in: auth.users.id. Null for students a platform signs for.';
comment on column public.students.creator_id is 'Whose platform signs for him. Null for students who sign in here.';
comment on column public.students.external_id is 'His id on that platform: the sub of its viewer tokens. Unique per creator.';
comment on column public.students.display_name is 'What to call him; plain text, may be missing.';
comment on column public.students.created_at is 'First contact.';
comment on column public.students.updated_at is 'When the row last changed.';

-- students_user_id_key serves first contact by JWT; students_creator_id_external_id_key first contact by viewer token.

create trigger touch_updated_at before update on public.students
  for each row execute function private.touch_updated_at();

-- As private.my_creator_id(): policies ask it, so it must not be subject to them.
create function private.my_student_id() returns uuid
language sql stable security definer set search_path = ''
as $$
  select students.id from public.students where students.user_id = private.my_user_id();
$$;
comment on function private.my_student_id() is 'The student who is signed in, or null before his first contact.';
revoke all on function private.my_student_id() from public;
grant execute on function private.my_student_id() to authenticated;

-- Whoever is signed in becomes a student with the first thing he does: he plays a video or enrols himself.
create function private.register_student() returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  v_id uuid := private.my_student_id();
begin
  if v_id is not null then return v_id; end if;
  -- The update makes a row that a parallel first contact inserted visible to returning. It names no key column: that
  -- would lock out every row that refers to the student.
  insert into public.students as s (user_id)
  values ((select auth.uid()))
  on conflict (user_id) do update set created_at = s.created_at
  returning s.id into v_id;
  return v_id;
exception when foreign_key_violation then
  -- The user was deleted; his token lives on for a while.
  perform private.refuse();
  return null;
end;
$$;
comment on function private.register_student() is 'The student who is signed in, whose row is made if need be; PT403 if his sign-in is gone.';
revoke all on function private.register_student() from public;

-- Between who he is and the first row of his, a student may be erased: a foreign key error then says nothing to a player,
-- which would drop what it has to tell.
create function private.hold_student(p_student_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform from public.students where students.id = p_student_id for key share;
  if not found and p_student_id is not null then
    raise sqlstate 'PT503' using
      message = 'this student was erased just now',
      hint = 'Send the request again: whoever is still signed in is a new student.';
  end if;
end;
$$;
comment on function private.hold_student(uuid) is 'Keeps a student from being erased until the transaction ends; PT503 where he was erased meanwhile. Null is nobody.';
revoke all on function private.hold_student(uuid) from public;

alter table public.students enable row level security;

create policy students_edit_themselves on public.students for update to authenticated
  using (user_id = (select auth.uid()));
comment on policy students_edit_themselves on public.students is 'A student edits his own row.';

-- The policy that says who sees a student stands in enrollments.sql, where courses are known.

revoke all on table public.students from anon, authenticated, service_role;
grant select on table public.students to authenticated;
grant update (display_name) on table public.students to authenticated;
grant select, insert, update on table public.students to service_role;
-- Not granted: insert to users: whoever could write user_id or external_id could be anybody. Delete to anyone: visits and
-- events would keep what erase_student_data() makes them forget.

-- ./schemas/courses.sql

-- A course is what a creator sells or gives away: modules of lessons, each lesson one video.

create table public.courses (
  id uuid not null default gen_random_uuid(),
  creator_id uuid not null default private.my_creator_id(),
  title text not null,
  description text,
  is_published boolean not null default false,
  enrollment text not null default 'closed',
  gating text not null default 'none',
  is_deleted boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint courses_pkey primary key (id),
  constraint courses_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint courses_title_is_short check (length(title) between 1 and 200),
  constraint courses_description_is_short check (length(description) <= 10000),
  constraint courses_enrollment_is_known check (enrollment in ('closed', 'open')),
  constraint courses_gating_is_known check (gating in ('none', 'sequential', 'required'))
);

comment on table public.courses is 'Courses. Removed by is_deleted, so that what was watched in them keeps its meaning.';
comment on column public.courses.id is 'The course.';
comment on column public.courses.creator_id is 'Its owner; the signed-in creator when he makes it himself.';
comment on column public.courses.title is '1 to 200 characters of plain text.';
comment on column public.courses.description is 'Plain text, up to 10,000 characters.';
comment on column public.courses.is_published is 'Whether students see it.';
comment on column public.courses.enrollment is 'closed: the creator enrols students. open: students of a published course enrol themselves.';
comment on column public.courses.gating is 'Which lessons are offered: none (all), sequential (after every lesson before it), required (after every required one before it). Advice for whoever shows the course; it locks no video.';
comment on column public.courses.is_deleted is 'Removed. Its lessons open no video any more.';
comment on column public.courses.created_at is 'When the row was made.';
comment on column public.courses.updated_at is 'When the row last changed.';

-- The courses of a creator; also every policy below.
create index courses_creator_id_idx on public.courses (creator_id);

create trigger touch_updated_at before update on public.courses
  for each row execute function private.touch_updated_at();

-- Sets for the policies of this table and those under it; definer, so that policies never ask each other in a circle.
create function private.my_course_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select courses.id from public.courses where courses.creator_id = (select private.my_creator_id());
$$;
comment on function private.my_course_ids() is 'Courses the signed-in creator owns.';
revoke all on function private.my_course_ids() from public;
grant execute on function private.my_course_ids() to authenticated;

alter table public.courses enable row level security;

-- One policy per table, role and command, here and everywhere: Postgres would ask every one of several for every row.
-- An update without a check of its own must leave a row that its `using` still allows.
create policy creators_make_their_courses on public.courses for insert to authenticated
  with check (creator_id = (select private.my_creator_id()));
comment on policy creators_make_their_courses on public.courses is 'A creator makes courses of his own.';

create policy creators_edit_their_courses on public.courses for update to authenticated
  using (creator_id = (select private.my_creator_id()));
comment on policy creators_edit_their_courses on public.courses is 'A creator edits his own courses.';

-- The policy that says who sees a course stands in enrollments.sql, where students in courses are known.

revoke all on table public.courses from anon, authenticated, service_role;
grant select on table public.courses to authenticated;
grant insert (title, description, is_published, enrollment, gating) on table public.courses to authenticated;
grant update (title, description, is_published, enrollment, gating, is_deleted) on table public.courses to authenticated;
grant select, insert, update, delete on table public.courses to service_role;
-- Not granted: creator_id (a course never changes hands by its owner's word), delete (set is_deleted instead).

-- ./schemas/course_modules.sql

-- A module is a chapter of a course: an ordered group of lessons.

create table public.course_modules (
  id uuid not null default gen_random_uuid(),
  course_id uuid not null,
  title text not null,
  module_order integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint course_modules_pkey primary key (id),
  constraint course_modules_course_id_module_order_key unique (course_id, module_order) deferrable initially immediate,
  constraint course_modules_course_id_fkey foreign key (course_id) references public.courses (id) on delete cascade,
  constraint course_modules_title_is_short check (length(title) between 1 and 200),
  constraint course_modules_module_order_is_positive check (module_order > 0)
);

comment on table public.course_modules is 'Modules of courses, in their order.';
comment on column public.course_modules.id is 'The module.';
comment on column public.course_modules.course_id is 'The course it belongs to.';
comment on column public.course_modules.title is '1 to 200 characters of plain text.';
comment on column public.course_modules.module_order is 'Place within the course, from 1; unique per course, checked at commit when a reordering defers it.';
comment on column public.course_modules.created_at is 'When the row was made.';
comment on column public.course_modules.updated_at is 'When the row last changed.';

-- course_modules_course_id_module_order_key serves: the modules of a course in order.

create trigger touch_updated_at before update on public.course_modules
  for each row execute function private.touch_updated_at();

alter table public.course_modules enable row level security;

create policy creators_add_modules on public.course_modules for insert to authenticated
  with check (course_id in (select private.my_course_ids()));
comment on policy creators_add_modules on public.course_modules is 'A creator adds modules to his own courses.';

create policy creators_edit_their_modules on public.course_modules for update to authenticated
  using (course_id in (select private.my_course_ids()));
comment on policy creators_edit_their_modules on public.course_modules is 'A creator edits the modules of his own courses.';

create policy creators_remove_their_modules on public.course_modules for delete to authenticated
  using (course_id in (select private.my_course_ids()));
comment on policy creators_remove_their_modules on public.course_modules is 'A creator removes modules of his own courses.';

-- The policy that says who sees a module stands in enrollments.sql, as that of courses.

revoke all on table public.course_modules from anon, authenticated, service_role;
grant select, delete on table public.course_modules to authenticated;
grant insert (course_id, title, module_order) on table public.course_modules to authenticated;
grant update (title, module_order) on table public.course_modules to authenticated;
grant select, insert, update, delete on table public.course_modules to service_role;
-- Not granted: update of course_id. A module does not move between courses; its lessons can.

-- ./schemas/enrollments.sql

-- An enrolment lets one student into one course, and so into the videos its lessons name.

create table public.enrollments (
  id uuid not null default gen_random_uuid(),
  course_id uuid not null,
  student_id uuid not null,
  enrolled_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint enrollments_pkey primary key (id),
  constraint enrollments_course_id_student_id_key unique (course_id, student_id),
  constraint enrollments_course_id_fkey foreign key (course_id) references public.courses (id) on delete cascade,
  constraint enrollments_student_id_fkey foreign key (student_id) references public.students (id) on delete cascade
);

comment on table public.enrollments is 'Who is in which course.';
comment on column public.enrollments.id is 'The enrolment.';
comment on column public.enrollments.course_id is 'The course.';
comment on column public.enrollments.student_id is 'The student.';
comment on column public.enrollments.enrolled_at is 'Since when; start of his cohort.';
comment on column public.enrollments.created_at is 'When the row was made.';
comment on column public.enrollments.updated_at is 'When the row last changed.';

-- enrollments_course_id_student_id_key serves: is this student in this course?
-- The courses of a student; the access rule of enrolled videos starts here.
create index enrollments_student_id_idx on public.enrollments (student_id);

create trigger touch_updated_at before update on public.enrollments
  for each row execute function private.touch_updated_at();

create function private.my_enrolled_course_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select enrollments.course_id
  from public.enrollments
  inner join public.courses on courses.id = enrollments.course_id
  where enrollments.student_id = (select private.my_student_id())
    and courses.is_published and not courses.is_deleted;
$$;
comment on function private.my_enrolled_course_ids() is 'Published courses the signed-in student is in.';
revoke all on function private.my_enrolled_course_ids() from public;
grant execute on function private.my_enrolled_course_ids() to authenticated;

create function private.my_taught_student_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select enrollments.student_id
  from public.enrollments
  inner join public.courses on courses.id = enrollments.course_id
  where courses.creator_id = (select private.my_creator_id());
$$;
comment on function private.my_taught_student_ids() is 'Students in any course of the signed-in creator.';
revoke all on function private.my_taught_student_ids() from public;
grant execute on function private.my_taught_student_ids() to authenticated;

create function private.is_open_course(p_course_id uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from public.courses
    where courses.id = p_course_id and courses.is_published and courses.enrollment = 'open' and not courses.is_deleted
  );
$$;
comment on function private.is_open_course(uuid) is 'Whether students may enrol themselves in the course.';
revoke all on function private.is_open_course(uuid) from public;
grant execute on function private.is_open_course(uuid) to authenticated;

create function private.may_enroll(p_student_id uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  -- Whoever is in a course shows his name to its creator; a platform's students are nobody else's.
  select exists (
    select from public.students
    where students.id = p_student_id
      and (students.creator_id is null or students.creator_id = (select private.my_creator_id()))
  );
$$;
comment on function private.may_enroll(uuid) is 'Whether the signed-in creator may enrol the student: anybody but those for whom another creator''s platform signs.';
revoke all on function private.may_enroll(uuid) from public;
grant execute on function private.may_enroll(uuid) to authenticated;

create function private.enroll_in_course(p_course_id uuid) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_student_id uuid;
  v_id uuid;
begin
  if p_course_id is null then
    perform private.refuse_malformed('p_course_id is required', 'Send the uuid of a course.');
  end if;
  if (select auth.uid()) is null then
    raise sqlstate 'PT401' using
      message = 'nobody is signed in',
      hint = 'Sign the student in. Students whom a platform signs for are let in by its tokens, or enrolled by its creator.';
  end if;
  -- Sent again, it is the same enrolment, even if the course takes no more.
  if not private.is_open_course(p_course_id) and p_course_id not in (select private.my_enrolled_course_ids()) then
    raise sqlstate 'PT403' using
      message = 'not allowed',
      hint = 'Check the course id, and that the course is published and open for enrolment. Its creator enrols students in a closed one.';
  end if;
  v_student_id := private.register_student();
  perform private.hold_student(v_student_id);
  insert into public.enrollments (course_id, student_id)
  values (p_course_id, v_student_id)
  on conflict (course_id, student_id) do nothing;
  select enrollments.id into v_id
  from public.enrollments
  where enrollments.course_id = p_course_id and enrollments.student_id = v_student_id;
  return v_id;
end;
$$;
comment on function private.enroll_in_course(uuid) is 'Body of public.enroll_in_course(). Definer: no user registers a student.';
revoke all on function private.enroll_in_course(uuid) from public;
grant execute on function private.enroll_in_course(uuid) to anon, authenticated;

create function public.enroll_in_course(p_course_id uuid) returns uuid
language sql volatile set search_path = ''
begin atomic
  select private.enroll_in_course(p_course_id);
end;
comment on function public.enroll_in_course(uuid) is 'Enrols who is signed in in an open course and answers his enrolment; sent again, the same one. It may be the first thing he does: whoever is no student yet becomes one. PT401 nobody signed in, PT403 the course is not published, not open or not there.';
revoke all on function public.enroll_in_course(uuid) from public, anon, authenticated, service_role;
grant execute on function public.enroll_in_course(uuid) to anon, authenticated;
-- Granted to anon so that he is told to sign in. Not granted: service_role, which writes enrolments itself.

alter table public.enrollments enable row level security;

create policy students_and_creators_see_enrollments on public.enrollments for select to authenticated
  using (student_id = (select private.my_student_id()) or course_id in (select private.my_course_ids()));
comment on policy students_and_creators_see_enrollments on public.enrollments is 'A student sees which courses he is in, a creator who is in his courses.';

create policy students_enrol_themselves_and_creators_others on public.enrollments for insert to authenticated
  with check (
    (student_id = (select private.my_student_id()) and private.is_open_course(course_id))
    or (course_id in (select private.my_course_ids()) and private.may_enroll(student_id))
  );
comment on policy students_enrol_themselves_and_creators_others on public.enrollments is 'A student enrols himself, and only where enrolment is open; a creator enrols students in his own courses, but none of another platform.';

create policy creators_end_enrollments on public.enrollments for delete to authenticated
  using (course_id in (select private.my_course_ids()));
comment on policy creators_end_enrollments on public.enrollments is 'A creator removes students from his own courses.';

create policy students_see_themselves_and_creators_theirs on public.students for select to authenticated
  using (
    user_id = (select auth.uid())
    or creator_id = (select private.my_creator_id())
    or id in (select private.my_taught_student_ids())
  );
comment on policy students_see_themselves_and_creators_theirs on public.students is 'A student sees himself, a creator the students his platform signs for and those in his courses.';

create policy creators_and_students_see_courses on public.courses for select to authenticated
  using (
    creator_id = (select private.my_creator_id())
    or (is_published and enrollment = 'open' and not is_deleted)
    or id in (select private.my_enrolled_course_ids())
  );
comment on policy creators_and_students_see_courses on public.courses is 'A creator sees his own courses, a student the published ones he is in, and anyone signed in those he may enrol himself in.';

create policy creators_and_students_see_modules on public.course_modules for select to authenticated
  using (
    course_id in (select private.my_course_ids())
    or course_id in (select private.my_enrolled_course_ids())
  );
comment on policy creators_and_students_see_modules on public.course_modules is 'A creator sees the modules of his own courses, a student those of the courses he is in.';

revoke all on table public.enrollments from anon, authenticated, service_role;
grant select, delete on table public.enrollments to authenticated;
grant insert (course_id, student_id) on table public.enrollments to authenticated;
grant select, insert, update, delete on table public.enrollments to service_role;
-- Inserting is for who is a student already; anybody's first enrolment goes by enroll_in_course().
-- Not granted: update, and enrolled_at on insert. An enrolment is made and removed; its date is not chosen.

-- ./schemas/captions_and_chapters.sql

-- Captions and chapters are handed to every viewer as they stand: no key but those named, no text without an end.
create function private.is_text(p_value jsonb, p_longest integer) returns boolean
language sql immutable set search_path = ''
as $$
  select coalesce(jsonb_typeof(p_value) = 'string' and length(p_value #>> '{}') between 1 and p_longest, false);
$$;
comment on function private.is_text(jsonb, integer) is 'Whether a value is text of 1 to so many characters.';
revoke all on function private.is_text(jsonb, integer) from public;

create function private.is_caption(p_value jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select case when jsonb_typeof(p_value) = 'object' then
    p_value - '{src,srclang,label}'::text[] = '{}'
    and private.is_text(p_value -> 'src', 2048)
    and private.is_text(p_value -> 'srclang', 35)
    and private.is_text(p_value -> 'label', 200)
  else false end;
$$;
comment on function private.is_caption(jsonb) is 'Whether a value is {src, srclang, label} and nothing else.';
revoke all on function private.is_caption(jsonb) from public;

create function private.is_chapter(p_value jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select case when jsonb_typeof(p_value) = 'object' then
    p_value - '{start_ms,end_ms,title}'::text[] = '{}'
    and private.is_text(p_value -> 'title', 200)
    and coalesce(jsonb_typeof(p_value -> 'start_ms') = 'number' and p_value ->> 'start_ms' ~ '^\d+$', false)
    and coalesce(jsonb_typeof(p_value -> 'end_ms') = 'number' and p_value ->> 'end_ms' ~ '^\d+$', false)
    and p_value -> 'start_ms' < p_value -> 'end_ms' and p_value -> 'end_ms' <= '2147483647'
  else false end;
$$;
comment on function private.is_chapter(jsonb) is 'Whether a value is {start_ms, end_ms, title} and nothing else, in whole ms and ending after its start.';
revoke all on function private.is_chapter(jsonb) from public;

create function private.are_captions(p_list jsonb) returns boolean
language sql immutable security definer set search_path = ''
as $$
  select case when jsonb_typeof(p_list) = 'array' then (
    select coalesce(bool_and(private.is_caption(caption)), true) from jsonb_array_elements(p_list) as caption
  ) else false end;
$$;
comment on function private.are_captions(jsonb) is 'Whether a value is a list of captions. Definer: a check runs as the caller, who may look up no names in private.';
revoke all on function private.are_captions(jsonb) from public;
grant execute on function private.are_captions(jsonb) to authenticated, service_role;

create function private.are_chapters(p_list jsonb) returns boolean
language sql immutable security definer set search_path = ''
as $$
  select case when jsonb_typeof(p_list) = 'array' then (
    select coalesce(bool_and(
      case when private.is_chapter(chapter.value) and private.is_chapter(coalesce(chapter.before, chapter.value))
        then chapter.before is null or chapter.before -> 'end_ms' <= chapter.value -> 'start_ms'
      else false end
    ), true)
    from (
      select element.value, lag(element.value) over (order by element.place) as before
      from jsonb_array_elements(p_list) with ordinality as element (value, place)
    ) as chapter
  ) else false end;
$$;
comment on function private.are_chapters(jsonb) is 'Whether a value is a list of chapters in their order, none beginning before the last has ended. Definer: a check runs as the caller, who may look up no names in private.';
revoke all on function private.are_chapters(jsonb) from public;
grant execute on function private.are_chapters(jsonb) to authenticated, service_role;

-- ./schemas/allowed_origins.sql

-- Which web pages may embed a video. A browser says in the Origin header where a request comes from, and private.may_play()
-- compares it with the list: what is not written as browsers write it would never match, and keep everybody out.

create function private.is_origin(p_text text) returns boolean
language sql immutable set search_path = ''
as $$
  select coalesce(
    length(p_text) <= 255
    and p_text ~ '^[a-z][a-z0-9+.-]*://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?$'
    -- Browsers leave out the port that the scheme implies.
    and p_text !~ '^(http://.*:80|https://.*:443)$',
    false
  );
$$;
comment on function private.is_origin(text) is 'Whether a text is an origin as browsers send it: scheme://host or scheme://host:port in lower case, without a path.';
revoke all on function private.is_origin(text) from public;

create function private.are_origins(p_list text[]) returns boolean
language sql immutable security definer set search_path = ''
as $$
  select coalesce(bool_and(private.is_origin(origin)), true) from unnest(p_list) as origin;
$$;
comment on function private.are_origins(text[]) is 'Whether every element is an origin. Definer: a check runs as the caller, who may look up no names in private.';
revoke all on function private.are_origins(text[]) from public;
grant execute on function private.are_origins(text[]) to authenticated, service_role;

-- ./schemas/videos.sql

-- A video is one thing to watch, wherever it is hosted. source_type says where, and the columns of that source are
-- whole while those of every other source are empty, so no reader has to guess.

-- The id of a video within the service that hosts it, as packages/media/src/<provider>/source.ts reads it out of an
-- address; a test holds both equal. An unlisted Vimeo video is ID/HASH, since its id alone does not play.
create function private.is_source_id(p_source_type text, p_id text) returns boolean
language sql immutable strict set search_path = ''
as $$
  select case p_source_type
    when 'youtube' then p_id ~ '^[A-Za-z0-9_-]{11}$' and p_id not in ('videoseries', 'live_stream')
    when 'mux' then p_id ~ '^[A-Za-z0-9]{20,100}$'
    when 'loom' then p_id ~ '^[0-9a-f]{32}$'
    when 'vimeo' then p_id ~ '^[1-9][0-9]{0,11}(/[0-9a-f]{6,20})?$'
    when 'wistia' then p_id ~ '^[a-z0-9]{10}$'
    else false
  end;
$$;
comment on function private.is_source_id(text, text) is 'Whether an id can be one of that service; null for no id.';
revoke all on function private.is_source_id(text, text) from public;
grant execute on function private.is_source_id(text, text) to authenticated, service_role;

create table public.videos (
  id uuid not null default gen_random_uuid(),
  creator_id uuid not null default private.my_creator_id(),
  title text not null,
  description text,
  source_type text not null,
  url text,
  youtube_video_id text,
  youtube_channel_id text,
  mux_asset_id text,
  mux_playback_id text,
  embed_type text,
  embed_id text,
  storage_path text,
  file_size_bytes bigint,
  whop_lesson_id text,
  thumbnail_url text,
  captions jsonb not null default '[]',
  chapters jsonb not null default '[]',
  transcript text,
  duration_ms integer,
  duration_seconds numeric(10, 3),
  duration_source text,
  status text not null default 'pending',
  error text,
  imported_at timestamptz,
  access text not null default 'enrolled',
  allowed_origins text[],
  completion_threshold smallint not null default 90,
  completion_accepts_late boolean not null default false,
  accepted_evidence text[] not null default '{measured,polled,reported}',
  is_deleted boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint videos_pkey primary key (id),
  constraint videos_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint videos_creator_id_whop_lesson_id_key unique (creator_id, whop_lesson_id),
  constraint videos_source_type_is_known check (source_type in ('youtube', 'mux', 'loom', 'upload', 'vimeo', 'wistia')),
  constraint videos_embed_type_is_known check (embed_type in ('youtube', 'loom', 'vimeo', 'wistia')),
  -- Every branch is true or false, never null: a null check passes.
  constraint videos_source_is_whole check (
    case source_type
      when 'youtube' then youtube_video_id is not null
      when 'mux' then mux_playback_id is not null
      when 'upload' then storage_path is not null or url is not null or is_deleted
        or status in ('pending', 'uploading', 'failed')
      else embed_id is not null and embed_type is not null
    end
  ),
  constraint videos_source_is_not_contradicted check (
    (source_type = 'youtube' or (youtube_video_id is null and youtube_channel_id is null))
    and (source_type = 'mux' or (mux_asset_id is null and mux_playback_id is null))
    and (source_type = 'upload' or (storage_path is null and file_size_bytes is null))
    and (source_type in ('loom', 'vimeo', 'wistia') or embed_id is null)
    and (embed_type is null or embed_type = source_type)
  ),
  constraint videos_title_is_short check (length(title) between 1 and 200),
  constraint videos_description_is_short check (length(description) <= 10000),
  constraint videos_url_is_short check (length(url) between 1 and 2048),
  -- That is what get_player_video() calls the file of storage_path, and nobody chooses that by himself.
  constraint videos_url_is_no_place_in_storage check (url !~* '^\s*storage:'),
  constraint videos_thumbnail_url_is_short check (length(thumbnail_url) between 1 and 2048),
  constraint videos_youtube_video_id_is_one check (private.is_source_id('youtube', youtube_video_id)),
  constraint videos_mux_playback_id_is_one check (private.is_source_id('mux', mux_playback_id)),
  constraint videos_embed_id_is_one check (private.is_source_id(source_type, embed_id)),
  constraint videos_ids_are_short check (
    length(youtube_channel_id) between 1 and 64 and length(mux_asset_id) between 1 and 255
    and length(whop_lesson_id) between 1 and 255
  ),
  -- The API signs addresses of this path: it must never be somebody else's.
  constraint videos_storage_path_is_its_own
    check (length(storage_path) <= 1024 and starts_with(storage_path, creator_id || '/' || id || '/')),
  constraint videos_captions_are_whole check (pg_column_size(captions) <= 16384 and private.are_captions(captions)),
  constraint videos_chapters_are_whole check (pg_column_size(chapters) <= 65536 and private.are_chapters(chapters)),
  constraint videos_duration_ms_is_positive check (duration_ms > 0),
  constraint videos_duration_source_is_known check (duration_source in ('pipeline', 'creator', 'viewers')),
  constraint videos_duration_has_a_source check ((duration_ms is null) = (duration_source is null)),
  constraint videos_transcript_is_bounded check (length(transcript) <= 2000000),
  constraint videos_file_size_bytes_is_positive check (file_size_bytes > 0),
  constraint videos_status_is_known
    check (status in ('pending', 'uploading', 'transcribing', 'embedding', 'ready', 'failed')),
  constraint videos_error_is_of_a_failure
    check (length(error) between 1 and 1000 and (error is null or status = 'failed')),
  constraint videos_access_is_known check (access in ('public', 'enrolled')),
  constraint videos_allowed_origins_are_few check (cardinality(allowed_origins) between 1 and 100),
  constraint videos_allowed_origins_are_origins check (private.are_origins(allowed_origins)),
  constraint videos_completion_threshold_is_a_percentage check (completion_threshold between 1 and 100),
  constraint videos_accepted_evidence_is_known
    check (cardinality(accepted_evidence) <= 5 and accepted_evidence <@ array['measured', 'polled', 'reported', 'estimated', 'attested'])
);

comment on table public.videos is 'Videos of creators, from any source. Removed by is_deleted, so that what was watched keeps its meaning.';
comment on column public.videos.id is 'The video; what <chronos-player video-id> names.';
comment on column public.videos.creator_id is 'Its owner; the signed-in creator when he makes it himself.';
comment on column public.videos.title is '1 to 200 characters of plain text.';
comment on column public.videos.description is 'Plain text, up to 10,000 characters.';
comment on column public.videos.source_type is 'Where it is hosted: youtube, mux, loom, upload, vimeo or wistia.';
comment on column public.videos.url is 'Address of the file (upload) or of the page it was added from (other sources).';
comment on column public.videos.youtube_video_id is 'youtube only: the 11-character id.';
comment on column public.videos.youtube_channel_id is 'youtube only: the channel, when known.';
comment on column public.videos.mux_asset_id is 'mux only: the asset, when known.';
comment on column public.videos.mux_playback_id is 'mux only: the playback id, 20 to 100 letters and digits.';
comment on column public.videos.embed_type is 'loom, vimeo, wistia: repeats source_type; null or youtube for youtube.';
comment on column public.videos.embed_id is 'loom, vimeo, wistia: the id within that service; of an unlisted Vimeo video ID/HASH.';
comment on column public.videos.storage_path is 'upload only: path in bucket chronos-videos, creator_id/id/filename. Null until the file is there, and when it lies elsewhere.';
comment on column public.videos.file_size_bytes is 'upload only: size of the stored file, in bytes, as Storage counted it.';
comment on column public.videos.whop_lesson_id is 'The Whop lesson it was imported from; unique per creator.';
comment on column public.videos.thumbnail_url is 'Poster image.';
comment on column public.videos.captions is 'List of {src, srclang, label}, nothing else in them: WebVTT files the owner supplies. Addresses up to 2,048 characters, labels up to 200.';
comment on column public.videos.chapters is 'List of {start_ms, end_ms, title}, nothing else in them, in order and not overlapping; titles up to 200 characters.';
comment on column public.videos.transcript is 'Full text, when transcribed: plain text, up to 2,000,000 characters.';
comment on column public.videos.duration_ms is 'Length in ms; every percentage is of this. Null while nobody trustworthy has said, and for live streams.';
comment on column public.videos.duration_seconds is 'duration_ms in seconds. Either may be written, the other follows.';
comment on column public.videos.duration_source is 'Who said so: pipeline (file or vendor), creator (his own playback) or viewers (three agreed).';
comment on column public.videos.status is 'Pipeline state: pending, uploading, transcribing, embedding, ready or failed. Moved by set_video_status(). Two moves follow from elsewhere: failed when its file is removed from storage, and pending when its Whop lesson gets another source.';
comment on column public.videos.error is 'Why status is failed, as a sentence.';
comment on column public.videos.imported_at is 'When there was first something to play: its file had arrived, or its address had been looked at. Marks that video_imported is recorded.';
comment on column public.videos.access is 'public: anyone may play it. enrolled: students of a course it is a lesson of.';
comment on column public.videos.allowed_origins is 'Web origins that may embed it, as browsers send them: scheme://host or scheme://host:port in lower case, without a path, a slash at the end, or the port that the scheme implies. Null allows all. A guard against hotlinking browsers, not a boundary.';
comment on column public.videos.completion_threshold is 'Percent of the video that must be covered to complete it; 1 to 100.';
comment on column public.videos.completion_accepts_late is 'Whether watching that reached the server only afterwards may complete it.';
comment on column public.videos.accepted_evidence is 'Grades of evidence that count as progress: measured, polled, reported, estimated, attested.';
comment on column public.videos.is_deleted is 'Removed: plays for nobody, records nothing more.';
comment on column public.videos.created_at is 'When the row was made.';
comment on column public.videos.updated_at is 'When the row last changed.';

-- The library of a creator, by source where he filters.
create index videos_creator_id_source_type_idx on public.videos (creator_id, source_type);
-- Has this YouTube video been added already? (the creator is a filter on few rows)
create index videos_youtube_video_id_idx on public.videos (youtube_video_id) where youtube_video_id is not null;
-- Which video does this Mux webhook mean?
create index videos_mux_playback_id_idx on public.videos (mux_playback_id) where mux_playback_id is not null;
-- Has this embed been added already?
create index videos_embed_type_embed_id_idx on public.videos (embed_type, embed_id) where embed_id is not null;
-- videos_creator_id_whop_lesson_id_key serves the Whop import.

-- Two columns for one length, and whoever knows it in one unit need not know the other.
create function private.keep_one_duration() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.duration_ms := coalesce(new.duration_ms, round(1000 * new.duration_seconds));
  else
    if new.duration_ms is not distinct from old.duration_ms and new.duration_seconds is distinct from old.duration_seconds then
      new.duration_ms := round(1000 * new.duration_seconds);
    end if;
    if new.duration_ms is null and new.duration_source is not distinct from old.duration_source then
      new.duration_source := null;
    end if;
  end if;
  new.duration_seconds := new.duration_ms / 1000.0;
  if new.duration_ms is not null then
    new.duration_source := coalesce(new.duration_source, 'pipeline');
  end if;
  return new;
end;
$$;
comment on function private.keep_one_duration() is 'Trigger: duration_seconds is duration_ms in seconds. Given or changed alone, either rules; both, the milliseconds do. A duration of which nobody says who found it is the pipeline''s.';
revoke all on function private.keep_one_duration() from public;

create trigger keep_one_duration before insert or update of duration_ms, duration_seconds, duration_source on public.videos
  for each row execute function private.keep_one_duration();

create trigger touch_updated_at before update on public.videos
  for each row execute function private.touch_updated_at();

create function private.my_video_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select videos.id from public.videos where videos.creator_id = (select private.my_creator_id());
$$;
comment on function private.my_video_ids() is 'Videos the signed-in creator owns.';
revoke all on function private.my_video_ids() from public;
grant execute on function private.my_video_ids() to authenticated;

alter table public.videos enable row level security;

create policy creators_see_their_videos on public.videos for select to authenticated
  using (creator_id = (select private.my_creator_id()));
comment on policy creators_see_their_videos on public.videos is 'A creator sees his own videos.';

create policy creators_add_videos on public.videos for insert to authenticated
  with check (creator_id = (select private.my_creator_id()));
comment on policy creators_add_videos on public.videos is 'A creator adds videos of his own.';

create policy creators_edit_their_videos on public.videos for update to authenticated
  using (creator_id = (select private.my_creator_id()));
comment on policy creators_edit_their_videos on public.videos is 'A creator edits his own videos.';

-- Viewers have no policy: what a player needs comes from get_player_video(), which checks the access rule.

revoke all on table public.videos from anon, authenticated, service_role;
grant select on table public.videos to authenticated;
grant insert (title, description, source_type, url, youtube_video_id, youtube_channel_id, mux_asset_id, mux_playback_id,
  embed_type, embed_id, whop_lesson_id, thumbnail_url, captions, chapters, access, allowed_origins,
  completion_threshold, completion_accepts_late, accepted_evidence) on table public.videos to authenticated;
grant update (title, description, url, thumbnail_url, captions, chapters, access, allowed_origins,
  completion_threshold, completion_accepts_late, accepted_evidence, is_deleted) on table public.videos to authenticated;
grant select, insert, delete on table public.videos to service_role;
grant update (title, description, url, thumbnail_url, captions, chapters, transcript, duration_ms, duration_source,
  youtube_channel_id, mux_asset_id, access, allowed_origins, completion_threshold, completion_accepts_late,
  accepted_evidence, is_deleted) on table public.videos to service_role;
-- Not granted to a creator: creator_id; the duration and the transcript, which the pipeline writes; delete (set is_deleted
-- instead). Nobody may update status and error, which set_video_status() moves; the stored file, which it looks up; the
-- source, because its sessions measured that source. (service_role may insert a video in any state: an import is one.)

-- ./schemas/module_lessons.sql

-- A lesson is a video at a place in a module. The same video may be a lesson of many modules, each with its own title.

create table public.module_lessons (
  id uuid not null default gen_random_uuid(),
  module_id uuid not null,
  video_id uuid not null,
  lesson_order integer not null,
  title text,
  description text,
  is_required boolean not null default true,
  estimated_duration_minutes integer,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint module_lessons_pkey primary key (id),
  constraint module_lessons_module_id_video_id_key unique (module_id, video_id),
  constraint module_lessons_module_id_lesson_order_key unique (module_id, lesson_order) deferrable initially immediate,
  constraint module_lessons_module_id_fkey foreign key (module_id) references public.course_modules (id) on delete cascade,
  constraint module_lessons_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint module_lessons_lesson_order_is_positive check (lesson_order > 0),
  constraint module_lessons_title_is_short check (length(title) between 1 and 200),
  constraint module_lessons_description_is_short check (length(description) <= 10000),
  constraint module_lessons_estimated_duration_minutes_is_positive check (estimated_duration_minutes > 0),
  constraint module_lessons_metadata_is_small check (jsonb_typeof(metadata) = 'object' and pg_column_size(metadata) <= 16384)
);

comment on table public.module_lessons is 'Lessons: which video stands where in which module.';
comment on column public.module_lessons.id is 'The lesson.';
comment on column public.module_lessons.module_id is 'The module it belongs to.';
comment on column public.module_lessons.video_id is 'The video to watch; once per module.';
comment on column public.module_lessons.lesson_order is 'Place within the module, from 1; unique per module, checked at commit when a reordering defers it.';
comment on column public.module_lessons.title is 'Title here; null shows the title of the video.';
comment on column public.module_lessons.description is 'Text here; null shows that of the video.';
comment on column public.module_lessons.is_required is 'Whether the course counts as done only with it.';
comment on column public.module_lessons.estimated_duration_minutes is 'How long a student will need, in minutes.';
comment on column public.module_lessons.metadata is 'Room for the platform; an object.';
comment on column public.module_lessons.created_at is 'When the row was made.';
comment on column public.module_lessons.updated_at is 'When the row last changed.';

-- module_lessons_module_id_lesson_order_key serves: the lessons of a module in order.
-- The modules that use a video; the access rule and the course context of a session.
create index module_lessons_video_id_idx on public.module_lessons (video_id);

create trigger touch_updated_at before update on public.module_lessons
  for each row execute function private.touch_updated_at();

create function private.my_module_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select course_modules.id
  from public.course_modules
  where course_modules.course_id in (select private.my_course_ids());
$$;
comment on function private.my_module_ids() is 'Modules of the courses the signed-in creator owns.';
revoke all on function private.my_module_ids() from public;
grant execute on function private.my_module_ids() to authenticated;

create function private.my_enrolled_module_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select course_modules.id
  from public.course_modules
  where course_modules.course_id in (select private.my_enrolled_course_ids());
$$;
comment on function private.my_enrolled_module_ids() is 'Modules of the published courses the signed-in student is in.';
revoke all on function private.my_enrolled_module_ids() from public;
grant execute on function private.my_enrolled_module_ids() to authenticated;

alter table public.module_lessons enable row level security;

create policy creators_and_students_see_lessons on public.module_lessons for select to authenticated
  using (
    module_id in (select private.my_module_ids())
    or module_id in (select private.my_enrolled_module_ids())
  );
comment on policy creators_and_students_see_lessons on public.module_lessons is 'A creator sees the lessons of his own courses, a student those of the courses he is in.';

create policy creators_add_lessons on public.module_lessons for insert to authenticated
  with check (module_id in (select private.my_module_ids()) and video_id in (select private.my_video_ids()));
comment on policy creators_add_lessons on public.module_lessons is 'A creator adds lessons to his own courses, from his own videos: a lesson opens a video to students.';

create policy creators_edit_their_lessons on public.module_lessons for update to authenticated
  using (module_id in (select private.my_module_ids()));
comment on policy creators_edit_their_lessons on public.module_lessons is 'A creator edits the lessons of his own courses, and moves them between modules of his own.';

create policy creators_remove_their_lessons on public.module_lessons for delete to authenticated
  using (module_id in (select private.my_module_ids()));
comment on policy creators_remove_their_lessons on public.module_lessons is 'A creator removes lessons of his own courses.';

revoke all on table public.module_lessons from anon, authenticated, service_role;
grant select, delete on table public.module_lessons to authenticated;
grant insert (module_id, video_id, lesson_order, title, description, is_required, estimated_duration_minutes, metadata)
  on table public.module_lessons to authenticated;
grant update (module_id, lesson_order, title, description, is_required, estimated_duration_minutes, metadata)
  on table public.module_lessons to authenticated;
grant select, insert, update, delete on table public.module_lessons to service_role;
-- Not granted: update of video_id. Another video is another lesson.

-- ./schemas/lesson_order.sql

-- Reordering in one call. The unique constraints on places are checked at the end of a statement, so all places change
-- at once and nobody ever sees two lessons in one.

create function private.refuse_order(p_what text) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  raise sqlstate 'PT409' using
    message = format('these are not the %s there are', p_what),
    hint = format('Send every one of them once, in the new order. Read the %s again: somebody may have added or removed one.', p_what);
end;
$$;
comment on function private.refuse_order(text) is 'Raises PT409: an order that leaves out, repeats or invents something.';
revoke all on function private.refuse_order(text) from public;

create function private.owns_course(p_course_id uuid) returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.courses
    where courses.id = p_course_id and not courses.is_deleted
      and ((select private.is_operator()) or courses.creator_id = private.my_creator_id())
  );
$$;
comment on function private.owns_course(uuid) is 'Whether the caller may change the course: its creator, or service_role.';
revoke all on function private.owns_course(uuid) from public;

create function private.reorder_lessons(p_module_id uuid, p_lesson_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_course_id uuid;
  v_moved integer;
begin
  -- Two reorderings of one module follow each other.
  select course_modules.course_id into v_course_id
  from public.course_modules where course_modules.id = p_module_id for no key update;
  if not found or not private.owns_course(v_course_id) then
    perform private.refuse('Check the module id: its course must be yours and not deleted.');
  end if;
  update public.module_lessons
  set lesson_order = given.place
  from unnest(p_lesson_ids) with ordinality as given (id, place)
  where module_lessons.id = given.id and module_lessons.module_id = p_module_id;
  get diagnostics v_moved = row_count;
  if v_moved is distinct from cardinality(p_lesson_ids)
    or v_moved <> (select count(*) from public.module_lessons where module_lessons.module_id = p_module_id)
  then
    perform private.refuse_order('lessons of the module');
  end if;
exception when unique_violation then
  perform private.refuse_order('lessons of the module');
end;
$$;
comment on function private.reorder_lessons(uuid, uuid[]) is 'Body of public.reorder_lessons(). Definer, so that service_role needs no policy.';
revoke all on function private.reorder_lessons(uuid, uuid[]) from public;
grant execute on function private.reorder_lessons(uuid, uuid[]) to authenticated, service_role;

create function public.reorder_lessons(p_module_id uuid, p_lesson_ids uuid[]) returns void
language sql volatile set search_path = ''
begin atomic
  select private.reorder_lessons(p_module_id, p_lesson_ids);
end;
comment on function public.reorder_lessons(uuid, uuid[]) is 'Puts the lessons of a module into the order given: every one of them, once. PT409 when they are not exactly those there are. By the course''s creator or service_role.';
revoke all on function public.reorder_lessons(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function public.reorder_lessons(uuid, uuid[]) to authenticated, service_role;

create function private.reorder_modules(p_course_id uuid, p_module_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_moved integer;
begin
  perform from public.courses where courses.id = p_course_id for no key update;
  if not private.owns_course(p_course_id) then
    perform private.refuse('Check the course id: the course must be yours and not deleted.');
  end if;
  update public.course_modules
  set module_order = given.place
  from unnest(p_module_ids) with ordinality as given (id, place)
  where course_modules.id = given.id and course_modules.course_id = p_course_id;
  get diagnostics v_moved = row_count;
  if v_moved is distinct from cardinality(p_module_ids)
    or v_moved <> (select count(*) from public.course_modules where course_modules.course_id = p_course_id)
  then
    perform private.refuse_order('modules of the course');
  end if;
exception when unique_violation then
  perform private.refuse_order('modules of the course');
end;
$$;
comment on function private.reorder_modules(uuid, uuid[]) is 'Body of public.reorder_modules(). Definer, so that service_role needs no policy.';
revoke all on function private.reorder_modules(uuid, uuid[]) from public;
grant execute on function private.reorder_modules(uuid, uuid[]) to authenticated, service_role;

create function public.reorder_modules(p_course_id uuid, p_module_ids uuid[]) returns void
language sql volatile set search_path = ''
begin atomic
  select private.reorder_modules(p_course_id, p_module_ids);
end;
comment on function public.reorder_modules(uuid, uuid[]) is 'Puts the modules of a course into the order given: every one of them, once. PT409 when they are not exactly those there are. By the course''s creator or service_role.';
revoke all on function public.reorder_modules(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function public.reorder_modules(uuid, uuid[]) to authenticated, service_role;

-- ./schemas/watched_ranges.sql

-- Arithmetic of what was watched. Ranges are media time in ms, half open.

-- In plpgsql, whose plans are kept.
create function private.range_length(p_ranges int4multirange) returns bigint
language plpgsql immutable set search_path = ''
as $$
begin
  return (select coalesce(sum(upper(piece)::bigint - lower(piece)), 0) from unnest(p_ranges) as piece);
end;
$$;
comment on function private.range_length(int4multirange) is 'Length of the union, in ms.';
revoke all on function private.range_length(int4multirange) from public;

-- A milestone is added here, at the end, and mirrored in packages/tracker/src/milestones.ts; a test holds the two equal.
create function private.milestone_percents() returns integer[]
language sql immutable set search_path = ''
as $$
  select '{10,25,50,75,90}'::integer[];
$$;
comment on function private.milestone_percents() is 'Milestones in percent, in the order in which they were introduced. Bit n of a milestones column stands for the n-th; at most 15.';
revoke all on function private.milestone_percents() from public;

create function private.milestone_bit(p_percent integer) returns integer
language sql immutable set search_path = ''
as $$
  select 1 << (array_position(private.milestone_percents(), p_percent) - 1);
$$;
comment on function private.milestone_bit(integer) is 'The bit of one milestone; null for a percentage that is none.';
revoke all on function private.milestone_bit(integer) from public;

-- A constant to the planner, so a heartbeat reads one element of it and calls nothing.
create function private.milestone_bits_by_percent() returns integer[]
language sql immutable set search_path = ''
as $$
  select array_agg(
    (
      select coalesce(bit_or(private.milestone_bit(milestone)), 0)
      from unnest(private.milestone_percents()) as milestone
      where milestone <= percent
    )
    order by percent
  )
  from generate_series(0, 100) as percent;
$$;
comment on function private.milestone_bits_by_percent() is 'The milestones reached at 0, 1, ... 100 percent, as bits; element 1 is that of 0 percent.';
revoke all on function private.milestone_bits_by_percent() from public;

-- Evidence grades, best last. A session may claim at most what its source can show, and keeps the best it ever showed.
create function private.join_evidence(p_known text, p_claimed text, p_source_type text) returns text
language sql immutable set search_path = ''
as $$
  select grades.all_of_them[greatest(
    array_position(grades.all_of_them, p_known),
    least(
      array_position(grades.all_of_them, case
        when p_claimed is null then 'measured'
        when p_claimed in ('measured', 'polled', 'reported') then p_claimed
        else 'estimated'
      end),
      array_position(grades.all_of_them, case
        when p_source_type in ('youtube', 'vimeo') then 'polled'
        when p_source_type = 'loom' then 'reported'
        else 'measured'
      end)
    )
  )]
  from (select '{attested,estimated,reported,polled,measured}'::text[] as all_of_them) as grades;
$$;
comment on function private.join_evidence(text, text, text) is 'The better of what is known and what is claimed, capped by the source; no claim means the best the source can show.';
revoke all on function private.join_evidence(text, text, text) from public;

-- ./schemas/viewer_tokens.sql

-- Signed viewer tokens: JWTs by which a course platform vouches for its own students (HS256 and nothing else).
-- Built on sha256() alone, which every Postgres has, so no extension is needed.

create function private.hmac_sha256(p_key bytea, p_message bytea) returns bytea
language sql immutable strict set search_path = ''
as $$
  -- RFC 2104. Postgres has no xor of bytea but one of bit strings; bit_send puts the length in its first four bytes.
  select sha256(
    substring(bit_send(padded.key # repeat('01011100', 64)::bit(512)) from 5)
    || sha256(substring(bit_send(padded.key # repeat('00110110', 64)::bit(512)) from 5) || p_message)
  )
  from (
    select ('x' || rpad(encode(case when length(p_key) > 64 then sha256(p_key) else p_key end, 'hex'), 128, '0'))::bit(512) as key
  ) as padded;
$$;
comment on function private.hmac_sha256(bytea, bytea) is 'HMAC with SHA-256 (RFC 2104).';
revoke all on function private.hmac_sha256(bytea, bytea) from public;

create function private.decode_base64url(p_text text) returns bytea
language sql immutable strict set search_path = ''
as $$
  select decode(rpad(translate(p_text, '-_', '+/'), (length(p_text) + 3) / 4 * 4, '='), 'base64');
$$;
comment on function private.decode_base64url(text) is 'Bytes of unpadded base64url (RFC 7515); raises class 22 for anything else.';
revoke all on function private.decode_base64url(text) from public;

create function private.request_origin() returns text
language sql stable set search_path = ''
as $$
  select nullif(current_setting('request.headers', true), '')::jsonb ->> 'origin';
$$;
comment on function private.request_origin() is 'The Origin header of the request, as PostgREST passes it on; null without a browser.';
revoke all on function private.request_origin() from public;

-- Every reason to refuse gives the same null, except for one: a token that was good and has expired says so, because
-- its holder can ask for another.
create function private.verify_viewer_token(p_token text, p_creator_id uuid, p_video_id uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  c_max_bytes constant integer := 2048;
  c_max_life constant integer := 86400; -- s
  v_parts text[];
  v_header jsonb;
  v_claims jsonb;
  v_secret bytea;
  v_now numeric := extract(epoch from now());
begin
  if octet_length(p_token) > c_max_bytes then return null; end if;
  v_parts := string_to_array(p_token, '.');
  if cardinality(v_parts) <> 3 then return null; end if;
  begin
    v_header := convert_from(private.decode_base64url(v_parts[1]), 'utf8')::jsonb;
    v_claims := convert_from(private.decode_base64url(v_parts[2]), 'utf8')::jsonb;

    select creator_keys.secret into v_secret
    from private.creator_keys
    where creator_keys.creator_id = p_creator_id and creator_keys.kid = v_header ->> 'kid'
      and creator_keys.not_before <= now() and (creator_keys.not_after is null or now() < creator_keys.not_after);

    -- Compared as digests, so that the time taken says nothing about the expected bytes.
    if v_header ->> 'alg' is distinct from 'HS256' or v_secret is null
      or sha256(private.hmac_sha256(v_secret, convert_to(v_parts[1] || '.' || v_parts[2], 'utf8')))
        is distinct from sha256(private.decode_base64url(v_parts[3]))
    then
      return null;
    end if;

    if (v_claims ->> 'exp')::numeric <= v_now then
      raise sqlstate 'PT401' using
        message = 'viewer token expired',
        hint = 'Ask the course platform for a new token and send the request again.';
    end if;
    if length(v_claims ->> 'sub') between 1 and 255
      and (v_claims ->> 'exp')::numeric <= v_now + c_max_life
      and (v_claims ->> 'nbf' is null or (v_claims ->> 'nbf')::numeric <= v_now)
      and (v_claims ->> 'video' is null or (v_claims ->> 'video')::uuid = p_video_id)
      and (v_claims ->> 'origin' is null or v_claims ->> 'origin' = coalesce(private.request_origin(), v_claims ->> 'origin'))
      and (v_claims ->> 'course' is null or (v_claims ->> 'course')::uuid is not null)
    then
      return v_claims;
    end if;
    return null;
  exception when data_exception then
    return null; -- Not base64url, not UTF-8, not JSON, or a claim of the wrong type.
  end;
end;
$$;
comment on function private.verify_viewer_token(text, uuid, uuid) is 'The claims of a viewer token signed for this creator and good for this video, or null; PT401 when it has expired.';
revoke all on function private.verify_viewer_token(text, uuid, uuid) from public;

-- ./schemas/viewers.sql

-- Who is watching, and may he. Both are decided here, from what was verified and never from a plain parameter:
-- a signed viewer token before a signed-in user before an anonymous id.

create type private.viewer as (
  viewer_id uuid,
  student_id uuid,
  anonymous_id_hash bytea,
  -- Claims of the verified token; null without one.
  claims jsonb
);
comment on type private.viewer is 'A verified viewer: viewer_id is the student''s id, or derived from the hash of the anonymous id; null when nobody is named.';

create function private.identify_viewer(p_video public.videos, p_anonymous_id uuid, p_viewer_token text, p_registers boolean)
returns private.viewer
language plpgsql volatile set search_path = ''
as $$
declare
  v_viewer private.viewer;
  v_user_id uuid := private.my_user_id();
begin
  if p_viewer_token is not null then
    v_viewer.claims := private.verify_viewer_token(p_viewer_token, p_video.creator_id, p_video.id);
    if v_viewer.claims is null then
      perform private.refuse();
    end if;
    select students.id into v_viewer.student_id
    from public.students
    where students.creator_id = p_video.creator_id and students.external_id = v_viewer.claims ->> 'sub';
    if v_viewer.student_id is null and p_registers then
      -- Why an update: private.register_student().
      insert into public.students as s (creator_id, external_id)
      values (p_video.creator_id, v_viewer.claims ->> 'sub')
      on conflict (creator_id, external_id) do update set created_at = s.created_at
      returning s.id into v_viewer.student_id;
    end if;
  elsif v_user_id is not null then
    select students.id into v_viewer.student_id from public.students where students.user_id = v_user_id;
    if v_viewer.student_id is null and p_registers then
      v_viewer.student_id := private.register_student();
    end if;
  elsif p_anonymous_id is not null then
    v_viewer.anonymous_id_hash := sha256(uuid_send(p_anonymous_id));
    -- One browser is another viewer for every creator, so that nobody can join their audiences.
    v_viewer.viewer_id := encode(
      substring(sha256(v_viewer.anonymous_id_hash || uuid_send(p_video.creator_id)) from 1 for 16), 'hex'
    )::uuid;
  end if;
  v_viewer.viewer_id := coalesce(v_viewer.student_id, v_viewer.viewer_id);
  return v_viewer;
end;
$$;
comment on function private.identify_viewer(public.videos, uuid, text, boolean) is 'The verified viewer of a video; with p_registers a new student gets his row.';
revoke all on function private.identify_viewer(public.videos, uuid, text, boolean) from public;

create function private.is_lesson_of(p_video_id uuid, p_course_id uuid) returns boolean
language sql stable set search_path = ''
as $$
  -- The course must be the video owner's: a lesson made across owners would open somebody else's video.
  select exists (
    select
    from public.module_lessons
    inner join public.course_modules on course_modules.id = module_lessons.module_id
    inner join public.courses on courses.id = course_modules.course_id
    inner join public.videos on videos.id = module_lessons.video_id and videos.creator_id = courses.creator_id
    where module_lessons.video_id = p_video_id and courses.id = p_course_id
      and courses.is_published and not courses.is_deleted
  );
$$;
comment on function private.is_lesson_of(uuid, uuid) is 'Whether the video is a lesson of that published course of its own creator.';
revoke all on function private.is_lesson_of(uuid, uuid) from public;

create function private.is_owner_of(p_video public.videos) returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.creators where creators.id = (p_video).creator_id and creators.user_id = private.my_user_id()
  );
$$;
comment on function private.is_owner_of(public.videos) is 'Whether the signed-in user is the creator of the video.';
revoke all on function private.is_owner_of(public.videos) from public;

-- All of it is asked before anything is decided, so that a refusal takes as long whatever its reason, and the time tells
-- nobody which videos there are.
create function private.may_play(p_video public.videos, p_viewer private.viewer) returns boolean
language plpgsql stable set search_path = ''
as $$
declare
  v_origin text := private.request_origin();
  v_owns boolean := private.is_owner_of(p_video);
  v_is_named boolean := p_viewer.claims ->> 'video' is not null
    or private.is_lesson_of(p_video.id, (p_viewer.claims ->> 'course')::uuid);
  v_is_enrolled boolean := exists (
    select
    from public.enrollments
    where enrollments.student_id = p_viewer.student_id
      and private.is_lesson_of(p_video.id, enrollments.course_id)
  );
begin
  if p_video.id is null or p_video.is_deleted then return false; end if;
  if v_owns then return true; end if;
  -- An upload that has not arrived cannot be played.
  if p_video.source_type = 'upload' and p_video.status in ('pending', 'uploading') then return false; end if;
  -- A sandboxed frame sends the origin "null": it hides where it stands, so a list refuses it.
  if p_video.allowed_origins is not null and v_origin is not null and not v_origin = any (p_video.allowed_origins) then
    return false;
  end if;
  -- The platform's signature lets a viewer into the video or the course that it names.
  return p_video.access = 'public' or v_is_named or v_is_enrolled;
end;
$$;
comment on function private.may_play(public.videos, private.viewer) is 'The access rule: owner, public, named by the platform''s signature, or enrolled in a course the video is a lesson of.';
revoke all on function private.may_play(public.videos, private.viewer) from public;

-- ./schemas/video_watch_sessions.sql

-- A watch session is one visit of one viewer to one video in one player. Only a session that is merely attested is no
-- visit: there a viewer gives his word (attest_video_watched.sql), and no figure counts it (visits.sql).
--
-- The row keeps only joins: greatest, least and union over the messages of the session. Everything credited is derived
-- from them at every message, so messages may come twice, late or out of order and the row is the same.
--
-- Columns stand in the order in which they change, seldom first: an update in place logs only what lies between the
-- first and the last byte that changed.

create table public.video_watch_sessions (
  video_id uuid not null,
  id uuid not null default gen_random_uuid(),
  creator_id uuid not null,
  viewer_id uuid,
  student_id uuid,
  anonymous_id_hash bytea,
  -- The defaults are for imports by hand, which know no key: sha256 of a number nobody was told opens to nobody. Messages
  -- name all of these columns.
  write_key_hash bytea not null default sha256(uuid_send(gen_random_uuid())),
  course_id uuid,
  module_id uuid,
  previous_session_id uuid,
  evidence text not null default 'measured',
  completion_threshold smallint,
  device_type text,
  referrer_type text,
  player_version text,
  context_digest bigint,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  session_start timestamptz not null default now(),
  session_end timestamptz,
  end_age_ms bigint,
  close_reason text,
  first_contact_at timestamptz not null default now(),
  claimed_duration_ms integer,
  claimed_milestone_durations integer[],
  startup_ms integer not null default 0,
  error_count integer not null default 0,
  rate_changes integer not null default 0,
  seeks_forward integer not null default 0,
  seeks_back integer not null default 0,
  buffering_count integer not null default 0,
  buffering_ms integer not null default 0,
  ad_ms integer not null default 0,
  paused_ms integer not null default 0,
  hidden_ms integer not null default 0,
  muted_ms integer not null default 0,
  caption_ms integer not null default 0,
  rewatch_after_complete_ms integer not null default 0,
  rewatched int4multirange not null default '{}',
  started boolean not null default false,
  completed boolean not null default false,
  has_completed boolean not null default false,
  has_rewatched boolean not null default false,
  milestones smallint not null default 0,
  integrity_flags text[] not null default '{}',
  duration_seconds numeric(10, 3),
  percent_complete smallint,
  watched int4multirange not null default '{}',
  messages_sent integer not null default 0,
  messages_received integer not null default 0,
  seq integer not null default -1,
  age_ms bigint not null default 0,
  position_ms integer not null default 0,
  claimed_watch_ms bigint not null default 0,
  claimed_content_ms bigint not null default 0,
  watch_time_seconds numeric(12, 3) not null default 0,
  content_seconds numeric(12, 3) not null default 0,
  covered_seconds numeric(10, 3) not null default 0,
  counted_ms bigint not null default 0,
  furthest_position_seconds numeric(10, 3) not null default 0,
  resume_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint video_watch_sessions_pkey primary key (video_id, id),
  constraint video_watch_sessions_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint video_watch_sessions_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint video_watch_sessions_student_id_fkey foreign key (student_id) references public.students (id) on delete set null
  -- No checks, on purpose: Postgres reads every one of them from its text again at every update, a third of the time a
  -- heartbeat's update takes (docs/decisions/0101). The merge is the only writer, and its tests hold what checks would.
)
-- Room on each page for the next version of a row: a heartbeat then touches no index.
with (fillfactor = 70);

comment on table public.video_watch_sessions is 'One visit of one viewer to one video. Written by the watch session functions, and by imports by hand (auto_complete_video_watch_session()).';
comment on column public.video_watch_sessions.video_id is 'The video watched.';
comment on column public.video_watch_sessions.id is 'The session; made by the player.';
comment on column public.video_watch_sessions.creator_id is 'Owner of the video, repeated for his policies.';
comment on column public.video_watch_sessions.viewer_id is 'Who watched: the student''s id, or an id derived from anonymous_id_hash; null when the viewer gave no consent to be recognised.';
comment on column public.video_watch_sessions.student_id is 'The student, when known.';
comment on column public.video_watch_sessions.anonymous_id_hash is 'sha256 of the anonymous id the browser keeps. The id itself is never stored.';
comment on column public.video_watch_sessions.write_key_hash is 'sha256 of the write key; only its holder adds to this session. Of an imported visit nobody holds one.';
comment on column public.video_watch_sessions.course_id is 'The course it was watched in, when the video is a lesson of it. No foreign key: history outlives courses.';
comment on column public.video_watch_sessions.module_id is 'The module it was watched in, when the video is a lesson of it. No foreign key, as course_id.';
comment on column public.video_watch_sessions.previous_session_id is 'The visit this one goes on from, after a long pause. A claim, since that visit may be heard later: it holds where a session of this video with this id has the same viewer_id.';
comment on column public.video_watch_sessions.evidence is 'How the player knows: measured, polled, reported, estimated or attested; never better than the source can show.';
comment on column public.video_watch_sessions.completion_threshold is 'Percent that completes this session, copied from the video; null while its evidence is not accepted.';
comment on column public.video_watch_sessions.device_type is 'desktop, mobile or tablet, by the newest message.';
comment on column public.video_watch_sessions.referrer_type is 'How the viewer came: course_page, direct_link, search or chat_reference, by the newest message.';
comment on column public.video_watch_sessions.player_version is 'Version of the player, by the newest message.';
comment on column public.video_watch_sessions.context_digest is 'Digest of the newest message''s p_context: a message that repeats it says nothing new there. Null while something it claims is not true.';
comment on column public.video_watch_sessions.metadata is 'Room for later facts; an object.';
comment on column public.video_watch_sessions.created_at is 'When the row was made.';
comment on column public.video_watch_sessions.session_start is 'When the visit began: earliest arrival minus age over all messages, an age counting at most 24 h.';
comment on column public.video_watch_sessions.session_end is 'When it ended; null while open. With close_reason stale it is provisional.';
comment on column public.video_watch_sessions.end_age_ms is 'Smallest age among the messages that ended it, in ms.';
comment on column public.video_watch_sessions.close_reason is 'Why it ended: removed, source_change, viewer_change, page_end or idle; stale when it fell silent; attested when it is a mark as watched and nothing was played.';
comment on column public.video_watch_sessions.first_contact_at is 'First arrival of any message of it.';
comment on column public.video_watch_sessions.claimed_duration_ms is 'Duration by the newest message, in ms; counts only while the video has none stored.';
comment on column public.video_watch_sessions.claimed_milestone_durations is 'Only while the video has no duration: per milestone, the shortest duration under which a message''s own ranges reached it, in ms.';
comment on column public.video_watch_sessions.startup_ms is 'From the wish to play to the first frame, in ms.';
comment on column public.video_watch_sessions.error_count is 'Errors of the media.';
comment on column public.video_watch_sessions.rate_changes is 'Changes of the playback rate.';
comment on column public.video_watch_sessions.seeks_forward is 'Jumps ahead.';
comment on column public.video_watch_sessions.seeks_back is 'Jumps back.';
comment on column public.video_watch_sessions.buffering_count is 'Times the media stalled.';
comment on column public.video_watch_sessions.buffering_ms is 'Time stalled, in ms.';
comment on column public.video_watch_sessions.ad_ms is 'Time of advertisements, in ms.';
comment on column public.video_watch_sessions.paused_ms is 'Time paused, in ms.';
comment on column public.video_watch_sessions.hidden_ms is 'Watch time while the page was hidden, in ms.';
comment on column public.video_watch_sessions.muted_ms is 'Watch time while muted, in ms.';
comment on column public.video_watch_sessions.caption_ms is 'Watch time with captions shown, in ms.';
comment on column public.video_watch_sessions.rewatch_after_complete_ms is 'Content played again after completion, in ms.';
comment on column public.video_watch_sessions.rewatched is 'What was played twice or more in this visit, in ms of the video.';
comment on column public.video_watch_sessions.started is 'Whether 250 ms of content really advanced: then the session is a view.';
comment on column public.video_watch_sessions.completed is 'Whether this visit alone covered the threshold; never revoked.';
comment on column public.video_watch_sessions.has_completed is 'Whether video_completed was recorded for this visit: it completed the video alone or with the viewer''s earlier visits.';
comment on column public.video_watch_sessions.has_rewatched is 'Whether video_rewatched was recorded for this visit.';
comment on column public.video_watch_sessions.milestones is 'Milestones this visit alone covered, as bits of private.milestone_percents(); never revoked.';
comment on column public.video_watch_sessions.integrity_flags is 'What was not credited as claimed: late, watch_bounded, coverage_bounded, too_many_ranges; truncated when the player says so.';
comment on column public.video_watch_sessions.duration_seconds is 'Length of the video as used here, in seconds; null while unknown.';
comment on column public.video_watch_sessions.percent_complete is 'Whole percent of the video this visit covered, 0 to 100; null while its length is unknown.';
comment on column public.video_watch_sessions.watched is 'What was played, in ms of the video: union over all messages.';
comment on column public.video_watch_sessions.messages_sent is 'Messages the player says it sent.';
comment on column public.video_watch_sessions.messages_received is 'Messages that arrived, repetitions included.';
comment on column public.video_watch_sessions.seq is 'Number of the newest message; -1 before the first.';
comment on column public.video_watch_sessions.age_ms is 'Age of the session at the newest message by the viewer''s clock, in ms.';
comment on column public.video_watch_sessions.position_ms is 'Playhead at the newest message, in ms.';
comment on column public.video_watch_sessions.claimed_watch_ms is 'Greatest watch time claimed, in ms.';
comment on column public.video_watch_sessions.claimed_content_ms is 'Greatest content time claimed, in ms.';
comment on column public.video_watch_sessions.watch_time_seconds is 'Watch time credited: wall-clock seconds during which content advanced.';
comment on column public.video_watch_sessions.content_seconds is 'Media time played, repeats included, in seconds; at most 4 times the watch time credited.';
comment on column public.video_watch_sessions.covered_seconds is 'Length of what was watched, as far as it is credited, in seconds.';
comment on column public.video_watch_sessions.counted_ms is 'The part of it that was watched under the eyes of the server, in ms; milestones and completion count this.';
comment on column public.video_watch_sessions.furthest_position_seconds is 'Furthest playhead, in seconds; says nothing about what was watched.';
comment on column public.video_watch_sessions.resume_at is 'When the playhead stood at position_ms: session_start + age_ms.';
comment on column public.video_watch_sessions.last_seen_at is 'Last arrival of any message of it.';
comment on column public.video_watch_sessions.updated_at is 'When the row last changed.';

-- No index on a column that a heartbeat changes: one on last_seen_at takes the share of in-place updates from 100 % to 0.
-- session_start is such a column too (a quicker message moves it back by milliseconds), so first_contact_at stands in.

-- Rollup and reports: the sessions of a video on a day. A session begins at most 24 h before its first contact.
create index video_watch_sessions_video_id_first_contact_at_idx on public.video_watch_sessions (video_id, first_contact_at);
-- The other sessions of this viewer with this video: resume position, limits, siblings at completion.
create index video_watch_sessions_video_id_viewer_id_idx on public.video_watch_sessions (video_id, viewer_id);
-- A student's own visits, newest first.
create index video_watch_sessions_student_id_video_id_idx
  on public.video_watch_sessions (student_id, video_id, first_contact_at) where student_id is not null;
-- A creator's newest visits.
create index video_watch_sessions_creator_id_idx on public.video_watch_sessions (creator_id, first_contact_at);
-- Open sessions: who is watching now, and which have fallen silent. Leaves the index when it closes, not before.
create index video_watch_sessions_open_idx on public.video_watch_sessions (first_contact_at) where session_end is null;

alter table public.video_watch_sessions enable row level security;

create policy students_and_creators_see_sessions on public.video_watch_sessions for select to authenticated
  using (student_id = (select private.my_student_id()) or creator_id = (select private.my_creator_id()));
comment on policy students_and_creators_see_sessions on public.video_watch_sessions is 'A student sees his own visits, a creator the visits to his videos.';

revoke all on table public.video_watch_sessions from anon, authenticated, service_role;
grant select (video_id, id, creator_id, viewer_id, student_id, course_id, module_id, previous_session_id, evidence,
  completion_threshold, device_type, referrer_type, player_version, metadata, created_at, session_start, session_end,
  close_reason, first_contact_at, startup_ms, error_count, rate_changes, seeks_forward, seeks_back, buffering_count,
  buffering_ms, ad_ms, paused_ms, hidden_ms, muted_ms, caption_ms, rewatch_after_complete_ms, rewatched, started,
  completed, has_completed, has_rewatched, milestones, integrity_flags, duration_seconds, percent_complete, watched, messages_sent,
  messages_received, seq, age_ms, position_ms, claimed_watch_ms, claimed_content_ms, watch_time_seconds,
  content_seconds, covered_seconds, counted_ms, furthest_position_seconds, resume_at, last_seen_at, updated_at)
  on table public.video_watch_sessions to authenticated;
grant select on table public.video_watch_sessions to service_role;
-- Not granted: any write to any API role, service_role included: facts enter by messages. Nor the two hashes to
-- students and creators: an anonymous id is a bearer secret, and its hash recognises a viewer elsewhere.

-- ./schemas/video_progress.sql

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

-- ./schemas/video_analytics_events.sql

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

-- ./schemas/video_analytics_dirty_days.sql

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

-- ./schemas/watch_session_message.sql

-- The shape of a message: what the merge takes from its two open objects, and why it refuses one. Only refusals run
-- through this file's function, so it may take its time and say exactly what is wrong.

create type private.watch_counters as (
  paused_ms integer,
  buffering_ms integer,
  buffering_count integer,
  seeks_forward integer,
  seeks_back integer,
  hidden_ms integer,
  muted_ms integer,
  ad_ms integer,
  startup_ms integer,
  rate_changes integer,
  caption_ms integer,
  error_count integer,
  rewatch_after_complete_ms integer,
  messages_sent integer,
  furthest_position_ms integer
);
comment on type private.watch_counters is 'What p_counters may hold; all only grow. Other keys are ignored.';

create type private.watch_context as (
  device_type text,
  referrer_type text,
  course_id uuid,
  module_id uuid,
  previous_session_id uuid,
  player_version text,
  evidence text,
  truncated boolean,
  close_reason text
);
comment on type private.watch_context is 'What p_context may hold; the newest message speaks. Other keys are ignored.';

create type private.watch_message as (
  p_session_id uuid,
  p_write_key text,
  p_video_id uuid,
  p_seq integer,
  p_age_ms bigint,
  p_watch_time_ms bigint,
  p_content_ms bigint,
  p_watched int4multirange,
  p_rewatched int4multirange,
  p_position_ms integer,
  p_duration_ms integer,
  p_counters jsonb,
  p_context jsonb,
  p_anonymous_id uuid,
  p_viewer_token text
);
comment on type private.watch_message is 'One message of a batch: the arguments of update_watch_session, read as PostgREST reads those of a single call.';

create function private.refuse_large_object(p_object jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_bytes constant integer := 4096;
begin
  if pg_column_size(p_object) > c_max_bytes or jsonb_typeof(p_object) <> 'object' or jsonb_path_exists(p_object, 'lax $.**{3}') then
    perform private.refuse_malformed('p_counters or p_context is not a small object', 'Send objects of at most 4 kB and depth 2.');
  end if;
end;
$$;
comment on function private.refuse_large_object(jsonb) is 'Raises PT400 for what is no object, larger than 4 kB or deeper than 2.';
revoke all on function private.refuse_large_object(jsonb) from public;

-- The merge asks cheap questions and comes here when one is answered badly; here time does not matter.
create function private.refuse_bad_shape(
  p_fault text,
  p_write_key text,
  p_least_number bigint,
  p_greatest_number bigint,
  p_watched int4multirange,
  p_rewatched int4multirange,
  p_counters jsonb
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_ms constant bigint := 2678400000; -- 31 days
  c_max_ranges constant integer := 512;
begin
  if p_least_number < 0 or p_greatest_number > c_max_ms then
    perform private.refuse_malformed('a number is out of range', 'Send whole, not negative milliseconds of at most 31 days.');
  end if;
  if lower_inf(p_watched) or upper_inf(p_watched) or lower(p_watched) < 0
    or lower_inf(p_rewatched) or upper_inf(p_rewatched) or lower(p_rewatched) < 0
  then
    perform private.refuse_malformed('ranges are out of bounds', 'Send ranges from 0 upwards, such as {[0,1000),[5000,6000)}.');
  end if;
  -- A range takes 13 bytes: of 100,000 nobody needs the number.
  if greatest(pg_column_size(p_watched), pg_column_size(p_rewatched)) > 16 * c_max_ranges
    or greatest((select count(*) from unnest(p_watched)), (select count(*) from unnest(p_rewatched))) > c_max_ranges
  then
    perform private.refuse_malformed('too many ranges', 'Send the longest 512 and say so by truncated in p_context. Never join over a gap: nobody watched it.');
  end if;
  perform private.refuse_large_object(p_counters);
  perform private.refuse_bad_key(p_write_key);
  if p_fault is not null then
    perform private.refuse_malformed('a value in p_counters has the wrong type: ' || p_fault, 'Send whole numbers, uuids and booleans as such.');
  end if;
  if exists (
    select from jsonb_each(to_jsonb(jsonb_populate_record(null::private.watch_counters, p_counters))) as counter
    where counter.value::text like '-%'
  ) then
    perform private.refuse_malformed('a counter is negative', 'Send counters from 0 upwards.');
  end if;
end;
$$;
comment on function private.refuse_bad_shape(text, text, bigint, bigint, int4multirange, int4multirange, jsonb) is 'Raises PT400 for what is out of range, too large or of a wrong type; returns when only many bytes had looked like too many ranges.';
revoke all on function private.refuse_bad_shape(text, text, bigint, bigint, int4multirange, int4multirange, jsonb) from public;

create function private.read_context(p_context jsonb) returns private.watch_context
language plpgsql volatile set search_path = ''
as $$
declare
  c private.watch_context;
begin
  perform private.refuse_large_object(p_context);
  begin
    c := jsonb_populate_record(null::private.watch_context, p_context);
  exception when data_exception then
    perform private.refuse_malformed('a value in p_context has the wrong type: ' || sqlerrm, 'Send whole numbers, uuids and booleans as such.');
  end;
  if c.close_reason not in ('removed', 'source_change', 'viewer_change', 'page_end', 'idle') then
    perform private.refuse_malformed('close_reason is unknown', 'Send removed, source_change, viewer_change, page_end or idle.');
  end if;
  return c;
end;
$$;
comment on function private.read_context(jsonb) is 'What p_context says; raises PT400 for what it must not hold.';
revoke all on function private.read_context(jsonb) from public;

-- A key of another shape matches no session, so it is asked about only when it did not match.
create function private.refuse_bad_key(p_write_key text) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if p_write_key !~ '^[0-9a-fA-F]{32}$' then
    perform private.refuse_malformed('p_write_key is no write key', 'Send 32 hexadecimal digits.');
  end if;
end;
$$;
comment on function private.refuse_bad_key(text) is 'Raises PT400 for a write key that is not 32 hexadecimal digits.';
revoke all on function private.refuse_bad_key(text) from public;

-- ./schemas/watch_session_parts.sql

-- The sums of the merge, the events it records and the days it marks.

-- Only while the video has no duration: per milestone the shortest duration under which this message's own ranges
-- reach it. Kept as least over messages, so that reaching is decided per message and still in any order.
create function private.milestone_durations(p_known integer[], p_watched int4multirange, p_duration_ms integer)
returns integer[]
language sql immutable set search_path = ''
as $$
  select array_agg(
    least(p_known[milestone.place], case when 100 * own.covered_ms >= milestone.percent * p_duration_ms::bigint then p_duration_ms end)
    order by milestone.place
  )
  from unnest(private.milestone_percents()) with ordinality as milestone (percent, place),
    (select private.range_length(p_watched * int4multirange(int4range(0, p_duration_ms))) as covered_ms) as own;
$$;
comment on function private.milestone_durations(integer[], int4multirange, integer) is 'Joins one message''s (ranges, duration) pair into claimed_milestone_durations.';
revoke all on function private.milestone_durations(integer[], int4multirange, integer) from public;

-- The bounds are those of the merge, with the grace (docs/decisions/0104) of the duration claimed. If a duration reaches a milestone, so does
-- every shorter one: hence the shortest speaks for all.
create function private.milestone_bits_of_claims(p_durations integer[], p_content_ms bigint, p_watch_ms bigint, p_seen_ms bigint)
returns integer
language sql immutable set search_path = ''
as $$
  select coalesce(bit_or(1 << (milestone.place::integer - 1)), 0)
  from unnest(private.milestone_percents()) with ordinality as milestone (percent, place),
    unnest(p_durations) with ordinality as claimed (duration_ms, place)
  where claimed.place = milestone.place
    and 100 * least(p_content_ms + 1000, 4 * least(p_watch_ms, p_seen_ms + least(15000, claimed.duration_ms / 6)) + 1000)
      >= milestone.percent * claimed.duration_ms::bigint;
$$;
comment on function private.milestone_bits_of_claims(integer[], bigint, bigint, bigint) is 'Milestones reached by claims alone, as far as content and watch time claimed, and the time under the eyes of the server, allow; null for the last where late watching counts.';
revoke all on function private.milestone_bits_of_claims(integer[], bigint, bigint, bigint) from public;

-- Where a viewer goes on: the visit with the greatest resume_at that has watch time.
create function private.newest_visit(p_video_id uuid, p_viewer_id uuid, out session_id uuid, out resume_at timestamptz, out position_ms integer)
language sql stable set search_path = ''
as $$
  select s.id, s.resume_at, s.position_ms
  from public.video_watch_sessions as s
  where s.video_id = p_video_id and s.viewer_id = p_viewer_id and s.watch_time_seconds > 0
  order by s.resume_at desc, s.id desc
  limit 1;
$$;
comment on function private.newest_visit(uuid, uuid) is 'The visit that sets the resume position.';
revoke all on function private.newest_visit(uuid, uuid) from public;

-- Events whose bit has just flipped. Answers them as the caller is told.
create function private.record_viewing_events(
  p_video_id uuid,
  p_session_id uuid,
  p_started boolean,
  p_milestones integer,
  p_completed boolean,
  p_rewatched boolean,
  p_viewer_percent integer,
  p_now timestamptz
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_session public.video_watch_sessions;
  v_since timestamptz; -- his first visit
  v_events jsonb;
begin
  if p_completed then
    -- The visit carries it, so that figures need no look at events.
    update public.video_watch_sessions as s set has_completed = true where s.video_id = p_video_id and s.id = p_session_id;
  end if;
  select * into v_session from public.video_watch_sessions as s where s.video_id = p_video_id and s.id = p_session_id;
  v_since := coalesce(
    (select p.first_watched_at from public.video_progress as p where p.video_id = p_video_id and p.viewer_id = v_session.viewer_id),
    v_session.session_start
  );
  with flipped (place, event_type, percent_complete) as (
    select -1, 'video_started', null::integer where p_started
    union all
    select milestone.percent, 'video_progress', milestone.percent
    from unnest(private.milestone_percents()) with ordinality as milestone (percent, place)
    where p_milestones & (1 << (milestone.place::integer - 1)) <> 0
    union all
    select 101, 'video_completed', coalesce(p_viewer_percent, v_session.percent_complete) where p_completed
    union all
    select 102, 'video_rewatched', null where p_rewatched
  ),
  recorded as (
    insert into public.video_analytics_events (
      video_id, "timestamp", event_type, creator_id, student_id, course_id, module_id, session_id, metadata
    )
    select v_session.video_id,
      -- A microsecond apart, so that newest first shows them in the order in which they became true.
      p_now + (row_number() over (order by flipped.place) - 1) * interval '1 microsecond',
      flipped.event_type, v_session.creator_id, v_session.student_id,
      v_session.course_id, v_session.module_id, v_session.id,
      jsonb_strip_nulls(jsonb_build_object(
        'percent_complete', flipped.percent_complete,
        'watch_time_seconds', v_session.watch_time_seconds,
        'session_id', v_session.id,
        'device', v_session.device_type,
        'completion_time', case when flipped.event_type = 'video_completed' then extract(epoch from p_now - v_since) end
      ))
    from flipped
  )
  select jsonb_agg(
    jsonb_strip_nulls(jsonb_build_object('event_type', flipped.event_type, 'percent_complete', flipped.percent_complete))
    order by flipped.place
  )
  into v_events
  from flipped;
  return v_events;
end;
$$;
comment on function private.record_viewing_events(uuid, uuid, boolean, integer, boolean, boolean, integer, timestamptz) is 'Inserts viewing events; answers [{event_type, percent_complete}] in order. A completion tells the viewer''s percent, the session''s where nobody is known.';
revoke all on function private.record_viewing_events(uuid, uuid, boolean, integer, boolean, boolean, integer, timestamptz) from public;

-- In plpgsql, whose plans are kept: every sixth heartbeat comes by.
create function private.mark_dirty(p_video_id uuid, p_creator_id uuid, p_moment timestamptz, p_now timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into private.video_analytics_dirty_days (minute, video_id, date)
  select date_trunc('minute', p_now), p_video_id, (p_moment at time zone creators.time_zone)::date
  from public.creators
  where creators.id = p_creator_id
  on conflict (minute, video_id, date) do nothing;
end;
$$;
comment on function private.mark_dirty(uuid, uuid, timestamptz, timestamptz) is 'Marks the day of a moment, in the creator''s time zone, as out of date. Of two days the earlier first, so that nobody waits in a circle.';
revoke all on function private.mark_dirty(uuid, uuid, timestamptz, timestamptz) from public;

create function private.is_rewatch(p_rewatch_ms bigint, p_content_seconds numeric, p_duration_ms integer) returns boolean
language sql immutable set search_path = ''
as $$
  -- The player counts it, so it is believed only as far as content was credited.
  select least(p_rewatch_ms, 1000 * p_content_seconds) >= greatest(5000, p_duration_ms / 20);
$$;
comment on function private.is_rewatch(bigint, numeric, integer) is 'Whether so much was played again that it is a rewatch: 5 s, and 5 % of the video.';
revoke all on function private.is_rewatch(bigint, numeric, integer) from public;

-- A viewer has just completed the video: visits of his that had already played it again, by their own count, are
-- rewatches now. A visit locked by its own message looks for itself, since it waits for the progress row we hold.
create function private.record_sibling_rewatches(
  p_video_id uuid,
  p_viewer_id uuid,
  p_session_id uuid,
  p_duration_ms integer,
  p_now timestamptz
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_sibling public.video_watch_sessions;
begin
  for v_sibling in
    select *
    from public.video_watch_sessions as s
    where s.video_id = p_video_id and s.viewer_id = p_viewer_id and s.id <> p_session_id
      and not s.has_rewatched and private.is_rewatch(s.rewatch_after_complete_ms, s.content_seconds, p_duration_ms)
    for no key update skip locked
  loop
    update public.video_watch_sessions as s set has_rewatched = true
    where s.video_id = v_sibling.video_id and s.id = v_sibling.id;
    perform private.record_viewing_events(v_sibling.video_id, v_sibling.id, false, 0, false, true, null, p_now);
    perform private.mark_dirty(v_sibling.video_id, v_sibling.creator_id, v_sibling.session_start, p_now);
  end loop;
end;
$$;
comment on function private.record_sibling_rewatches(uuid, uuid, uuid, integer, timestamptz) is 'Records video_rewatched for earlier visits of a viewer who has just completed the video.';
revoke all on function private.record_sibling_rewatches(uuid, uuid, uuid, integer, timestamptz) from public;

-- ./schemas/watch_session_circumstances.sql

-- What a message says of where and how the video is watched, how long it is and whether the visit has ended. Heartbeats
-- repeat it: the merge comes here only when something of it is new.
create function private.join_circumstances(
  p_message text,
  p_video_id uuid,
  p_session_id uuid,
  p_context jsonb,
  p_is_newest boolean,
  p_enters boolean,
  p_age_ms bigint,
  p_duration_ms integer,
  p_watched int4multirange,
  p_session_start timestamptz,
  p_last_seen_at timestamptz,
  p_seen_ms bigint,
  p_claimed_watch_ms bigint,
  p_claimed_content_ms bigint,
  out completion_threshold smallint,
  out duration_ms integer,
  out claimed_milestones integer,
  out is_truncated boolean
)
language plpgsql volatile set search_path = ''
as $$
declare
  c_grace_ms constant bigint := 15000;
  v_is_retest constant boolean := p_message = 'retest';
  c constant private.watch_context := private.read_context(p_context);
  v_close_reason constant text := coalesce(c.close_reason, case when p_message = 'end' then 'removed' end);
  v_video public.videos;
  s public.video_watch_sessions;
begin
  select * into v_video from public.videos where videos.id = p_video_id;
  select * into s from public.video_watch_sessions as sessions where sessions.video_id = p_video_id and sessions.id = p_session_id;

  -- The smallest age wins, and of equal ages the first word of the alphabet, so that order does not show.
  if v_close_reason is not null and (s.end_age_ms is null or (p_age_ms, v_close_reason) < (s.end_age_ms, s.close_reason)) then
    s.end_age_ms := p_age_ms;
    s.close_reason := v_close_reason;
  end if;
  if s.end_age_ms is not null then
    s.session_end := least(p_session_start + s.end_age_ms * interval '1 millisecond', p_last_seen_at);
  elsif not v_is_retest then
    -- A message of a session thought stale: it goes on.
    s.session_end := null;
    s.close_reason := null;
  end if;

  if c.evidence is distinct from s.evidence and not v_is_retest then
    s.evidence := private.join_evidence(s.evidence, c.evidence, v_video.source_type);
  end if;
  completion_threshold := coalesce(
    s.completion_threshold, case when s.evidence = any (v_video.accepted_evidence) then v_video.completion_threshold end
  );

  if p_is_newest then
    s.claimed_duration_ms := nullif(p_duration_ms, 0);
    -- A word this version does not know is no reason to lose a heartbeat.
    s.device_type := case when c.device_type in ('desktop', 'mobile', 'tablet') then c.device_type end;
    s.referrer_type := case when c.referrer_type in ('course_page', 'direct_link', 'search', 'chat_reference') then c.referrer_type end;
    s.player_version := left(c.player_version, 64);
    s.course_id := c.course_id;
    s.module_id := c.module_id;
    s.previous_session_id := c.previous_session_id;
  end if;
  if p_is_newest or p_enters then
    select * into s.course_id, s.module_id, s.previous_session_id
    from private.true_context(p_video_id, s.viewer_id, s.course_id, s.module_id, s.previous_session_id);
  end if;
  if p_is_newest then
    -- What is not true yet may come true, so it is asked again.
    s.context_digest := case
      when (c.course_id, c.module_id, c.previous_session_id) is not distinct from (s.course_id, s.module_id, s.previous_session_id)
        then jsonb_hash_extended(p_context, 0)
    end;
  end if;

  duration_ms := coalesce(v_video.duration_ms, s.claimed_duration_ms);
  if v_video.duration_ms is null then
    if p_duration_ms > 0 then
      s.claimed_milestone_durations := private.milestone_durations(s.claimed_milestone_durations, p_watched, p_duration_ms);
    end if;
    claimed_milestones := private.milestone_bits_of_claims(
      s.claimed_milestone_durations, p_claimed_content_ms,
      case when v_video.completion_accepts_late
        then least(p_claimed_watch_ms, (date_part('epoch', p_last_seen_at - p_session_start) * 1000)::bigint + c_grace_ms)
        else p_claimed_watch_ms
      end,
      case when not v_video.completion_accepts_late then p_seen_ms end
    );
  end if;
  is_truncated := c.truncated or 'truncated' = any (s.integrity_flags);

  update public.video_watch_sessions as sessions
  set course_id = s.course_id,
    module_id = s.module_id,
    previous_session_id = s.previous_session_id,
    evidence = s.evidence,
    completion_threshold = join_circumstances.completion_threshold,
    device_type = s.device_type,
    referrer_type = s.referrer_type,
    player_version = s.player_version,
    context_digest = s.context_digest,
    session_end = s.session_end,
    end_age_ms = s.end_age_ms,
    close_reason = s.close_reason,
    claimed_duration_ms = s.claimed_duration_ms,
    claimed_milestone_durations = s.claimed_milestone_durations
  where sessions.video_id = p_video_id and sessions.id = p_session_id;
end;
$$;
comment on function private.join_circumstances(text, uuid, uuid, jsonb, boolean, boolean, bigint, integer, int4multirange, timestamptz, timestamptz, bigint, bigint, bigint) is 'Joins context, end and claims of length into a session; answers what completes it, the length used, the milestones reached by claims and whether ranges were left out.';
revoke all on function private.join_circumstances(text, uuid, uuid, jsonb, boolean, boolean, bigint, integer, int4multirange, timestamptz, timestamptz, bigint, bigint, bigint) from public;

-- ./schemas/watch_session_identity.sql

-- The first message of a session, and a later one that names its viewer. Rare, so kept apart from the merge.

-- A session row that says nothing yet: the merge then treats first and later messages alike.
create function private.open_watch_session(
  p_video public.videos,
  p_viewer private.viewer,
  p_session_id uuid,
  p_write_key_hash bytea,
  p_now timestamptz
) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if not private.may_play(p_video, p_viewer) then
    perform private.refuse();
  end if;
  perform private.refuse_dropped_session(p_video.id, p_session_id);
  perform private.count_new_session(p_viewer, p_now);
  insert into public.video_watch_sessions (
    video_id, id, creator_id, write_key_hash, evidence, session_start, first_contact_at, resume_at, last_seen_at
  )
  values (p_video.id, p_session_id, p_video.creator_id, p_write_key_hash, 'estimated', p_now, p_now, p_now, p_now)
  on conflict (video_id, id) do nothing;
end;
$$;
comment on function private.open_watch_session(public.videos, private.viewer, uuid, bytea, timestamptz) is 'Makes the row of a session whose video the viewer may play; raises PT403 otherwise.';
revoke all on function private.open_watch_session(public.videos, private.viewer, uuid, bytea, timestamptz) from public;

-- Null joined with X is X. What the session recorded before it had a viewer becomes his, as if he had been known from
-- the start: the order in which messages arrive must not show.
create function private.bind_viewer(
  p_session public.video_watch_sessions,
  p_viewer private.viewer,
  p_duration_ms integer,
  p_now timestamptz
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_sessions_per_hour constant integer := 60;
  v_progress public.video_progress;
begin
  -- First, because it waits for the student's row: whoever holds his progress waits for nothing more.
  perform private.hold_student(p_viewer.student_id);
  update public.video_watch_sessions as s
  set viewer_id = p_viewer.viewer_id,
    student_id = p_viewer.student_id,
    anonymous_id_hash = p_viewer.anonymous_id_hash
  where s.video_id = p_session.video_id and s.id = p_session.id;

  -- Locked before sessions are counted, so that parallel starts count each other; by an update, which makes the row anew
  -- where the retention job is just dropping it.
  insert into public.video_progress as p (video_id, viewer_id, creator_id, student_id, first_contact_at, last_contact_at, sessions)
  values (p_session.video_id, p_viewer.viewer_id, p_session.creator_id, p_viewer.student_id, p_now, p_now, 1)
  on conflict (video_id, viewer_id) do update set sessions = p.sessions + 1
  returning p.* into v_progress;

  if c_max_sessions_per_hour <= (
    select count(*)
    from public.video_watch_sessions as sibling
    where sibling.video_id = p_session.video_id and sibling.viewer_id = p_viewer.viewer_id
      and sibling.id <> p_session.id and sibling.first_contact_at > p_now - interval '1 hour'
  ) then
    raise sqlstate 'PT429' using
      message = 'too many sessions',
      detail = format('A viewer may open %s sessions of one video per hour.', c_max_sessions_per_hour),
      hint = 'Keep one session per visit and send its running totals; wait before opening another.';
  end if;

  if p_session.seq < 0 then return; end if;

  -- Once per viewer and video: what he had reached already was no event of this session.
  delete from public.video_analytics_events as e
  where e.video_id = p_session.video_id and e.session_id = p_session.id and e."timestamp" >= p_session.session_start
    and (
      (e.event_type = 'video_completed' and v_progress.completed_at is not null)
      or (e.event_type = 'video_progress'
        and private.milestone_bit((e.metadata ->> 'percent_complete')::integer) & v_progress.milestones <> 0)
    );
  update public.video_watch_sessions as s
  set has_completed = false
  where s.video_id = p_session.video_id and s.id = p_session.id and s.has_completed and v_progress.completed_at is not null;
  update public.video_analytics_events as e
  set student_id = p_viewer.student_id
  where e.video_id = p_session.video_id and e.session_id = p_session.id and e."timestamp" >= p_session.session_start
    and p_viewer.student_id is not null;

  if p_session.completion_threshold is not null then
    update public.video_progress as p
    set milestones = p.milestones | p_session.milestones,
      completed_at = coalesce(p.completed_at, case when p_session.completed then p_now end)
    where p.video_id = p_session.video_id and p.viewer_id = p_viewer.viewer_id;
    if p_session.completed and v_progress.completed_at is null then
      perform private.record_sibling_rewatches(
        p_session.video_id, p_viewer.viewer_id, p_session.id, p_duration_ms, p_now
      );
    end if;
  end if;
end;
$$;
comment on function private.bind_viewer(public.video_watch_sessions, private.viewer, integer, timestamptz) is 'Gives a session its viewer, once; makes his progress row. PT503 where he was erased meanwhile, PT429 beyond 60 new sessions per viewer, video and hour.';
revoke all on function private.bind_viewer(public.video_watch_sessions, private.viewer, integer, timestamptz) from public;

-- Everything about a session that the merge need not ask at every heartbeat. Answers whether the viewer is new to it.
create function private.admit_message(
  p_is_start boolean,
  p_video_id uuid,
  p_session_id uuid,
  p_write_key_hash bytea,
  p_duration_ms integer,
  p_anonymous_id uuid,
  p_viewer_token text,
  p_now timestamptz
) returns boolean
language plpgsql volatile set search_path = ''
as $$
declare
  v_video public.videos;
  v_session public.video_watch_sessions;
  v_viewer private.viewer;
  v_may_play boolean;
begin
  select * into v_video from public.videos where videos.id = p_video_id;
  select * into v_session
  from public.video_watch_sessions as s
  where s.video_id = p_video_id and s.id = p_session_id
  for no key update;
  -- An anonymous id counts on the start alone: it travels with every message, and one that overtakes the start of a
  -- signed-in student must not make him anonymous.
  v_viewer := private.identify_viewer(v_video, case when p_is_start then p_anonymous_id end, p_viewer_token, true);
  v_may_play := private.may_play(v_video, v_viewer);

  -- Everything has been asked by now, so that no refusal comes sooner than another.
  if v_video.id is null or v_video.is_deleted
    or (v_session.id is null and not v_may_play)
    or v_session.write_key_hash <> p_write_key_hash
    -- Another viewer. Only an anonymous id beside a known student is no contradiction: a start sent again from the
    -- outbox after he signed out carries nothing else.
    or (v_viewer.viewer_id <> v_session.viewer_id and not (v_viewer.student_id is null and v_session.student_id is not null))
  then
    perform private.refuse();
  end if;

  if v_session.id is null then
    perform private.open_watch_session(v_video, v_viewer, p_session_id, p_write_key_hash, p_now);
    select * into v_session
    from public.video_watch_sessions as s
    where s.video_id = p_video_id and s.id = p_session_id
    for no key update;
    -- A parallel first message may have made the row.
    if v_session.write_key_hash <> p_write_key_hash then
      perform private.refuse();
    end if;
  end if;

  -- A file's or vendor's word is missing: the owner's own playback is the next best.
  if v_video.duration_ms is null and p_is_start and p_duration_ms > 0
    and private.is_owner_of(v_video)
  then
    update public.videos set duration_ms = p_duration_ms, duration_source = 'creator'
    where videos.id = p_video_id and videos.duration_ms is null;
  end if;

  if v_viewer.viewer_id is null or v_session.viewer_id is not null then
    return false;
  end if;
  perform private.bind_viewer(v_session, v_viewer, v_video.duration_ms, p_now);
  return true;
end;
$$;
comment on function private.admit_message(boolean, uuid, uuid, bytea, integer, uuid, text, timestamptz) is 'Lets a message in: video, access, write key, viewer. Makes what is missing. True when the session has just got its viewer.';
revoke all on function private.admit_message(boolean, uuid, uuid, bytea, integer, uuid, text, timestamptz) from public;

-- A session may say where it was watched only as far as that is true.
create function private.lesson_context(p_video_id uuid, inout p_course_id uuid, inout p_module_id uuid)
language plpgsql stable set search_path = ''
as $$
begin
  if p_module_id is not null then
    select course_modules.course_id, course_modules.id into p_course_id, p_module_id
    from public.module_lessons
    inner join public.course_modules on course_modules.id = module_lessons.module_id
    where module_lessons.video_id = p_video_id and module_lessons.module_id = p_module_id
      and (p_course_id is null or course_modules.course_id = p_course_id);
  elsif p_course_id is not null then
    select course_modules.course_id into p_course_id
    from public.module_lessons
    inner join public.course_modules on course_modules.id = module_lessons.module_id
    where module_lessons.video_id = p_video_id and course_modules.course_id = p_course_id
    limit 1;
  end if;
end;
$$;
comment on function private.lesson_context(uuid, uuid, uuid) is 'Course and module as claimed, or null where the video is no lesson of them.';
revoke all on function private.lesson_context(uuid, uuid, uuid) from public;

create function private.true_context(
  p_video_id uuid,
  p_viewer_id uuid,
  inout p_course_id uuid,
  inout p_module_id uuid,
  inout p_previous_session_id uuid
)
language plpgsql stable set search_path = ''
as $$
begin
  select * into p_course_id, p_module_id from private.lesson_context(p_video_id, p_course_id, p_module_id);
  if p_previous_session_id is not null and exists (
    select from public.video_watch_sessions as other
    where other.video_id = p_video_id and other.id = p_previous_session_id and other.viewer_id <> p_viewer_id
  ) then
    p_previous_session_id := null;
  end if;
end;
$$;
comment on function private.true_context(uuid, uuid, uuid, uuid, uuid) is 'What a session may say of where it stands: course and module as lesson_context() has them, and the visit it goes on from unless that is another viewer''s.';
revoke all on function private.true_context(uuid, uuid, uuid, uuid, uuid) from public;

-- ./schemas/watch_session_merge.sql

-- The merge: one message, a snapshot of running totals, joins its session. tracking.md calls this the heart.
--
-- 1. shape      malformed input is refused before anything is read
-- 2. admit      write key, and on first contact video, access and viewer
-- 3. session    joins (greatest, least, union: the only things kept), and what is credited, derived from the joins alone
-- 4. viewer     the same over all sessions of the viewer
-- 5. tell       events whose bit flipped, the dirty day, the answer
--
-- A heartbeat runs through this once every ten seconds per viewer. What costs is preparing: every statement, and every
-- step of an expression, is set up anew before it runs once. Hence few statements; what only needs the row and the message
-- is joined where the row is read; a variable only for what is asked twice; every other rule in the update that keeps it;
-- and what is rare behind an if, or elsewhere (docs/decisions/0103, 0109). Context, end and claims of length, which
-- heartbeats only repeat, are in watch_session_circumstances.sql.

create function private.merge_watch_session(
  p_message text,
  p_session_id uuid,
  p_write_key text,
  p_video_id uuid,
  p_seq integer,
  p_age_ms bigint,
  p_watch_time_ms bigint,
  p_content_ms bigint,
  p_watched int4multirange,
  p_rewatched int4multirange,
  p_position_ms integer,
  p_duration_ms integer,
  p_counters jsonb,
  p_context jsonb,
  p_anonymous_id uuid,
  p_viewer_token text,
  p_marks_dirty boolean default true,
  p_now timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_grace_ms constant bigint := 15000; -- of what completes at most a sixth of the video: docs/decisions/0104
  c_max_speed constant bigint := 4;
  c_max_kept_bytes constant integer := 65536; -- 5,000 ranges
  -- A retest is no message: the session is judged once more, under what is known of its video now.
  v_is_retest constant boolean := p_message = 'retest';
  v_heard_at constant timestamptz := case when p_message <> 'retest' then p_now end;
  v_write_key_hash bytea;
  m private.watch_counters;
  v_fault text; -- what is wrong with their types
  v_was_asked boolean; -- whether the message may come in at all
  v_enters boolean; -- whether it brings the session its viewer
  s record; -- the session as it stood, what it has in common with the message, and what its video says
  n record; -- the session as it is now
  v_length_ms bigint;
  v_watch_ms bigint;
  v_witnessed_ms bigint;
  v_content_ms bigint;
  v_covered_ms bigint;
  v_counted_ms bigint;
  v_counted_percent integer;
  v_claimed_milestones integer; -- while the video has no duration
  v_is_full boolean;
  v_flags text[] := '{}'::text[];
  p record; -- the viewer's progress likewise
  v_viewer_ms bigint;
  v_viewer_percent integer;
  v_resume_position_seconds numeric;
  v_is_complete boolean;
  v_completes boolean;
  v_new_milestones integer;
  v_rewatches boolean;
  v_events jsonb;
begin
  -- 1. shape -------------------------------------------------------------------------------------------
  if num_nulls(p_seq, p_age_ms, p_position_ms, p_watched, p_rewatched) > 0 then
    p_seq := coalesce(p_seq, 0);
    p_age_ms := coalesce(p_age_ms, 0);
    p_position_ms := coalesce(p_position_ms, 0);
    p_watched := coalesce(p_watched, '{}');
    p_rewatched := coalesce(p_rewatched, '{}');
  end if;
  if not v_is_retest then
    begin
      v_write_key_hash := sha256(decode(p_write_key, 'hex'));
      m := jsonb_populate_record(null::private.watch_counters, p_counters);
    exception when data_exception then
      v_fault := sqlerrm;
    end;
    if v_fault is not null
      or least(p_seq, p_position_ms, p_duration_ms, m.paused_ms, m.buffering_ms, m.buffering_count, m.seeks_forward, m.seeks_back,
        m.hidden_ms, m.muted_ms, m.ad_ms, m.startup_ms, m.rate_changes, m.caption_ms, m.error_count,
        m.rewatch_after_complete_ms, m.messages_sent, m.furthest_position_ms) < 0
      or least(p_age_ms, p_watch_time_ms, p_content_ms) < 0
      or greatest(p_age_ms, p_watch_time_ms, p_content_ms) > 2678400000 -- 31 days
      or not p_watched <@ '{[0,2147483647)}'::int4multirange or not p_rewatched <@ '{[0,2147483647)}'::int4multirange
      or greatest(pg_column_size(p_watched), pg_column_size(p_rewatched), pg_column_size(p_counters)) > 4096
      or jsonb_path_exists(p_counters, 'lax $.**{3}')
    then
      perform private.refuse_bad_shape(
        v_fault, p_write_key, least(p_seq, p_age_ms, p_position_ms, p_watch_time_ms, p_content_ms, p_duration_ms),
        greatest(p_age_ms, p_watch_time_ms, p_content_ms), p_watched, p_rewatched, p_counters
      );
    end if;
  end if;

  -- 2. admit -------------------------------------------------------------------------------------------
  loop
    select
      sessions.creator_id, sessions.viewer_id, sessions.completion_threshold as old_threshold, sessions.completion_threshold as threshold,
      sessions.started, sessions.completed, sessions.has_rewatched, sessions.milestones, sessions.watch_time_seconds,
      sessions.counted_ms, sessions.rewatched,
      videos.duration_ms as video_duration_ms, videos.duration_ms, videos.completion_threshold as video_threshold,
      videos.completion_accepts_late,
      -- Joined with the message.
      (sessions.watched + p_watched) * int4multirange(int4range(0, videos.duration_ms)) as watched,
      greatest(sessions.claimed_watch_ms, p_watch_time_ms) as claimed_watch_ms,
      greatest(sessions.claimed_content_ms, p_content_ms) as claimed_content_ms,
      least(sessions.session_start, v_heard_at - least(p_age_ms, 86400000) * interval '1 millisecond') as session_start, -- at most 24 h
      least(sessions.first_contact_at, v_heard_at) as first_contact_at,
      greatest(sessions.last_seen_at, v_heard_at) as last_seen_at,
      (date_part('epoch', greatest(sessions.last_seen_at, v_heard_at) - least(sessions.first_contact_at, v_heard_at)) * 1000)::bigint
        as seen_ms,
      -- What there is to do.
      v_is_retest or (
        sessions.write_key_hash = v_write_key_hash and sessions.viewer_id is not null and p_message <> 'start' and not videos.is_deleted
      ) as is_known,
      not v_is_retest and (p_seq, p_age_ms, p_position_ms) > (sessions.seq, sessions.age_ms, sessions.position_ms) as is_newest,
      sessions.context_digest is not distinct from jsonb_hash_extended(p_context, 0) and sessions.seq >= 0
        and sessions.close_reason is null and p_message = 'update'
        and (sessions.completion_threshold is not null or sessions.evidence <> all (videos.accepted_evidence))
        and videos.duration_ms is not null and sessions.claimed_duration_ms is not distinct from p_duration_ms as goes_on,
      'truncated' = any (sessions.integrity_flags) as is_truncated,
      sessions.session_start as old_session_start,
      sessions.seq >= 0 and not v_is_retest and date_trunc('minute', sessions.last_seen_at) = date_trunc('minute', p_now) as is_day_marked
    into s
    from public.video_watch_sessions as sessions
    inner join public.videos on videos.id = sessions.video_id
    where sessions.video_id = p_video_id and sessions.id = p_session_id
    for no key update of sessions;
    -- A known viewer's heartbeat needs nothing more.
    exit when s.is_known or v_was_asked;
    if v_is_retest then return null; end if;
    if p_session_id is null or p_video_id is null or p_write_key is null then
      perform private.refuse_malformed('p_session_id, p_video_id and p_write_key are required', 'Send two uuids and 32 hexadecimal digits.');
    end if;
    perform private.refuse_bad_key(p_write_key);
    perform private.read_context(p_context);
    v_enters := private.admit_message(
      p_message = 'start', p_video_id, p_session_id, v_write_key_hash, p_duration_ms, p_anonymous_id, p_viewer_token, p_now
    );
    v_was_asked := true;
  end loop;

  -- 3. session -----------------------------------------------------------------------------------------
  if v_enters or not s.goes_on then
    select * into s.threshold, s.duration_ms, v_claimed_milestones, s.is_truncated
    from private.join_circumstances(
      p_message, p_video_id, p_session_id, p_context, s.is_newest, v_enters, p_age_ms, p_duration_ms, p_watched,
      s.session_start, s.last_seen_at, s.seen_ms, s.claimed_watch_ms, s.claimed_content_ms
    );
  end if;
  if not s.is_newest then
    -- What is late says nothing of where the player is now.
    select sessions.seq, sessions.age_ms into p_seq, p_age_ms
    from public.video_watch_sessions as sessions
    where sessions.video_id = p_video_id and sessions.id = p_session_id;
  end if;

  -- Mostly one piece, played once: no query then.
  if p_rewatched <> s.rewatched or s.watched <> int4multirange(range_merge(s.watched)) then
    s.rewatched := (s.rewatched + p_rewatched) * int4multirange(int4range(0, s.video_duration_ms));
    -- No honest player comes near; a forger must not grow the row without end.
    if pg_column_size(s.watched) + pg_column_size(s.rewatched) > c_max_kept_bytes then
      v_is_full := true;
      select sessions.watched, sessions.rewatched into s.watched, s.rewatched
      from public.video_watch_sessions as sessions
      where sessions.video_id = p_video_id and sessions.id = p_session_id;
    end if;
    v_length_ms := private.range_length(s.watched);
  else
    v_length_ms := coalesce(upper(s.watched) - lower(s.watched), 0);
  end if;

  v_watch_ms := s.claimed_watch_ms;
  v_witnessed_ms := least(v_watch_ms, s.seen_ms + least(c_grace_ms, s.duration_ms / 6));
  if v_witnessed_ms < v_watch_ms then
    v_watch_ms := least(v_watch_ms, (date_part('epoch', s.last_seen_at - s.session_start) * 1000)::bigint + c_grace_ms);
  end if;
  v_content_ms := least(s.claimed_content_ms, c_max_speed * v_watch_ms);
  v_covered_ms := least(v_length_ms, v_content_ms + 1000);
  v_counted_ms := v_covered_ms;
  if v_witnessed_ms < s.claimed_watch_ms or v_covered_ms < v_length_ms or s.is_truncated or v_is_full then
    if not s.completion_accepts_late then
      v_counted_ms := least(v_covered_ms, c_max_speed * v_witnessed_ms + 1000);
    end if;
    v_flags := array_remove(array[
      case when v_is_full then 'too_many_ranges' end,
      case when v_watch_ms > v_witnessed_ms then 'late' end,
      case when s.claimed_watch_ms > v_watch_ms then 'watch_bounded' end,
      case when v_length_ms > v_covered_ms then 'coverage_bounded' end,
      case when s.is_truncated then 'truncated' end
    ], null);
  end if;
  v_counted_percent := 100 * least(v_counted_ms, s.video_duration_ms) / s.video_duration_ms;

  update public.video_watch_sessions as sessions
  set session_start = s.session_start,
    first_contact_at = s.first_contact_at,
    startup_ms = greatest(sessions.startup_ms, m.startup_ms),
    error_count = greatest(sessions.error_count, m.error_count),
    rate_changes = greatest(sessions.rate_changes, m.rate_changes),
    seeks_forward = greatest(sessions.seeks_forward, m.seeks_forward),
    seeks_back = greatest(sessions.seeks_back, m.seeks_back),
    buffering_count = greatest(sessions.buffering_count, m.buffering_count),
    buffering_ms = greatest(sessions.buffering_ms, m.buffering_ms),
    ad_ms = greatest(sessions.ad_ms, m.ad_ms),
    paused_ms = greatest(sessions.paused_ms, m.paused_ms),
    hidden_ms = greatest(sessions.hidden_ms, m.hidden_ms),
    muted_ms = greatest(sessions.muted_ms, m.muted_ms),
    caption_ms = greatest(sessions.caption_ms, m.caption_ms),
    rewatch_after_complete_ms = greatest(sessions.rewatch_after_complete_ms, m.rewatch_after_complete_ms),
    rewatched = s.rewatched,
    started = s.started or greatest(v_content_ms, v_watch_ms) >= 250,
    completed = s.completed or coalesce(v_counted_percent >= s.threshold, false),
    milestones = s.milestones | coalesce((private.milestone_bits_by_percent())[1 + v_counted_percent], v_claimed_milestones, 0),
    integrity_flags = v_flags,
    duration_seconds = s.duration_ms * 0.001,
    percent_complete = 100 * least(v_covered_ms, s.duration_ms) / s.duration_ms,
    watched = s.watched,
    messages_sent = greatest(sessions.messages_sent, m.messages_sent),
    messages_received = sessions.messages_received + case when v_is_retest then 0 else 1 end,
    seq = p_seq,
    age_ms = p_age_ms,
    position_ms = case when s.is_newest then p_position_ms else sessions.position_ms end,
    claimed_watch_ms = s.claimed_watch_ms,
    claimed_content_ms = s.claimed_content_ms,
    watch_time_seconds = v_watch_ms * 0.001,
    content_seconds = v_content_ms * 0.001,
    covered_seconds = v_covered_ms * 0.001,
    counted_ms = v_counted_ms,
    furthest_position_seconds = greatest(sessions.furthest_position_seconds, greatest(m.furthest_position_ms, p_position_ms) * 0.001),
    resume_at = s.session_start + p_age_ms * interval '1 millisecond',
    last_seen_at = s.last_seen_at,
    updated_at = p_now
  where sessions.video_id = p_video_id and sessions.id = p_session_id
  returning sessions.started, sessions.completed, sessions.milestones, sessions.percent_complete, sessions.position_ms,
    sessions.watch_time_seconds, sessions.resume_at, sessions.rewatch_after_complete_ms
  into n;

  -- 4. viewer ------------------------------------------------------------------------------------------
  if s.viewer_id is null then
    -- Nobody to remember: the visit speaks for itself.
    v_is_complete := n.completed;
    v_completes := n.completed and not s.completed;
    v_new_milestones := case when s.threshold is null then 0 else n.milestones & ~ s.milestones end;
    v_resume_position_seconds := n.position_ms * 0.001;
  else
    select
      progress.completed_at, progress.milestones, progress.resume_session_id, progress.last_watched_at,
      case when s.threshold is null then progress.watched else (progress.watched + s.watched) * int4multirange(int4range(0, s.video_duration_ms)) end as watched,
      progress.credited_ms + case
        when s.threshold is null then 0
        when v_enters or s.old_threshold is null then v_counted_ms
        else v_counted_ms - s.counted_ms
      end as credited_ms,
      (date_part('epoch',
        greatest(progress.last_contact_at, s.last_seen_at) - least(progress.first_contact_at, s.first_contact_at)) * 1000)::bigint
        + least(c_grace_ms, s.video_duration_ms / 6) as seen_ms,
      v_watch_ms > 0 and (
        progress.last_watched_at is null or progress.resume_session_id = p_session_id
        or (n.resume_at, p_session_id) > (progress.last_watched_at, progress.resume_session_id)
      ) as resumes_here
    into p
    from public.video_progress as progress
    where progress.video_id = p_video_id and progress.viewer_id = s.viewer_id
    for no key update;

    v_viewer_ms := v_length_ms;
    if p.watched <> s.watched then
      if pg_column_size(p.watched) > c_max_kept_bytes then
        select progress.watched into p.watched
        from public.video_progress as progress
        where progress.video_id = p_video_id and progress.viewer_id = s.viewer_id;
      end if;
      v_viewer_ms := private.range_length(p.watched);
    end if;
    v_viewer_ms := least(
      v_viewer_ms, p.credited_ms, case when not s.completion_accepts_late then c_max_speed * p.seen_ms + 1000 end
    );
    v_viewer_percent := 100 * least(v_viewer_ms, s.video_duration_ms) / s.video_duration_ms;
    v_completes := p.completed_at is null and coalesce(v_viewer_percent >= s.video_threshold, false);

    update public.video_progress as progress
    set first_watched_at = case when v_watch_ms > 0 then least(progress.first_watched_at, s.session_start) else progress.first_watched_at end,
      first_contact_at = least(progress.first_contact_at, s.first_contact_at),
      completed_at = case when v_completes then p_now else progress.completed_at end,
      milestones = progress.milestones | coalesce(
        (private.milestone_bits_by_percent())[1 + v_viewer_percent], case when s.threshold is not null then n.milestones end, 0
      ),
      resume_session_id = case when p.resumes_here then p_session_id else progress.resume_session_id end,
      percent_complete = v_viewer_percent,
      watched = p.watched,
      credited_ms = p.credited_ms,
      covered_seconds = v_viewer_ms * 0.001,
      watch_time_seconds = progress.watch_time_seconds + n.watch_time_seconds - case when v_enters then 0 else s.watch_time_seconds end,
      resume_position_seconds = case when p.resumes_here then n.position_ms * 0.001 else progress.resume_position_seconds end,
      last_watched_at = case when p.resumes_here then n.resume_at else progress.last_watched_at end,
      last_contact_at = greatest(progress.last_contact_at, s.last_seen_at),
      updated_at = p_now
    where progress.video_id = p_video_id and progress.viewer_id = s.viewer_id
    returning progress.milestones & ~ p.milestones, progress.completed_at is not null, progress.resume_position_seconds
    into v_new_milestones, v_is_complete, v_resume_position_seconds;

    if p.resume_session_id = p_session_id and n.resume_at < p.last_watched_at then
      -- The holder of the resume position moved back; perhaps another visit is newer now.
      update public.video_progress as progress
      set resume_session_id = visit.session_id,
        last_watched_at = visit.resume_at,
        resume_position_seconds = visit.position_ms * 0.001
      from private.newest_visit(p_video_id, s.viewer_id) as visit
      where progress.video_id = p_video_id and progress.viewer_id = s.viewer_id
      returning progress.resume_position_seconds into v_resume_position_seconds;
    end if;
  end if;

  if v_is_complete and n.rewatch_after_complete_ms > 0 and not s.has_rewatched then
    v_rewatches := private.is_rewatch(n.rewatch_after_complete_ms, v_content_ms * 0.001, s.video_duration_ms);
    update public.video_watch_sessions as sessions set has_rewatched = v_rewatches
    where v_rewatches and sessions.video_id = p_video_id and sessions.id = p_session_id;
  end if;

  -- 5. tell --------------------------------------------------------------------------------------------
  if v_new_milestones <> 0 or v_completes or v_rewatches or n.started <> s.started then
    v_events := private.record_viewing_events(
      p_video_id, p_session_id, n.started and not s.started, v_new_milestones, v_completes, v_rewatches,
      v_viewer_percent, p_now
    );
    if v_completes and s.viewer_id is not null then
      perform private.record_sibling_rewatches(p_video_id, s.viewer_id, p_session_id, s.video_duration_ms, p_now);
    end if;
  end if;

  -- Last, because two messages that mark the same day wait for each other. Once a minute is enough: the rollup leaves a
  -- minute alone while a transaction that began in it is running.
  if p_marks_dirty and (not s.is_day_marked or s.session_start <> s.old_session_start) then
    perform private.mark_dirty(p_video_id, s.creator_id, s.session_start, p_now);
    if s.old_session_start <> s.session_start then
      perform private.mark_dirty(p_video_id, s.creator_id, s.old_session_start, p_now);
    end if;
  end if;

  return jsonb_build_object(
    'session_id', p_session_id,
    'seq', p_seq,
    'watch_time_seconds', n.watch_time_seconds,
    'percent_complete', n.percent_complete,
    'viewer_percent_complete', v_viewer_percent,
    'completed', v_is_complete,
    'resume_position_seconds', v_resume_position_seconds,
    'events', coalesce(v_events, '[]'),
    'flags', v_flags
  );
end;
$$;
comment on function private.merge_watch_session(text, uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text, boolean, timestamptz) is 'Joins one message into its session and answers what the database now knows. Definer: API roles write to no table.';
revoke all on function private.merge_watch_session(text, uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text, boolean, timestamptz) from public;
grant execute on function private.merge_watch_session(text, uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text, boolean, timestamptz)
  to anon, authenticated, service_role;
-- Granted for the wrappers in public, which run as the caller and let nobody choose p_now or p_marks_dirty; by its own
-- name the function is out of reach, since no API role has usage of schema private.

-- The duration came, or the evidence is accepted now: what was watched is judged again, by the same lines.
create function private.retest_watch_session(p_video_id uuid, p_session_id uuid, p_now timestamptz default now()) returns jsonb
language sql volatile set search_path = ''
as $$
  select private.merge_watch_session(
    'retest', p_session_id, null, p_video_id, null, null, null, null, null, null, null, null, null, null, null, null,
    p_now => p_now
  );
$$;
comment on function private.retest_watch_session(uuid, uuid, timestamptz) is 'Derives a stored session anew from its own joins under the video''s present duration and accepted evidence, without a message: clips, credits, viewer progress, events, dirty day. Answers as a message would; null for an unknown session.';
revoke all on function private.retest_watch_session(uuid, uuid, timestamptz) from public;

-- ./schemas/watch_session_rpcs.sql

-- What players call. Thin wrappers with the caller's own rights; the rules are in private.merge_watch_session().
-- The signature is frozen: a new fact goes into p_counters or p_context.
--
-- An argument that is none of its type (text for a number, a range that ends before it begins) never gets here: PostgREST
-- answers with Postgres' own code, 22P02, 22003 or 22000, and status 400. In a batch the same is PT400.

create function public.start_watch_session(
  p_session_id uuid,
  p_write_key text,
  p_video_id uuid,
  p_seq integer default 0,
  p_age_ms bigint default 0,
  p_watch_time_ms bigint default 0,
  p_content_ms bigint default 0,
  p_watched int4multirange default '{}',
  p_rewatched int4multirange default '{}',
  p_position_ms integer default 0,
  p_duration_ms integer default null,
  p_counters jsonb default null,
  p_context jsonb default null,
  p_anonymous_id uuid default null,
  p_viewer_token text default null
) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.merge_watch_session(
    'start',
    p_session_id, p_write_key, p_video_id, p_seq, p_age_ms, p_watch_time_ms, p_content_ms, p_watched,
    p_rewatched, p_position_ms, p_duration_ms, p_counters, p_context, p_anonymous_id, p_viewer_token
  );
end;
comment on function public.start_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text) is 'Opens a watch session, or repeats its newest totals until one answer arrives: the message that carries the viewer''s identity. Times in ms, ranges as {[a,b),[c,d)}. PT400 malformed, PT401 expired token, PT403 not allowed, PT429 too many sessions.';
revoke all on function public.start_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  from public, anon, authenticated, service_role;
grant execute on function public.start_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  to anon, authenticated, service_role;

create function public.update_watch_session(
  p_session_id uuid,
  p_write_key text,
  p_video_id uuid,
  p_seq integer default 0,
  p_age_ms bigint default 0,
  p_watch_time_ms bigint default 0,
  p_content_ms bigint default 0,
  p_watched int4multirange default '{}',
  p_rewatched int4multirange default '{}',
  p_position_ms integer default 0,
  p_duration_ms integer default null,
  p_counters jsonb default null,
  p_context jsonb default null,
  p_anonymous_id uuid default null,
  p_viewer_token text default null
) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.merge_watch_session(
    'update',
    p_session_id, p_write_key, p_video_id, p_seq, p_age_ms, p_watch_time_ms, p_content_ms, p_watched,
    p_rewatched, p_position_ms, p_duration_ms, p_counters, p_context, p_anonymous_id, p_viewer_token
  );
end;
comment on function public.update_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text) is 'Takes the newest running totals of a session. With close_reason in p_context it ends it too. Times in ms, ranges as {[a,b),[c,d)}. PT400 malformed, PT401 expired token, PT403 not allowed, PT429 too many sessions.';
revoke all on function public.update_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  from public, anon, authenticated, service_role;
grant execute on function public.update_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  to anon, authenticated, service_role;

create function public.end_watch_session(
  p_session_id uuid,
  p_write_key text,
  p_video_id uuid,
  p_seq integer default 0,
  p_age_ms bigint default 0,
  p_watch_time_ms bigint default 0,
  p_content_ms bigint default 0,
  p_watched int4multirange default '{}',
  p_rewatched int4multirange default '{}',
  p_position_ms integer default 0,
  p_duration_ms integer default null,
  p_counters jsonb default null,
  p_context jsonb default null,
  p_anonymous_id uuid default null,
  p_viewer_token text default null
) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.merge_watch_session(
    'end',
    p_session_id, p_write_key, p_video_id, p_seq, p_age_ms, p_watch_time_ms, p_content_ms, p_watched,
    p_rewatched, p_position_ms, p_duration_ms, p_counters, p_context, p_anonymous_id, p_viewer_token
  );
end;
comment on function public.end_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text) is 'Takes the last running totals of a session and ends it; close_reason in p_context says why, removed if it does not. Times in ms, ranges as {[a,b),[c,d)}. PT400 malformed, PT401 expired token, PT403 not allowed, PT429 too many sessions.';
revoke all on function public.end_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  from public, anon, authenticated, service_role;
grant execute on function public.end_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  to anon, authenticated, service_role;

create function private.merge_snapshot(p_snapshot jsonb, p_now timestamptz) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  m private.watch_message := jsonb_populate_record(null::private.watch_message, p_snapshot);
begin
  return '{"ok": true}'::jsonb || private.merge_watch_session(
    'update', m.p_session_id, m.p_write_key, m.p_video_id, m.p_seq, m.p_age_ms, m.p_watch_time_ms, m.p_content_ms, m.p_watched,
    m.p_rewatched, m.p_position_ms, m.p_duration_ms, m.p_counters, m.p_context, m.p_anonymous_id, m.p_viewer_token,
    p_marks_dirty => false,
    p_now => p_now
  );
end;
$$;
comment on function private.merge_snapshot(jsonb, timestamptz) is 'Merges one message of a batch; raises what it is refused for.';
revoke all on function private.merge_snapshot(jsonb, timestamptz) from public;

-- The answer to a message that was refused.
create function private.refusal(p_snapshot jsonb, p_code text, p_message text, p_hint text) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object(
    'ok', false,
    'session_id', p_snapshot -> 'p_session_id',
    -- A value that is none of its type: in a single call PostgREST itself finds that.
    'code', case when p_code like '22%' then 'PT400' else p_code end,
    'message', p_message,
    'hint', case
      when p_code like '22%' then 'Send uuids, whole numbers, and ranges such as {[0,1000),[5000,6000)}, as in a single call.'
      else nullif(p_hint, '')
    end
  );
$$;
comment on function private.refusal(jsonb, text, text, text) is 'What a batch answers for a message that raised: ok false, session_id, code, message and hint.';
revoke all on function private.refusal(jsonb, text, text, text) from public;

-- Several sessions in one request: players on one page at its end, or an outbox after a night offline.
--
-- First all together. Only when one is refused each gets its own subtransaction: those write a multixact for every row
-- that was locked outside of them, and cost more than the messages themselves.
create function private.merge_watch_sessions(p_snapshots jsonb, p_now timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_max_snapshots constant integer := 50;
  v_video_ids uuid[];
  v_session_ids uuid[];
  v_places integer[];
  v_place integer;
  v_is_each_apart boolean;
  v_hint text;
  v_results jsonb[];
  v_videos uuid[]; -- of the rows as they stood
  v_starts timestamptz[];
begin
  if jsonb_typeof(p_snapshots) is distinct from 'array' or jsonb_array_length(p_snapshots) > c_max_snapshots then
    perform private.refuse_malformed('p_snapshots is not a list of at most 50', 'Send an array of objects with the arguments of update_watch_session.');
  end if;
  select array_agg(private.to_uuid(snapshot.value ->> 'p_video_id') order by snapshot.place),
    array_agg(private.to_uuid(snapshot.value ->> 'p_session_id') order by snapshot.place)
  into v_video_ids, v_session_ids
  from jsonb_array_elements(p_snapshots) with ordinality as snapshot (value, place);

  foreach v_is_each_apart in array array[false, true] loop
    begin
      -- All rows first and in one order, so that two requests about the same sessions never wait for each other in a circle.
      select array_agg(locked.video_id), array_agg(locked.session_start) into v_videos, v_starts
      from (
        select s.video_id, s.session_start
        from unnest(v_video_ids, v_session_ids) as message (video_id, session_id)
        inner join public.video_watch_sessions as s on s.video_id = message.video_id and s.id = message.session_id
        order by s.video_id, s.viewer_id, s.id
        for no key update of s
      ) as locked;
      select array_agg(message.place order by message.video_id, s.viewer_id, message.session_id, message.place) into v_places
      from unnest(v_video_ids, v_session_ids) with ordinality as message (video_id, session_id, place)
      left join public.video_watch_sessions as s on s.video_id = message.video_id and s.id = message.session_id;

      v_results := array_fill(null::jsonb, array[jsonb_array_length(p_snapshots)]);
      foreach v_place in array coalesce(v_places, '{}') loop
        if not v_is_each_apart then
          v_results[v_place] := private.merge_snapshot(p_snapshots -> v_place - 1, p_now);
          continue;
        end if;
        begin
          v_results[v_place] := private.merge_snapshot(p_snapshots -> v_place - 1, p_now);
        exception
          when transaction_rollback or operator_intervention or insufficient_resources then
            raise;
          when others then
            get stacked diagnostics v_hint = pg_exception_hint;
            v_results[v_place] := private.refusal(p_snapshots -> v_place - 1, sqlstate, sqlerrm, v_hint);
        end;
      end loop;
      exit;
    exception
      -- These concern the whole request, which is to be sent again.
      when transaction_rollback or operator_intervention or insufficient_resources then
        raise;
      when others then
        if v_is_each_apart then raise; end if;
    end;
  end loop;

  -- Days last and in order, for the same reason; those the sessions stood on before, too, for a start may have moved
  -- back over midnight.
  insert into private.video_analytics_dirty_days (minute, video_id, date)
  select distinct date_trunc('minute', p_now), moment.video_id, (moment.session_start at time zone creators.time_zone)::date
  from (
    select s.video_id, s.session_start
    from unnest(v_video_ids, v_session_ids) as message (video_id, session_id)
    inner join public.video_watch_sessions as s on s.video_id = message.video_id and s.id = message.session_id
    union all
    select * from unnest(v_videos, v_starts)
  ) as moment (video_id, session_start)
  inner join public.videos on videos.id = moment.video_id
  inner join public.creators on creators.id = videos.creator_id
  order by 2, 3
  on conflict (minute, video_id, date) do nothing;

  return to_jsonb(v_results);
end;
$$;
comment on function private.merge_watch_sessions(jsonb, timestamptz) is 'Merges up to 50 messages, each with its own result; a refused one leaves the others alone.';
revoke all on function private.merge_watch_sessions(jsonb, timestamptz) from public;
grant execute on function private.merge_watch_sessions(jsonb, timestamptz) to anon, authenticated, service_role;

create function public.update_watch_sessions(p_snapshots jsonb) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.merge_watch_sessions(p_snapshots);
end;
comment on function public.update_watch_sessions(jsonb) is 'Takes up to 50 objects with the arguments of update_watch_session; answers one result each, in order: ok true with the usual answer, or ok false with session_id, code, message and hint.';
revoke all on function public.update_watch_sessions(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.update_watch_sessions(jsonb) to anon, authenticated, service_role;

-- ./schemas/attest_video_watched.sql

-- "Mark as watched": a viewer says so himself, where the video takes his word. The weakest grade of evidence, kept apart
-- from what was measured: a session of its own that is no visit, and so no view, no watch time and no coverage. It
-- completes the viewer's progress; his percentage stays what he was seen to watch.

create function private.attested_session(p_video_id uuid, p_viewer_id uuid) returns uuid
language sql stable set search_path = ''
as $$
  select s.id
  from public.video_watch_sessions as s
  where s.video_id = p_video_id and s.viewer_id = p_viewer_id and s.close_reason = 'attested';
$$;
comment on function private.attested_session(uuid, uuid) is 'The session by which a viewer marked a video as watched; one at most.';
revoke all on function private.attested_session(uuid, uuid) from public;

create function private.record_attested_completion(p_session public.video_watch_sessions, p_progress public.video_progress) returns void
language sql volatile set search_path = ''
as $$
  insert into public.video_analytics_events (
    video_id, "timestamp", event_type, creator_id, student_id, course_id, module_id, session_id, metadata
  )
  values (
    p_session.video_id, p_session.session_start, 'video_completed', p_session.creator_id, p_session.student_id,
    p_session.course_id, p_session.module_id, p_session.id,
    jsonb_strip_nulls(jsonb_build_object(
      'percent_complete', p_progress.percent_complete,
      'watch_time_seconds', p_session.watch_time_seconds,
      'session_id', p_session.id,
      'evidence', p_session.evidence,
      'completion_time', extract(epoch from p_session.session_start - p_progress.first_watched_at)
    ))
  );
$$;
comment on function private.record_attested_completion(public.video_watch_sessions, public.video_progress) is 'Records video_completed on a viewer''s word: with his measured percentage, and the evidence by name.';
revoke all on function private.record_attested_completion(public.video_watch_sessions, public.video_progress) from public;

create function private.open_attested_session(p_video public.videos, p_viewer private.viewer, p_now timestamptz) returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  v_session public.video_watch_sessions;
  v_progress public.video_progress;
begin
  -- The student's row before the progress: whoever holds that waits for nothing more.
  perform private.hold_student(p_viewer.student_id);
  insert into public.video_progress as p (video_id, viewer_id, creator_id, student_id, first_contact_at, last_contact_at)
  values (p_video.id, p_viewer.viewer_id, p_video.creator_id, p_viewer.student_id, p_now, p_now)
  on conflict (video_id, viewer_id) do update set updated_at = p.updated_at
  returning p.* into v_progress;
  -- A parallel press may have come first.
  v_session.id := private.attested_session(p_video.id, p_viewer.viewer_id);
  if v_session.id is not null then
    return v_session.id;
  end if;

  -- Nobody holds its write key, so no message adds to it.
  insert into public.video_watch_sessions (
    video_id, id, creator_id, viewer_id, student_id, write_key_hash, course_id, module_id, evidence, completion_threshold,
    session_start, session_end, close_reason, first_contact_at, resume_at, last_seen_at, duration_seconds, percent_complete
  )
  select p_video.id, gen_random_uuid(), p_video.creator_id, p_viewer.viewer_id, p_viewer.student_id,
    sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), place.p_course_id, place.p_module_id, 'attested',
    p_video.completion_threshold, p_now, p_now, 'attested', p_now, p_now, p_now, p_video.duration_ms / 1000.0,
    case when p_video.duration_ms is not null then 0 end
  from private.lesson_context(p_video.id, (p_viewer.claims ->> 'course')::uuid, null) as place
  returning * into v_session;

  update public.video_progress as p
  set sessions = p.sessions + 1,
    completed_at = coalesce(p.completed_at, p_now),
    percent_complete = coalesce(p.percent_complete, v_session.percent_complete),
    first_contact_at = least(p.first_contact_at, p_now),
    last_contact_at = greatest(p.last_contact_at, p_now),
    updated_at = p_now
  where p.video_id = p_video.id and p.viewer_id = p_viewer.viewer_id;

  if v_progress.completed_at is null then
    v_progress.percent_complete := coalesce(v_progress.percent_complete, v_session.percent_complete);
    perform private.record_attested_completion(v_session, v_progress);
    perform private.record_sibling_rewatches(p_video.id, p_viewer.viewer_id, v_session.id, p_video.duration_ms, p_now);
  end if;
  perform private.mark_dirty(p_video.id, p_video.creator_id, p_now, p_now);
  return v_session.id;
end;
$$;
comment on function private.open_attested_session(public.videos, private.viewer, timestamptz) is 'Records that a viewer marked a video as watched and completes his progress; the session that says so already, if there is one.';
revoke all on function private.open_attested_session(public.videos, private.viewer, timestamptz) from public;

create function private.attest_video_watched(p_video_id uuid, p_viewer_token text, p_now timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_video public.videos;
  v_viewer private.viewer;
  v_session_id uuid;
begin
  if p_video_id is null then
    perform private.refuse_malformed('p_video_id is required', 'Send the uuid of a video.');
  end if;
  select * into v_video from public.videos where videos.id = p_video_id and not videos.is_deleted;
  if not found then
    perform private.refuse();
  end if;
  v_viewer := private.identify_viewer(v_video, null, p_viewer_token, true);
  if not private.may_play(v_video, v_viewer) then
    perform private.refuse();
  end if;
  if v_viewer.viewer_id is null then
    raise sqlstate 'PT401' using
      message = 'nobody is signed in',
      hint = 'Sign the viewer in, or send a viewer token: to mark as watched is to give one''s word.';
  end if;

  -- Sent again, it is the same press, whatever the video accepts by now.
  v_session_id := private.attested_session(v_video.id, v_viewer.viewer_id);
  if v_session_id is null then
    if not 'attested' = any (v_video.accepted_evidence) then
      raise sqlstate 'PT409' using
        message = 'this video is completed by watching it',
        hint = 'Its creator allows "mark as watched" by adding attested to accepted_evidence.';
    end if;
    v_session_id := private.open_attested_session(v_video, v_viewer, p_now);
  end if;

  return (
    select jsonb_build_object(
      'session_id', s.id,
      'seq', s.seq,
      'watch_time_seconds', s.watch_time_seconds,
      'percent_complete', s.percent_complete,
      'viewer_percent_complete', p.percent_complete,
      'completed', p.completed_at is not null,
      'resume_position_seconds', p.resume_position_seconds,
      'events', (
        select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
          'event_type', e.event_type, 'percent_complete', e.metadata -> 'percent_complete'
        ))), '[]')
        from public.video_analytics_events as e
        where e.video_id = s.video_id and e.event_type = 'video_completed' and e."timestamp" = s.session_start and e.session_id = s.id
      ),
      'flags', s.integrity_flags
    )
    from public.video_watch_sessions as s
    inner join public.video_progress as p on p.video_id = s.video_id and p.viewer_id = s.viewer_id
    where s.video_id = v_video.id and s.id = v_session_id
  );
end;
$$;
comment on function private.attest_video_watched(uuid, text, timestamptz) is 'Body of public.attest_video_watched(). Definer: API roles write to no table.';
revoke all on function private.attest_video_watched(uuid, text, timestamptz) from public;
grant execute on function private.attest_video_watched(uuid, text, timestamptz) to anon, authenticated, service_role;

create function public.attest_video_watched(p_video_id uuid, p_viewer_token text default null) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.attest_video_watched(p_video_id, p_viewer_token);
end;
comment on function public.attest_video_watched(uuid, text) is 'The viewer marks a video as watched: completes it for him where the video accepts attested evidence. Answers as a message of a watch session; pressed again, the same. PT401 nobody signed in or expired token; PT403 not allowed; PT409 the video does not take his word.';
revoke all on function public.attest_video_watched(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.attest_video_watched(uuid, text) to anon, authenticated, service_role;
-- Granted to anon for viewers whom a platform's token names.

-- ./schemas/auto_complete_video_watch_session.sql

-- What does not come by messages: an import of visits from elsewhere, a correction by hand. There nobody decides whether
-- a visit is complete, so this trigger does. Messages decide for themselves and never rely on it: the when clauses let
-- them pass unseen (a message always counts itself in messages_received, and a new row of theirs has no percentage).
-- The clause for updates is as short as can be, since Postgres reads it from its text again at every heartbeat: that costs
-- a heartbeat 2 µs of some 400, and no WAL.

create function public.auto_complete_video_watch_session() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  if new.percent_complete >= new.completion_threshold and not 'late' = any (new.integrity_flags)
    -- A visit made of messages has its percentage of a length the viewer claims until one is stored: that completes nothing.
    and (
      new.messages_received = 0
      or exists (select from public.videos where videos.id = new.video_id and videos.duration_ms is not null)
    )
  then
    new.completed := true;
  end if;
  return new;
end;
$$;
comment on function public.auto_complete_video_watch_session() is 'Trigger: a visit written past the watch session functions is completed when its percentage reaches its threshold, unless it is flagged late. Sets the bit of the visit alone: no progress, no event.';
revoke all on function public.auto_complete_video_watch_session() from public, anon, authenticated, service_role;
-- Not granted to anyone: a trigger needs no right to run.

create trigger auto_complete_inserted_video_watch_session before insert on public.video_watch_sessions
  for each row when (new.percent_complete >= new.completion_threshold)
  execute function public.auto_complete_video_watch_session();

create trigger auto_complete_video_watch_session before update of percent_complete on public.video_watch_sessions
  for each row when (new.messages_received = old.messages_received)
  execute function public.auto_complete_video_watch_session();

-- ./schemas/video_retests.sql

-- Videos whose rule has changed: a duration was stored, other evidence is accepted, the threshold moved. What was watched
-- before is judged again by a job in bounded batches, never by the message or the edit that changed the rule. Nothing
-- reached is revoked by it.
--
-- Twice: at once all visits, and a minute later those heard from around the change, since a message that was on its way
-- may have been judged by the old rule and not been there to see.

create table private.video_retests (
  video_id uuid not null,
  queued_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  heard_since timestamptz not null default '-infinity',
  reached_at timestamptz not null default '-infinity',
  reached_id uuid not null default '00000000-0000-0000-0000-000000000000',
  constraint video_retests_pkey primary key (video_id),
  constraint video_retests_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade
);

comment on table private.video_retests is 'Videos whose visits are to be judged again. Worked off by settle_video_durations(), empty when all is done.';
comment on column private.video_retests.video_id is 'The video.';
comment on column private.video_retests.queued_at is 'When its rule changed last.';
comment on column private.video_retests.due_at is 'When to go on; the longest waiting comes first.';
comment on column private.video_retests.heard_since is 'Visits last heard from before are left out: -infinity in the first pass, ten minutes before the change in the second.';
comment on column private.video_retests.reached_at is 'first_contact_at of the visit judged last.';
comment on column private.video_retests.reached_id is 'Its id.';

-- video_retests_pkey serves everything: the table has few rows.

alter table private.video_retests enable row level security;

revoke all on table private.video_retests from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. No policy either.

create function private.queue_video_retest() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.video_retests as retest where retest.video_id = new.id;
  insert into private.video_retests (video_id) values (new.id);
  return null;
end;
$$;
comment on function private.queue_video_retest() is 'Trigger: has the visits to a video judged again, from the beginning. Definer: whoever edits a video may not see the queue.';
revoke all on function private.queue_video_retest() from public;

create trigger queue_video_retest
  after update of duration_ms, duration_seconds, completion_threshold, completion_accepts_late, accepted_evidence on public.videos
  for each row when (
    old.duration_ms is distinct from new.duration_ms
    or old.completion_threshold is distinct from new.completion_threshold
    or old.completion_accepts_late is distinct from new.completion_accepts_late
    or old.accepted_evidence is distinct from new.accepted_evidence
  )
  execute function private.queue_video_retest();

create type private.watch_session_key as (video_id uuid, id uuid, first_contact_at timestamptz);
comment on type private.watch_session_key is 'Names a watch session, and its place among those of the video.';

-- The next visits of each video, in the order in which they were first heard of: so a completion is told by the visit
-- that brought it.
create function private.sessions_to_retest(p_retests private.video_retests[], p_each integer)
returns setof private.watch_session_key
language sql stable set search_path = ''
as $$
  select session.video_id, session.id, session.first_contact_at
  from unnest(p_retests) as retest
  cross join lateral (
    select s.video_id, s.id, s.first_contact_at
    from public.video_watch_sessions as s
    where s.video_id = retest.video_id and s.last_seen_at >= retest.heard_since
      and (s.first_contact_at, s.id) > (retest.reached_at, retest.reached_id)
    order by s.first_contact_at, s.id
    limit p_each
  ) as session
  order by session.video_id, session.first_contact_at, session.id;
$$;
comment on function private.sessions_to_retest(private.video_retests[], integer) is 'Visits to judge next, so many of each video.';
revoke all on function private.sessions_to_retest(private.video_retests[], integer) from public;

create function private.sessions_set_aside(p_now timestamptz) returns setof private.watch_session_key
language sql stable set search_path = ''
as $$
  select s.video_id, s.id, s.first_contact_at
  from public.job_failures as failure
  inner join public.video_watch_sessions as s
    on s.video_id = (failure.subject ->> 'video_id')::uuid and s.id = (failure.subject ->> 'session_id')::uuid
  where failure.job = 'settle_video_durations' and failure.updated_at <= p_now - interval '1 hour'
  order by failure.updated_at
  limit 20;
$$;
comment on function private.sessions_set_aside(timestamptz) is 'Visits that could not be judged an hour ago or earlier: tried again, a few at a time.';
revoke all on function private.sessions_set_aside(timestamptz) from public;

-- Everything a batch will write, locked before the first of it is judged and in the order of the messages: visits, then
-- progress, then days. So neither a message nor a batch of messages ever waits for it in a circle.
create function private.lock_sessions(p_sessions private.watch_session_key[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform
  from public.video_watch_sessions as s
  inner join unnest(p_sessions) as key on key.video_id = s.video_id and key.id = s.id
  order by s.video_id, s.viewer_id, s.id
  for no key update of s;
end;
$$;
comment on function private.lock_sessions(private.watch_session_key[]) is 'Locks these visits, in one order.';
revoke all on function private.lock_sessions(private.watch_session_key[]) from public;

create function private.lock_progress_and_days(p_sessions private.watch_session_key[], p_now timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform
  from public.video_progress as p
  where (p.video_id, p.viewer_id) in (
    select s.video_id, s.viewer_id
    from public.video_watch_sessions as s
    inner join unnest(p_sessions) as key on key.video_id = s.video_id and key.id = s.id
  )
  order by p.video_id, p.viewer_id
  for no key update of p;

  insert into private.video_analytics_dirty_days (minute, video_id, date)
  select distinct date_trunc('minute', p_now), s.video_id, (s.session_start at time zone creators.time_zone)::date
  from public.video_watch_sessions as s
  inner join unnest(p_sessions) as key on key.video_id = s.video_id and key.id = s.id
  inner join public.creators on creators.id = s.creator_id
  order by 2, 3
  on conflict (minute, video_id, date) do nothing;
end;
$$;
comment on function private.lock_progress_and_days(private.watch_session_key[], timestamptz) is 'Locks the progress of these visits'' viewers and marks their days, in one order.';
revoke all on function private.lock_progress_and_days(private.watch_session_key[], timestamptz) from public;

-- All in one block; when that fails, each in its own, and the one that fails is set aside.
create function private.retest_watch_sessions(p_sessions private.watch_session_key[], p_now timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_job constant text := 'settle_video_durations';
  v_session private.watch_session_key;
begin
  begin
    perform private.retest_watch_session(session.video_id, session.id, p_now) from unnest(p_sessions) as session;
  exception
    when transaction_rollback or operator_intervention or insufficient_resources then
      raise;
    when others then
      foreach v_session in array p_sessions loop
        begin
          perform private.retest_watch_session(v_session.video_id, v_session.id, p_now);
        exception
          when transaction_rollback or operator_intervention or insufficient_resources then
            raise;
          when others then
            perform private.report_job_failure(
              c_job, jsonb_build_object('video_id', v_session.video_id, 'session_id', v_session.id), sqlerrm
            );
        end;
      end loop;
      return;
  end;
  perform private.clear_job_failure(c_job, failure.subject)
  from public.job_failures as failure
  inner join unnest(p_sessions) as session
    on failure.subject = jsonb_build_object('video_id', session.video_id, 'session_id', session.id)
  where failure.job = c_job;
end;
$$;
comment on function private.retest_watch_sessions(private.watch_session_key[], timestamptz) is 'Judges these visits again; one that fails is set aside in job_failures and stops no other.';
revoke all on function private.retest_watch_sessions(private.watch_session_key[], timestamptz) from public;

create function private.advance_video_retests(
  p_retests private.video_retests[],
  p_sessions private.watch_session_key[],
  p_each integer,
  p_now timestamptz
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_on_their_way constant interval := interval '10 minutes';
  c_arrived constant interval := interval '1 minute';
  v_retest private.video_retests;
  v_last record;
begin
  foreach v_retest in array p_retests loop
    select session.first_contact_at, session.id, count(*) over () as judged into v_last
    from unnest(p_sessions) as session
    where session.video_id = v_retest.video_id
    order by session.first_contact_at desc, session.id desc
    limit 1;
    -- Unless the rule has changed again since: then it begins again.
    if v_last.judged = p_each then
      update private.video_retests as retest
      set reached_at = v_last.first_contact_at, reached_id = v_last.id, due_at = p_now
      where retest.video_id = v_retest.video_id and retest.queued_at = v_retest.queued_at;
    elsif v_retest.heard_since = '-infinity' then
      update private.video_retests as retest
      set reached_at = default, reached_id = default, heard_since = retest.queued_at - c_on_their_way, due_at = p_now + c_arrived
      where retest.video_id = v_retest.video_id and retest.queued_at = v_retest.queued_at;
    else
      delete from private.video_retests as retest
      where retest.video_id = v_retest.video_id and retest.queued_at = v_retest.queued_at;
    end if;
  end loop;
end;
$$;
comment on function private.advance_video_retests(private.video_retests[], private.watch_session_key[], integer, timestamptz) is 'Notes how far each video has come: on to the next batch, to the second pass, or done.';
revoke all on function private.advance_video_retests(private.video_retests[], private.watch_session_key[], integer, timestamptz) from public;

-- ./schemas/settle_video_durations.sql

-- How long is a video that the pipeline has not measured? What its creator's player said when he watched it himself, or
-- what three viewers say independently. Completion waits for it.
--
-- Anonymous ids are cheap, so three is a low bar for a forger; hence a vote is one per viewer, from a visit that really
-- played and does not contradict itself, and the three must be the majority of all who voted. The pipeline's word and the
-- creator's own playback, once there, are never overruled.

create function private.agreed_duration_ms(p_video_id uuid) returns integer
language sql stable set search_path = ''
as $$
  with visits as (
    -- A bound: live streams have visits without end, and no duration.
    select s.*
    from public.video_watch_sessions as s
    where s.video_id = p_video_id
    order by s.first_contact_at desc, s.id desc
    limit 1000
  ),
  votes as (
    -- One vote per viewer, his newest.
    select distinct on (viewer_id) claimed_duration_ms as duration_ms
    from visits
    where viewer_id is not null and started and claimed_duration_ms > 0 and evidence in ('measured', 'polled', 'reported')
      and coalesce(upper(watched), 0) <= claimed_duration_ms + 1000::bigint
    order by viewer_id, last_seen_at desc, id desc
  ),
  spans as (
    select duration_ms, count(*) over (order by duration_ms range between current row and 1000 following) as viewers,
      count(*) over () as voters
    from votes
  ),
  -- The second most agree in; of equal ones the longer, so that nothing completes too early.
  agreed as (
    select duration_ms
    from spans
    where viewers >= 3 and 2 * viewers > voters
    order by viewers desc, duration_ms desc
    limit 1
  )
  -- The one in the middle: somebody has said it, and a stray one does not move it.
  select percentile_disc(0.5) within group (order by votes.duration_ms)
  from votes
  inner join agreed on votes.duration_ms between agreed.duration_ms and agreed.duration_ms + 1000::bigint;
$$;
comment on function private.agreed_duration_ms(uuid) is 'The length that at least three viewers and more than half of those who say one report within a second, in ms: the median of theirs. Null while they do not agree.';
revoke all on function private.agreed_duration_ms(uuid) from public;

-- A start stores it at once (watch_session_identity.sql), but many players learn the length only while they play, and by
-- then a message no longer says who sends it.
create function private.creators_duration_ms(p_video_id uuid) returns integer
language sql stable set search_path = ''
as $$
  select s.claimed_duration_ms
  from public.videos
  inner join public.creators on creators.id = videos.creator_id
  inner join public.students on students.user_id = creators.user_id
  inner join public.video_watch_sessions as s on s.video_id = videos.id and s.viewer_id = students.id
  where videos.id = p_video_id and s.started and s.claimed_duration_ms > 0
  order by s.first_contact_at desc, s.id desc
  limit 1;
$$;
comment on function private.creators_duration_ms(uuid) is 'The length that the player of the video''s own creator reported last, in ms; null when he has not watched it.';
revoke all on function private.creators_duration_ms(uuid) from public;

create type private.video_duration as (video_id uuid, duration_ms integer, duration_source text);
comment on type private.video_duration is 'A length to be stored, and whose word it is.';

-- Videos nobody has measured yet.
create index videos_without_duration_idx on public.videos (id) where duration_ms is null and not is_deleted;

-- From a random place on, so that videos nobody agrees about never keep others from their turn.
create function private.agreed_durations(p_max_asked integer, p_max_settled integer) returns setof private.video_duration
language sql volatile set search_path = ''
as $$
  with start as materialized (
    select gen_random_uuid() as id
  ),
  unmeasured as (
    select videos.id
    from public.videos
    where videos.duration_ms is null and not videos.is_deleted
      and exists (select from public.video_watch_sessions as s where s.video_id = videos.id)
  ),
  asked as materialized (
    (select unmeasured.id from unmeasured where unmeasured.id >= (select id from start) order by unmeasured.id limit p_max_asked)
    union all
    (select unmeasured.id from unmeasured where unmeasured.id < (select id from start) order by unmeasured.id limit p_max_asked)
    limit p_max_asked
  ),
  agreed as materialized (
    select asked.id, private.creators_duration_ms(asked.id) as creators, private.agreed_duration_ms(asked.id) as viewers from asked
  )
  select agreed.id, coalesce(agreed.creators, agreed.viewers), case when agreed.creators is null then 'viewers' else 'creator' end
  from agreed
  where coalesce(agreed.creators, agreed.viewers) is not null
  order by agreed.id
  limit p_max_settled;
$$;
comment on function private.agreed_durations(integer, integer) is 'Videos without a stored duration whose length their creator has played or viewers agree on, of so many asked and so many at most.';
revoke all on function private.agreed_durations(integer, integer) from public;

create function private.store_agreed_durations(p_durations private.video_duration[]) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  c_job constant text := 'settle_video_durations';
  v_duration private.video_duration;
  v_settled integer := 0;
begin
  foreach v_duration in array p_durations loop
    begin
      update public.videos set duration_ms = v_duration.duration_ms, duration_source = v_duration.duration_source
      where videos.id = v_duration.video_id and videos.duration_ms is null;
      v_settled := v_settled + case when found then 1 else 0 end;
    exception
      when transaction_rollback or operator_intervention or insufficient_resources then
        raise;
      when others then
        perform private.report_job_failure(c_job, jsonb_build_object('video_id', v_duration.video_id), sqlerrm);
    end;
  end loop;
  perform private.clear_job_failure(c_job, failure.subject)
  from public.job_failures as failure
  inner join public.videos on failure.subject = jsonb_build_object('video_id', videos.id)
  where failure.job = c_job and videos.duration_ms is not null;
  return v_settled;
end;
$$;
comment on function private.store_agreed_durations(private.video_duration[]) is 'Stores these lengths where none is stored yet; a video that refuses is set aside. Answers how many were.';
revoke all on function private.store_agreed_durations(private.video_duration[]) from public;

create function private.settle_video_durations(p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_max_videos constant integer := 20;
  c_max_asked constant integer := 500;
  c_max_sessions constant integer := 1000;
  v_durations private.video_duration[];
  v_retests private.video_retests[];
  v_batch private.watch_session_key[];
  v_sessions private.watch_session_key[];
  v_each integer;
  v_settled integer;
begin
  -- One at a time; a second caller has nothing to add.
  if not pg_try_advisory_xact_lock(hashtext('chronos.settle_video_durations')) then
    return 0;
  end if;

  -- What to do is decided before anything is locked. A video that settles now is judged again at once.
  select coalesce(array_agg(agreed order by agreed.video_id), '{}') into v_durations
  from private.agreed_durations(c_max_asked, c_max_videos) as agreed;
  select coalesce(array_agg(due.retest), '{}') into v_retests
  from (
    select retest from private.video_retests as retest
    where retest.due_at <= p_now and retest.video_id not in (select video_id from unnest(v_durations))
    order by retest.due_at, retest.video_id
    limit c_max_videos
  ) as due;
  v_retests := v_retests || array(
    select row(video_id, now(), now(), '-infinity', '-infinity', '00000000-0000-0000-0000-000000000000')::private.video_retests
    from unnest(v_durations)
  );
  v_each := c_max_sessions / greatest(1, cardinality(v_retests));
  v_batch := array(select private.sessions_to_retest(v_retests, v_each));
  v_sessions := v_batch || array(select private.sessions_set_aside(p_now));

  -- In the order in which messages take them: visits, the video, what waits for it, progress, days.
  perform private.lock_sessions(v_sessions);
  v_settled := private.store_agreed_durations(v_durations);
  perform from private.video_retests as retest
  where retest.video_id in (select video_id from unnest(v_retests))
  order by retest.video_id
  for update;
  perform private.lock_progress_and_days(v_sessions, p_now);

  perform private.retest_watch_sessions(v_sessions, p_now);
  perform private.advance_video_retests(v_retests, v_batch, v_each, p_now);
  return v_settled;
end;
$$;
comment on function private.settle_video_durations(timestamptz) is 'Body of public.settle_video_durations(). Definer: nobody else writes sessions and lengths.';
revoke all on function private.settle_video_durations(timestamptz) from public;
grant execute on function private.settle_video_durations(timestamptz) to service_role;

create function public.settle_video_durations() returns integer
language sql volatile set search_path = ''
begin atomic
  select private.settle_video_durations();
end;
comment on function public.settle_video_durations() is 'Stores the length of videos that their creator has played or on which three viewers agree, and judges again, in batches, the visits to videos whose length or completion rule has changed. Answers how many lengths it stored. Harmless when repeated; what fails is set aside in job_failures.';
revoke all on function public.settle_video_durations() from public, anon, authenticated, service_role;
grant execute on function public.settle_video_durations() to service_role;

-- ./schemas/track_video_event.sql

-- Events that are not derived from watching: steps of the creator's pipeline, and what a viewer does with the player.
-- Whoever tells one is asked who he is; what he says of himself, of the place and of the time is verified or refused.

create function private.event_kind(p_event_type text) returns text
language sql immutable set search_path = ''
as $$
  select case
    when p_event_type in ('video_started', 'video_progress', 'video_completed', 'video_rewatched') then 'viewing'
    when p_event_type in ('video_imported', 'video_transcribed', 'video_embedded', 'video_added_to_course') then 'pipeline'
    when p_event_type in ('captions_toggled', 'quality_changed', 'rate_changed', 'seeked', 'shared', 'error', 'ai_interaction')
      then 'viewer'
  end;
$$;
comment on function private.event_kind(text) is 'Who may tell an event: nobody (viewing: it is derived), the creator and service_role (pipeline), or a viewer of himself (viewer); null for a word that is no event.';
revoke all on function private.event_kind(text) from public;

-- Readers cast these, often before they look at the event's type: one value of the wrong kind would stop a whole report.
create function private.wrong_event_metadata(p_metadata jsonb) returns text
language sql immutable set search_path = ''
as $$
  select format('%s is not %s', key, case known.kind
    when 'text' then format('text of 1 to %s characters', known.most)
    when 'uuid' then 'a uuid'
    when 'whole' then format('a whole number from 0 to %s', known.most)
    else format('a number from 0 to %s', known.most)
  end)
  from jsonb_each(p_metadata) as given (key, value)
  inner join (
    values
      ('source_type', 'text', 64), ('transcript_method', 'text', 64), ('language', 'text', 35), ('device', 'text', 64),
      ('evidence', 'text', 64), ('session_id', 'uuid', null), ('lesson_id', 'uuid', null),
      ('percent_complete', 'whole', 100), ('word_count', 'whole', 2147483647), ('file_size_bytes', 'whole', 9007199254740991),
      ('duration_seconds', 'number', 2147483), ('watch_time_seconds', 'number', 2147483647),
      ('completion_time', 'number', 2147483647), ('cost', 'number', 1000000)
  ) as known (key, kind, most) using (key)
  where given.value <> 'null' and not case
    when known.kind = 'text' then private.is_text(given.value, known.most::integer)
    when known.kind = 'uuid' then private.to_uuid(given.value #>> '{}') is not null
    when jsonb_typeof(given.value) <> 'number' then false
    -- Neither more than a column holds, nor so little that a float has no room for it, nor a fraction of a byte.
    else (given.value #>> '{}')::numeric between 0 and known.most
      and ((given.value #>> '{}')::numeric = 0 or (given.value #>> '{}')::numeric >= 1e-9)
      and (known.kind = 'number' or (given.value #>> '{}')::numeric % 1 = 0)
  end
  order by key
  limit 1;
$$;
comment on function private.wrong_event_metadata(jsonb) is 'What is wrong with the first known key of wrong type; null when all are right.';
revoke all on function private.wrong_event_metadata(jsonb) from public;

-- The student who tells something of himself: signed in, let into the video, and not telling too much.
create function private.student_who_tells(p_video public.videos, p_event_type text, p_oldest timestamptz, p_now timestamptz)
returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_per_hour constant integer := 300;
  v_viewer private.viewer := private.identify_viewer(p_video, null, null, true);
begin
  if v_viewer.student_id is null or not private.may_play(p_video, v_viewer) then
    perform private.refuse();
  end if;
  if c_max_per_hour <= (
    select count(*)
    from public.video_analytics_events as e
    where e.student_id = v_viewer.student_id and e.video_id = p_video.id and e.event_type = p_event_type
      and e."timestamp" > p_oldest - interval '1 hour' and e.created_at > p_now - interval '1 hour'
  ) then
    raise sqlstate 'PT429' using
      message = 'too many events',
      detail = format('A viewer may tell %s events of one kind about a video per hour.', c_max_per_hour),
      hint = 'Tell what a viewer did, not every step of it; wait before telling more.';
  end if;
  perform private.hold_student(v_viewer.student_id);
  return v_viewer.student_id;
end;
$$;
comment on function private.student_who_tells(public.videos, text, timestamptz, timestamptz) is 'The signed-in student, if he may play the video; PT403 otherwise, PT429 beyond 300 events of a kind per video and hour, PT503 where he was erased meanwhile.';
revoke all on function private.student_who_tells(public.videos, text, timestamptz, timestamptz) from public;

create function private.check_event(p_kind text, p_metadata jsonb, p_timestamp timestamptz, p_oldest timestamptz, p_now timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_metadata_bytes constant integer := 16384;
  c_max_early constant interval := interval '5 minutes';
  v_wrong text;
begin
  if p_kind is null or p_kind = 'viewing' then
    perform private.refuse_malformed(
      'p_event_type is no event that can be told',
      'Viewing events follow from watch sessions alone. Send a step of the pipeline (video_imported, video_transcribed, video_embedded, video_added_to_course) or what the viewer did (captions_toggled, quality_changed, rate_changed, seeked, shared, error, ai_interaction).'
    );
  end if;
  -- Room is left for what the database adds.
  if jsonb_typeof(p_metadata) <> 'object' or pg_column_size(p_metadata) > c_max_metadata_bytes - 256
    or jsonb_path_exists(p_metadata, 'lax $.**{5}')
  then
    perform private.refuse_malformed('p_metadata is not a small object', 'Send an object of at most 16 kB and depth 4.');
  end if;
  v_wrong := private.wrong_event_metadata(p_metadata);
  if v_wrong is not null then
    perform private.refuse_malformed('p_metadata: ' || v_wrong, 'Send the key with a value of its type, or leave it out: see docs/events.md.');
  end if;
  if p_timestamp < p_oldest or p_timestamp > p_now + c_max_early then
    perform private.refuse_malformed('p_timestamp is not of the last 7 days', 'Send when it happened, or null for now.');
  end if;
end;
$$;
comment on function private.check_event(text, jsonb, timestamptz, timestamptz, timestamptz) is 'Raises PT400 for an event nobody can tell, metadata of wrong shape or type, and a time that is not believed.';
revoke all on function private.check_event(text, jsonb, timestamptz, timestamptz, timestamptz) from public;

create function private.track_video_event(
  p_event_type text,
  p_video_id uuid,
  p_creator_id uuid,
  p_student_id uuid,
  p_course_id uuid,
  p_module_id uuid,
  p_metadata jsonb,
  p_timestamp timestamptz,
  p_now timestamptz default now()
) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_max_late constant interval := interval '7 days';
  v_kind text := private.event_kind(p_event_type);
  v_metadata jsonb := coalesce(p_metadata, '{}');
  -- A clock a little fast: nothing has happened in the future.
  v_timestamp timestamptz := least(p_timestamp, p_now);
  v_video public.videos;
  v_student_id uuid;
  v_session_id uuid;
  v_id uuid;
begin
  if p_video_id is null then
    perform private.refuse_malformed('p_video_id is required', 'Send the uuid of a video.');
  end if;
  perform private.check_event(v_kind, v_metadata, p_timestamp, p_now - c_max_late, p_now);
  select * into v_video from public.videos where videos.id = p_video_id and not videos.is_deleted;
  if not found or p_creator_id <> v_video.creator_id then
    perform private.refuse();
  end if;
  if v_kind = 'viewer' then
    v_student_id := private.student_who_tells(v_video, p_event_type, p_now - c_max_late, p_now);
  elsif v_video.creator_id is distinct from private.my_creator_id() and not private.is_operator() then
    perform private.refuse();
  end if;
  if p_student_id is not null and p_student_id is distinct from v_student_id then
    perform private.refuse();
  end if;

  -- Where it happened is kept only as far as it is true: a lesson of the video, a visit of the same viewer.
  select * into p_course_id, p_module_id from private.lesson_context(p_video_id, p_course_id, p_module_id);
  select s.id into v_session_id
  from public.video_watch_sessions as s
  where s.video_id = p_video_id and s.id = (v_metadata ->> 'session_id')::uuid and s.viewer_id = v_student_id;
  v_metadata := v_metadata - '{session_id,lesson_id}'::text[] || jsonb_strip_nulls(jsonb_build_object('session_id', v_session_id));

  if p_event_type = 'video_imported' then
    -- Once per video, and set_video_status() tells it unless somebody did before.
    update public.videos set imported_at = v_timestamp where videos.id = p_video_id and videos.imported_at is null;
    if not found then
      select e.id into v_id
      from public.video_analytics_events as e
      where e.video_id = p_video_id and e.event_type = p_event_type;
      return v_id;
    end if;
  elsif p_event_type = 'video_added_to_course' then
    if p_course_id is null then
      perform private.refuse_malformed(
        'the video is no lesson of that course',
        'Send p_course_id or p_module_id of a lesson there is. Making the lesson records the event by itself.'
      );
    end if;
    -- Once per lesson, and the lesson told it when it was made.
    select e.id into v_id
    from public.video_analytics_events as e
    where e.video_id = p_video_id and e.event_type = p_event_type and e.course_id = p_course_id
      and e.module_id = coalesce(p_module_id, e.module_id)
    order by e."timestamp" desc
    limit 1;
    if found then return v_id; end if;
  end if;

  insert into public.video_analytics_events (
    video_id, "timestamp", event_type, creator_id, student_id, course_id, module_id, session_id, metadata, created_at
  )
  values (
    p_video_id, v_timestamp, p_event_type, v_video.creator_id, v_student_id, p_course_id, p_module_id, v_session_id,
    v_metadata, p_now
  )
  returning id into v_id;
  return v_id;
end;
$$;
comment on function private.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz, timestamptz) is 'Body of public.track_video_event(). Definer: API roles write no events.';
revoke all on function private.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz, timestamptz) from public;
grant execute on function private.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz, timestamptz)
  to authenticated, service_role;

create function public.track_video_event(
  p_event_type text,
  p_video_id uuid,
  p_creator_id uuid default null,
  p_student_id uuid default null,
  p_course_id uuid default null,
  p_module_id uuid default null,
  p_metadata jsonb default '{}',
  p_timestamp timestamptz default null
) returns uuid
language sql volatile set search_path = ''
begin atomic
  select private.track_video_event(
    p_event_type, p_video_id, p_creator_id, p_student_id, p_course_id, p_module_id, p_metadata, p_timestamp
  );
end;
comment on function public.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz) is 'Records an event and answers its id: a step of the pipeline, by the video''s creator or service_role; or what the signed-in viewer did. The creator, the student and the time are verified (null: taken from the video, the sign-in and the clock); course and module are kept where the video is a lesson of them. PT400 malformed or derived from watching, PT403 not allowed, PT429 too many.';
revoke all on function public.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz)
  from public, anon, authenticated, service_role;
grant execute on function public.track_video_event(text, uuid, uuid, uuid, uuid, uuid, jsonb, timestamptz)
  to authenticated, service_role;
-- Not granted: anon, of whom nothing can be told, since nobody knows who he is.

-- ./schemas/player_video.sql

-- What a player needs in order to play, and nothing about videos the caller may not play.

create function private.get_player_video(p_video_id uuid, p_viewer_token text) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_video public.videos;
  v_viewer private.viewer;
  v_progress public.video_progress;
begin
  if p_video_id is null then
    perform private.refuse_malformed('p_video_id is required', 'Send the uuid of a video.');
  end if;
  select * into v_video from public.videos where videos.id = p_video_id and not videos.is_deleted;
  if not found then
    perform private.refuse();
  end if;
  -- Reading registers nobody: a student gets his row when he watches.
  v_viewer := private.identify_viewer(v_video, null, p_viewer_token, false);
  if not private.may_play(v_video, v_viewer) then
    perform private.refuse();
  end if;
  select * into v_progress
  from public.video_progress as p
  where p.video_id = v_video.id and p.viewer_id = v_viewer.viewer_id;

  return jsonb_build_object(
    'id', v_video.id,
    'title', v_video.title,
    'source_type', v_video.source_type,
    'src', case v_video.source_type
      when 'youtube' then 'youtube:' || v_video.youtube_video_id
      when 'mux' then 'mux:' || v_video.mux_playback_id
      -- A file of ours has no address of its own: the player lets Storage sign one, as the viewer.
      when 'upload' then coalesce(v_video.url, 'storage:chronos-videos/' || v_video.storage_path)
      else v_video.source_type || ':' || v_video.embed_id
    end,
    'poster', v_video.thumbnail_url,
    -- Constraints hold that nothing else is in them.
    'captions', v_video.captions,
    'chapters', v_video.chapters,
    'duration_ms', v_video.duration_ms,
    'completion_threshold', v_video.completion_threshold,
    'accepted_evidence', v_video.accepted_evidence,
    'resume_position_seconds', coalesce(v_progress.resume_position_seconds, 0),
    -- An age and no time of day: the player compares it with what its browser alone knows, and that clock may be wrong.
    'resume_age_ms', (extract(epoch from now() - v_progress.last_watched_at) * 1000)::bigint,
    'viewer_percent_complete', v_progress.percent_complete,
    'completed', v_progress.completed_at is not null
  );
end;
$$;
comment on function private.get_player_video(uuid, text) is 'Body of public.get_player_video(). Definer: viewers have no access to the table of videos.';
revoke all on function private.get_player_video(uuid, text) from public;
grant execute on function private.get_player_video(uuid, text) to anon, authenticated, service_role;

create function public.get_player_video(p_video_id uuid, p_viewer_token text default null) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_player_video(p_video_id, p_viewer_token);
end;
comment on function public.get_player_video(uuid, text) is 'Source (storage:bucket/path for a file of Supabase Storage, which the viewer''s own player has signed), poster, captions, chapters, completion rule and the viewer''s resume position. PT401 expired token; PT403 for a video that is unknown or that this viewer may not play.';
revoke all on function public.get_player_video(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.get_player_video(uuid, text) to anon, authenticated, service_role;

-- ./schemas/student_progress.sql

-- What a student has watched, for course platforms. A student asks about himself and a creator about his own videos;
-- anybody else learns nothing, which is the same answer as for nothing watched.

create function private.student_progress(p_student_id uuid, p_video_id uuid) returns public.video_progress
language sql stable security definer set search_path = ''
as $$
  select p
  from public.video_progress as p
  where p.video_id = p_video_id and p.viewer_id = p_student_id and p.student_id = p_student_id
    and (
      p_student_id = private.my_student_id()
      or p.creator_id = private.my_creator_id()
      or (select private.is_operator())
    );
$$;
comment on function private.student_progress(uuid, uuid) is 'Progress of a student in a video, if the caller may know. Definer, so that service_role needs no policy.';
revoke all on function private.student_progress(uuid, uuid) from public;
grant execute on function private.student_progress(uuid, uuid) to authenticated, service_role;

create function public.get_student_total_watch_time(p_student_id uuid, p_video_id uuid) returns bigint
language sql stable set search_path = ''
begin atomic
  select coalesce(round((private.student_progress(p_student_id, p_video_id)).watch_time_seconds), 0)::bigint;
end;
comment on function public.get_student_total_watch_time(uuid, uuid) is 'Watch time of a student in a video over all visits, in whole seconds.';
revoke all on function public.get_student_total_watch_time(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_student_total_watch_time(uuid, uuid) to authenticated, service_role;

create function public.get_student_highest_completion(p_student_id uuid, p_video_id uuid) returns integer
language sql stable set search_path = ''
begin atomic
  select coalesce((private.student_progress(p_student_id, p_video_id)).percent_complete, 0)::integer;
end;
comment on function public.get_student_highest_completion(uuid, uuid) is 'Percent of the video a student has covered over all visits, 0 to 100.';
revoke all on function public.get_student_highest_completion(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_student_highest_completion(uuid, uuid) to authenticated, service_role;

create function public.has_student_completed_video(p_student_id uuid, p_video_id uuid) returns boolean
language sql stable set search_path = ''
begin atomic
  select (private.student_progress(p_student_id, p_video_id)).completed_at is not null;
end;
comment on function public.has_student_completed_video(uuid, uuid) is 'Whether a student has completed a video.';
revoke all on function public.has_student_completed_video(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.has_student_completed_video(uuid, uuid) to authenticated, service_role;

-- ./schemas/course_progress.sql

-- How far a student is in a course. Computed from the lessons there are now and the videos he has completed, and stored
-- nowhere: a lesson added later never gives more than 100 %, and one removed never hides what was done.

-- Whose progress the caller asks for, or a refusal.
create function private.student_in_course(p_course_id uuid, p_student_id uuid) returns uuid
language plpgsql stable set search_path = ''
as $$
declare
  v_my_student_id uuid := private.my_student_id();
begin
  if private.owns_course(p_course_id) then
    if p_student_id is null then
      perform private.refuse_malformed('p_student_id is required', 'Send the uuid of a student: you ask as the course''s owner.');
    end if;
    return p_student_id;
  end if;
  if v_my_student_id is null or v_my_student_id <> coalesce(p_student_id, v_my_student_id)
    or not exists (select from private.my_enrolled_course_ids() as mine (id) where mine.id = p_course_id)
  then
    perform private.refuse('Check the id of the course or module. A student asks about himself where he is enrolled; who owns the course, about p_student_id.');
  end if;
  return v_my_student_id;
end;
$$;
comment on function private.student_in_course(uuid, uuid) is 'The student asked about: by himself where he is enrolled, by the course''s creator, by service_role. PT403 otherwise.';
revoke all on function private.student_in_course(uuid, uuid) from public;

create function private.lessons_of_course(p_course_id uuid, p_student_id uuid)
returns table (
  lesson_id uuid, module_id uuid, module_order integer, lesson_order integer, video_id uuid, title text,
  is_required boolean, duration_seconds numeric, estimated_duration_minutes integer,
  percent_complete smallint, resume_position_seconds numeric, completed_at timestamptz, is_offered boolean
)
language sql stable set search_path = ''
as $$
  select l.id, m.id, m.module_order, l.lesson_order, v.id, coalesce(l.title, v.title), l.is_required,
    v.duration_seconds, l.estimated_duration_minutes, p.percent_complete, p.resume_position_seconds, p.completed_at,
    -- What was completed stays offered, wherever it is moved.
    p.completed_at is not null or c.gating = 'none' or coalesce(
      bool_and(p.completed_at is not null or (c.gating = 'required' and not l.is_required)) over (
        order by m.module_order, l.lesson_order rows between unbounded preceding and 1 preceding
      ), true
    )
  from public.courses as c
  inner join public.course_modules as m on m.course_id = c.id
  inner join public.module_lessons as l on l.module_id = m.id
  -- A deleted video can be completed by nobody any more.
  inner join public.videos as v on v.id = l.video_id and v.creator_id = c.creator_id and not v.is_deleted
  left join public.video_progress as p on p.video_id = v.id and p.viewer_id = p_student_id
  where c.id = p_course_id;
$$;
comment on function private.lessons_of_course(uuid, uuid) is 'The lessons of a course that can be watched, with a student''s progress and whether the course''s gating offers them to him.';
revoke all on function private.lessons_of_course(uuid, uuid) from public;

create function private.get_module_lessons(p_module_id uuid, p_student_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_course_id uuid := (select course_modules.course_id from public.course_modules where course_modules.id = p_module_id);
  v_student_id uuid := private.student_in_course(v_course_id, p_student_id);
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'lesson_id', l.lesson_id, 'lesson_order', l.lesson_order, 'video_id', l.video_id, 'title', l.title,
      'is_required', l.is_required, 'duration_seconds', l.duration_seconds,
      'estimated_duration_minutes', l.estimated_duration_minutes,
      'percent_complete', coalesce(l.percent_complete, 0), 'resume_position_seconds', coalesce(l.resume_position_seconds, 0),
      'completed', l.completed_at is not null, 'completed_at', l.completed_at, 'is_offered', l.is_offered
    ) order by l.lesson_order), '[]')
    from private.lessons_of_course(v_course_id, v_student_id) as l
    where l.module_id = p_module_id
  );
end;
$$;
comment on function private.get_module_lessons(uuid, uuid) is 'Body of public.get_module_lessons(). Definer: students read no videos.';
revoke all on function private.get_module_lessons(uuid, uuid) from public;
grant execute on function private.get_module_lessons(uuid, uuid) to authenticated, service_role;

create function public.get_module_lessons(p_module_id uuid, p_student_id uuid default null) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_module_lessons(p_module_id, p_student_id);
end;
comment on function public.get_module_lessons(uuid, uuid) is 'Lessons of a module in order, each with the student''s progress. A student asks about himself, the course''s creator and service_role about p_student_id.';
revoke all on function public.get_module_lessons(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_module_lessons(uuid, uuid) to authenticated, service_role;

create function private.get_course_progress(p_course_id uuid, p_student_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_student_id uuid := private.student_in_course(p_course_id, p_student_id);
begin
  return (
    select jsonb_build_object(
      'course_id', p_course_id, 'student_id', v_student_id,
      'lessons', count(*), 'lessons_completed', count(l.completed_at),
      'required', count(*) filter (where l.is_required),
      'required_completed', count(l.completed_at) filter (where l.is_required),
      -- Whole numbers are rounded down: 100 is everything.
      'percent_complete', 100 * count(l.completed_at) filter (where l.is_required) / nullif(count(*) filter (where l.is_required), 0),
      'completed', coalesce(bool_and(l.completed_at is not null) filter (where l.is_required), false),
      'next_lesson_id', (array_agg(l.lesson_id order by l.module_order, l.lesson_order)
        filter (where l.completed_at is null and l.is_offered))[1]
    )
    from private.lessons_of_course(p_course_id, v_student_id) as l
  );
end;
$$;
comment on function private.get_course_progress(uuid, uuid) is 'Body of public.get_course_progress(). Definer: students read no videos.';
revoke all on function private.get_course_progress(uuid, uuid) from public;
grant execute on function private.get_course_progress(uuid, uuid) to authenticated, service_role;

create function public.get_course_progress(p_course_id uuid, p_student_id uuid default null) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_course_progress(p_course_id, p_student_id);
end;
comment on function public.get_course_progress(uuid, uuid) is 'Lessons and required lessons there are and those completed, the percentage of the required ones (null without any), whether that is all, and the next lesson the course''s gating offers. A student asks about himself, the course''s creator and service_role about p_student_id.';
revoke all on function public.get_course_progress(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_course_progress(uuid, uuid) to authenticated, service_role;

-- ./schemas/video_files.sql

-- Files of uploaded videos, in Supabase Storage.
--
-- chronos-videos      the videos, private: read by whoever may play them
-- chronos-thumbnails  their posters, public by address: course pages show them to people who are not students yet
--
-- Both keep {creator_id}/{video_id}/{filename}. A creator writes into his own folder, for his own video. A video gets its
-- file once: replacing the file of a video that has been watched would falsify what was measured.
--
-- How a size limit can hold, since the bytes never come through the database. Storage asks the insert policy before it
-- takes the first byte, with the announced length in metadata.contentLength (since March 2026; a resumable upload can
-- not send more than it announced). It writes the row again when the file is there, as service_role, with the counted
-- length in metadata.size: policies are not asked then, but a trigger is, and when it raises, Storage deletes the file.
-- set_video_status() looks a third time before anything is ready. Nothing here works on the files themselves.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('chronos-videos', 'chronos-videos', false, 10 * 1073741824::bigint,
    array['video/mp4', 'video/webm', 'video/quicktime', 'video/x-m4v']),
  -- No SVG: it can carry script.
  ('chronos-thumbnails', 'chronos-thumbnails', true, 5 * 1048576,
    array['image/jpeg', 'image/png', 'image/webp', 'image/avif'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- A path is text that anybody may send: it becomes uuids only where it has their form, so that no path is an error.
create function private.read_video_path(p_name text, out creator_id uuid, out video_id uuid)
language sql immutable strict set search_path = ''
as $$
  select part[1]::uuid, part[2]::uuid
  from regexp_match(
    p_name,
    '^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?!\.{1,2}$)[^/]{1,255}$'
  ) as part;
$$;
comment on function private.read_video_path(text) is 'Creator and video of {creator_id}/{video_id}/{filename}; nulls for any other path.';
revoke all on function private.read_video_path(text) from public;

create function private.stored_bytes(p_metadata jsonb) returns numeric
language sql immutable set search_path = ''
as $$
  select case
    when jsonb_typeof(p_metadata -> 'size') = 'number' then (p_metadata ->> 'size')::numeric
    when jsonb_typeof(p_metadata -> 'contentLength') = 'number' then (p_metadata ->> 'contentLength')::numeric
  end;
$$;
comment on function private.stored_bytes(jsonb) is 'Length of a file by what Storage knows of it: counted, before that announced; null when neither.';
revoke all on function private.stored_bytes(jsonb) from public;

create function private.max_video_bytes(p_creator_id uuid) returns bigint
language sql stable set search_path = ''
as $$
  select creator_tiers.max_video_bytes
  from public.creators
  inner join public.creator_tiers on creator_tiers.tier = creators.tier
  where creators.id = p_creator_id;
$$;
comment on function private.max_video_bytes(uuid) is 'Largest file the creator''s tier allows, in bytes.';
revoke all on function private.max_video_bytes(uuid) from public;

create function private.my_video_of_path(p_name text) returns public.videos
language sql stable set search_path = ''
as $$
  select videos
  from private.read_video_path(p_name) as path
  inner join public.videos on videos.id = path.video_id and videos.creator_id = path.creator_id
  where videos.creator_id = private.my_creator_id();
$$;
comment on function private.my_video_of_path(text) is 'The video a path names, if it is the signed-in creator''s and stands in its own folder.';
revoke all on function private.my_video_of_path(text) from public;

-- The policies below ask these. Definer, since a policy runs with the rights of the caller.
create function private.may_read_file(p_bucket_id text, p_name text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_video public.videos := private.my_video_of_path(p_name);
begin
  if v_video.id is not null then
    -- Storage looks before it deletes: its owner clears up after a deleted video, but watches it no more.
    return not v_video.is_deleted or p_bucket_id <> 'chronos-videos'
      or coalesce(storage.operation() in ('storage.object.delete', 'storage.object.delete_many'), false);
  end if;
  if p_bucket_id <> 'chronos-videos' then return false; end if;
  select videos.* into v_video
  from private.read_video_path(p_name) as path
  inner join public.videos on videos.id = path.video_id
  where videos.storage_path = p_name;
  return private.may_play(v_video, private.identify_viewer(v_video, null, null, false));
end;
$$;
comment on function private.may_read_file(text, text) is 'Whether the caller sees a stored file: his own, or that of a video he may play.';
revoke all on function private.may_read_file(text, text) from public;
grant execute on function private.may_read_file(text, text) to anon, authenticated;

create function private.may_write_file(p_bucket_id text, p_name text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_video public.videos := private.my_video_of_path(p_name);
begin
  if v_video.id is null or v_video.is_deleted then return false; end if;
  return p_bucket_id <> 'chronos-videos'
    or (v_video.source_type = 'upload' and v_video.url is null and v_video.storage_path is null);
end;
$$;
comment on function private.may_write_file(text, text) is 'Whether the caller may put a file at this path: his own video, and a video file only while that has none.';
revoke all on function private.may_write_file(text, text) from public;
grant execute on function private.may_write_file(text, text) to authenticated;

create function private.is_small_enough(p_bucket_id text, p_metadata jsonb) returns boolean
language sql stable security definer set search_path = ''
as $$
  select case p_bucket_id
    when 'chronos-videos' then
      coalesce(private.stored_bytes(p_metadata) <= private.max_video_bytes(private.my_creator_id()), false)
    -- Storage itself holds uploads to the limit of the bucket, but not what is moved in from another.
    else coalesce(
      private.stored_bytes(p_metadata) <= (select buckets.file_size_limit from storage.buckets where buckets.id = p_bucket_id), true
    )
  end;
$$;
comment on function private.is_small_enough(text, jsonb) is 'Whether an announced video file is within the caller''s tier (one that announces no length is not), and a poster within its bucket''s limit.';
revoke all on function private.is_small_enough(text, jsonb) from public;
grant execute on function private.is_small_enough(text, jsonb) to authenticated;

create function private.may_remove_file(p_bucket_id text, p_name text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_video public.videos := private.my_video_of_path(p_name);
begin
  return v_video.id is not null and (v_video.is_deleted or private.may_write_file(p_bucket_id, p_name));
end;
$$;
comment on function private.may_remove_file(text, text) is 'Whether the caller may delete a file: his own, of a video that is deleted or did not take it, or a poster.';
revoke all on function private.may_remove_file(text, text) from public;
grant execute on function private.may_remove_file(text, text) to authenticated;

-- Policies on a table that belongs to Storage: its owner alone may comment on them, so their sentences stand here.

-- Everybody sees the files of videos he may play, and a creator those in his own folder; so a listing shows nothing else.
create policy chronos_files_are_seen_by_who_may_play on storage.objects for select to anon, authenticated
  using (bucket_id in ('chronos-videos', 'chronos-thumbnails') and private.may_read_file(bucket_id, name));

-- A creator uploads into the folder of his own video, within his tier. Not by a signed upload address: what is announced
-- when it is signed does not bind what is sent to it. (A server may sign one, for a size it answers for.)
create policy chronos_files_are_uploaded_by_creators on storage.objects for insert to authenticated
  with check (
    bucket_id in ('chronos-videos', 'chronos-thumbnails')
    and private.may_write_file(bucket_id, name)
    and private.is_small_enough(bucket_id, metadata)
    and (bucket_id = 'chronos-thumbnails' or coalesce(storage.operation(), '') <> 'storage.object.sign_upload_url')
  );

-- A creator sends a file again, under the same conditions.
create policy chronos_files_are_replaced_by_creators on storage.objects for update to authenticated
  using (bucket_id in ('chronos-videos', 'chronos-thumbnails') and private.may_write_file(bucket_id, name))
  with check (
    bucket_id in ('chronos-videos', 'chronos-thumbnails')
    and private.may_write_file(bucket_id, name)
    and private.is_small_enough(bucket_id, metadata)
    and (bucket_id = 'chronos-thumbnails' or coalesce(storage.operation(), '') <> 'storage.object.sign_upload_url')
  );

-- A creator deletes the files of his deleted videos, of uploads that came to nothing, and posters.
create policy chronos_files_are_removed_by_creators on storage.objects for delete to authenticated
  using (bucket_id in ('chronos-videos', 'chronos-thumbnails') and private.may_remove_file(bucket_id, name));

create function private.guard_video_file() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_path record;
  v_max_bytes bigint;
begin
  v_path := private.read_video_path(new.name);
  if not exists (select from public.videos where videos.id = v_path.video_id and videos.creator_id = v_path.creator_id) then
    raise insufficient_privilege using
      message = 'no video has this path',
      hint = 'Make the video first and upload to {creator_id}/{video_id}/{filename}.';
  end if;
  v_max_bytes := private.max_video_bytes(v_path.creator_id);
  if private.stored_bytes(new.metadata) > v_max_bytes then
    raise insufficient_privilege using
      message = 'file too large',
      hint = format('The plan allows %s bytes per video. Send a smaller file or change the plan.', v_max_bytes);
  end if;
  return new;
end;
$$;
comment on function private.guard_video_file() is 'Trigger of storage.objects: refuses a file over its creator''s tier, or of no video, whoever sends it. Storage then deletes the file.';
revoke all on function private.guard_video_file() from public;

create function private.forget_video_file() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.videos
  set storage_path = null,
    file_size_bytes = null,
    status = case when videos.storage_path is null or videos.is_deleted then videos.status else 'failed' end,
    error = case when videos.storage_path is null or videos.is_deleted then videos.error
      else 'Its file was removed from storage.' end
  where videos.id = (private.read_video_path(old.name)).video_id
    and (videos.storage_path = old.name or (videos.storage_path is null and videos.file_size_bytes is not null));
  return old;
end;
$$;
comment on function private.forget_video_file() is 'Trigger of storage.objects: a video whose file is gone says so, and costs no storage any more.';
revoke all on function private.forget_video_file() from public;

do $$
begin
  create trigger chronos_guard_video_file before insert or update of bucket_id, name, metadata on storage.objects
    for each row when (new.bucket_id = 'chronos-videos') execute function private.guard_video_file();
  create trigger chronos_forget_video_file after delete on storage.objects
    for each row when (old.bucket_id = 'chronos-videos') execute function private.forget_video_file();
exception when insufficient_privilege then
  raise warning 'This project does not let its owner make triggers on storage.objects.'
    using hint = 'Limits hold by policy and in set_video_status(); a file sent past both lies in the bucket until it is removed.';
end;
$$;

-- ./schemas/video_status.sql

-- The life of a video: pending -> uploading -> transcribing -> embedding -> ready, or failed. One function moves it, so
-- that two workers never hold the same step and nothing is ready that has nothing to play.

create function private.video_status_moves()
returns table (from_status text, to_status text, by_creator boolean)
language sql immutable set search_path = ''
as $$
  values
    -- An upload begins, is given up, arrives, or fails; its creator says so, and the database looks for the file.
    ('pending', 'uploading', true),
    ('uploading', 'pending', true),
    ('uploading', 'transcribing', true),
    ('uploading', 'ready', true),
    ('uploading', 'failed', true),
    -- A video by address has nothing to wait for; whether it gets a transcript is its creator's choice.
    ('pending', 'ready', true),
    ('pending', 'transcribing', false),
    ('pending', 'failed', false),
    -- Steps of the pipeline. Whoever moves a video into a step has it: nobody else can.
    ('transcribing', 'embedding', false),
    ('transcribing', 'ready', false),
    ('transcribing', 'failed', false),
    ('embedding', 'ready', false),
    ('embedding', 'failed', false),
    -- Done again, with a better extractor or model. Costs money, so the operator decides.
    ('ready', 'transcribing', false),
    ('ready', 'embedding', false),
    -- Tried again, from the beginning or from the step that failed.
    ('failed', 'pending', true),
    ('failed', 'uploading', true),
    ('failed', 'transcribing', false),
    ('failed', 'embedding', false);
$$;
comment on function private.video_status_moves() is 'Every legal move of videos.status, and whether the video''s own creator may make it. service_role may make all.';
revoke all on function private.video_status_moves() from public;

create function private.find_video_file(p_video public.videos, out storage_path text, out bytes numeric)
language sql stable set search_path = ''
as $$
  select o.name, private.stored_bytes(o.metadata)
  from storage.objects as o
  where o.bucket_id = 'chronos-videos'
    -- A folder as a range of its index: '0' comes after '/'.
    and o.name collate "C" >= p_video.creator_id || '/' || p_video.id || '/'
    and o.name collate "C" < p_video.creator_id || '/' || p_video.id || '0'
    and o.metadata ? 'size'
  order by o.updated_at desc, o.id
  limit 1;
$$;
comment on function private.find_video_file(public.videos) is 'The newest whole file in a video''s folder and its length in bytes; nulls while there is none.';
revoke all on function private.find_video_file(public.videos) from public;

-- Answers the video as it may leave the state of an upload: with its file, or failed because the file is empty or too large.
create function private.take_in_video_file(p_video public.videos) returns public.videos
language plpgsql stable set search_path = ''
as $$
declare
  v_video public.videos := p_video;
  v_bytes numeric;
  v_max_bytes bigint := private.max_video_bytes(p_video.creator_id);
begin
  select file.storage_path, file.bytes into v_video.storage_path, v_bytes from private.find_video_file(p_video) as file;
  if v_video.storage_path is null then
    raise sqlstate 'PT409' using
      message = 'the file has not arrived',
      hint = format('Upload it to bucket chronos-videos, path %s/%s/{filename}, and send the status again.', p_video.creator_id, p_video.id);
  end if;
  if v_bytes < 1 then
    v_video.status := 'failed';
    v_video.error := 'The file is empty.';
    v_video.storage_path := null;
    return v_video;
  end if;
  v_video.file_size_bytes := v_bytes;
  if v_bytes > v_max_bytes then
    v_video.status := 'failed';
    v_video.error := format('The file has %s bytes; the plan allows %s per video.', v_bytes, v_max_bytes);
    -- Known to the bill, but not as a file to play.
    v_video.storage_path := null;
  end if;
  return v_video;
end;
$$;
comment on function private.take_in_video_file(public.videos) is 'The video with the file that lies in its folder; failed when the file is empty or over the tier. PT409 when there is none.';
revoke all on function private.take_in_video_file(public.videos) from public;

create function private.set_video_status(p_video_id uuid, p_status text, p_error text, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_before public.videos;
  v_after public.videos;
  v_is_pipeline boolean := private.is_operator();
  v_waits boolean;
  v_legal text;
begin
  if p_status is null or p_status not in ('pending', 'uploading', 'transcribing', 'embedding', 'ready', 'failed') then
    perform private.refuse_malformed('unknown status', 'Send pending, uploading, transcribing, embedding, ready or failed.');
  end if;
  if (p_status = 'failed') <> coalesce(length(p_error) > 0, false) then
    perform private.refuse_malformed('p_error belongs to failed', 'Say why in p_error when the status is failed; leave it out otherwise.');
  end if;
  -- The lock makes one of two equal calls the first; the other finds the move made and is refused.
  select * into v_before from public.videos where videos.id = p_video_id and not videos.is_deleted for no key update;
  if not found or (not v_is_pipeline and v_before.creator_id is distinct from private.my_creator_id()) then
    perform private.refuse('Check the video id: it is moved by its own creator or service_role, until it is deleted.');
  end if;

  v_waits := v_before.source_type = 'upload' and v_before.url is null and v_before.storage_path is null;
  select string_agg(move.to_status, ', ') into v_legal
  from private.video_status_moves() as move
  where move.from_status = v_before.status and (move.by_creator or v_is_pipeline)
    -- Only who waits for a file uploads, and cannot skip that.
    and (v_waits or move.to_status <> 'uploading')
    and (not v_waits or v_before.status = 'uploading' or move.to_status in ('pending', 'uploading', 'failed'));
  if v_legal is null or not p_status = any (string_to_array(v_legal, ', ')) then
    raise sqlstate 'PT409' using
      message = format('a video that is %s cannot become %s', v_before.status, p_status),
      hint = format('From %s it can become: %s.', v_before.status, coalesce(v_legal, 'nothing by you'));
  end if;

  v_after := v_before;
  v_after.status := p_status;
  v_after.error := left(p_error, 1000);
  if v_before.status = 'uploading' and p_status in ('transcribing', 'ready') then
    v_after := private.take_in_video_file(v_after);
  end if;
  if v_before.imported_at is null and v_after.status in ('transcribing', 'ready') then
    v_after.imported_at := p_now;
    perform private.record_video_import(v_after, p_now);
  end if;
  update public.videos
  set status = v_after.status, error = v_after.error, storage_path = v_after.storage_path,
    file_size_bytes = v_after.file_size_bytes, imported_at = v_after.imported_at
  where videos.id = p_video_id;
  return jsonb_build_object(
    'video_id', p_video_id, 'status', v_after.status, 'previous_status', v_before.status, 'error', v_after.error
  );
end;
$$;
comment on function private.set_video_status(uuid, text, text, timestamptz) is 'Body of public.set_video_status(). Definer: nobody writes the status directly.';
revoke all on function private.set_video_status(uuid, text, text, timestamptz) from public;
grant execute on function private.set_video_status(uuid, text, text, timestamptz) to authenticated, service_role;

-- Once per video: imported_at flips with it, under the video's lock.
create function private.record_video_import(p_video public.videos, p_now timestamptz) returns void
language sql volatile set search_path = ''
as $$
  insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id, metadata)
  values (p_video.id, p_now, 'video_imported', p_video.creator_id, jsonb_strip_nulls(jsonb_build_object(
    'source_type', p_video.source_type,
    'duration_seconds', p_video.duration_seconds,
    'file_size_bytes', p_video.file_size_bytes
  )));
$$;
comment on function private.record_video_import(public.videos, timestamptz) is 'Records video_imported.';
revoke all on function private.record_video_import(public.videos, timestamptz) from public;

create function public.set_video_status(p_video_id uuid, p_status text, p_error text default null) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.set_video_status(p_video_id, p_status, p_error, now());
end;
comment on function public.set_video_status(uuid, text, text) is 'Moves a video along its pipeline; answers {video_id, status, previous_status, error}. An upload whose file is empty or over the tier becomes failed instead. PT409 for a move that is not legal, with those that are in the hint.';
revoke all on function public.set_video_status(uuid, text, text) from public, anon, authenticated, service_role;
grant execute on function public.set_video_status(uuid, text, text) to authenticated, service_role;

-- ./schemas/whop_lessons.sql

-- Lessons of a Whop course come again with every sync: the same lesson stays the same video.

-- What a source is, whatever column it stands in.
create function private.source_of(p_video public.videos) returns text
language sql immutable set search_path = ''
as $$
  select (p_video).source_type || ':' || coalesce(
    (p_video).youtube_video_id, (p_video).mux_playback_id, (p_video).embed_id, (p_video).storage_path, (p_video).url, ''
  );
$$;
comment on function private.source_of(public.videos) is 'Source type and id of a video, such as vimeo:76979871.';
revoke all on function private.source_of(public.videos) from public;

create function private.upsert_whop_lesson(
  p_whop_lesson_id text,
  p_title text,
  p_source_type text,
  p_source_id text,
  p_url text,
  p_description text,
  p_thumbnail_url text,
  p_creator_id uuid
) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_creator_id uuid := (private.named_creator(p_creator_id)).id;
  v_new public.videos;
  v_old public.videos;
begin
  if p_whop_lesson_id is null then
    perform private.refuse_malformed('p_whop_lesson_id is required', 'Send the id of the lesson at Whop.');
  end if;
  v_new.source_type := p_source_type;
  v_new.url := p_url;
  v_new.youtube_video_id := case p_source_type when 'youtube' then p_source_id end;
  v_new.mux_playback_id := case p_source_type when 'mux' then p_source_id end;
  v_new.embed_id := case when p_source_type in ('loom', 'vimeo', 'wistia') then p_source_id end;
  v_new.embed_type := case when p_source_type in ('loom', 'vimeo', 'wistia') then p_source_type end;

  -- Two syncs of one lesson follow each other. The row's own lock keeps visits from beginning meanwhile.
  perform pg_advisory_xact_lock(hashtextextended('chronos.whop ' || v_creator_id || ' ' || p_whop_lesson_id, 0));
  select * into v_old
  from public.videos
  where videos.creator_id = v_creator_id and videos.whop_lesson_id = p_whop_lesson_id
  for update;
  if found and private.source_of(v_new) is distinct from private.source_of(v_old) then
    if v_old.is_deleted then
      -- The deleted video keeps what was watched of it, and gives up the lesson.
      update public.videos set whop_lesson_id = null where videos.id = v_old.id;
    elsif exists (select from public.video_watch_sessions as s where s.video_id = v_old.id) then
      raise sqlstate 'PT409' using
        message = 'the video of this lesson has been watched',
        hint = 'Another source would falsify what was measured of it. Delete the old video (is_deleted) and send the lesson again: it then gets a new one.';
    end if;
  end if;

  insert into public.videos as v (
    creator_id, whop_lesson_id, title, description, url, thumbnail_url, source_type, youtube_video_id, mux_playback_id,
    embed_type, embed_id
  )
  values (
    v_creator_id, p_whop_lesson_id, p_title, p_description, p_url, p_thumbnail_url, p_source_type,
    v_new.youtube_video_id, v_new.mux_playback_id, v_new.embed_type, v_new.embed_id
  )
  on conflict (creator_id, whop_lesson_id) do update set
    title = excluded.title,
    description = coalesce(excluded.description, v.description),
    url = coalesce(excluded.url, v.url),
    thumbnail_url = coalesce(excluded.thumbnail_url, v.thumbnail_url),
    source_type = excluded.source_type,
    youtube_video_id = excluded.youtube_video_id,
    mux_playback_id = excluded.mux_playback_id,
    embed_type = excluded.embed_type,
    embed_id = excluded.embed_id
  returning v.id into v_new.id;
  -- What was known of another source is not true of this one.
  if v_old.id = v_new.id and private.source_of(v_new) is distinct from private.source_of(v_old) then
    update public.videos
    set url = p_url, storage_path = null, file_size_bytes = null, thumbnail_url = p_thumbnail_url, duration_ms = null, duration_source = null, youtube_channel_id = null,
      mux_asset_id = null, captions = '[]', chapters = '[]', transcript = null, status = 'pending', error = null
    where videos.id = v_new.id;
    delete from public.transcript_segments as segment where segment.video_id = v_new.id;
    delete from public.transcript_chunks as chunk where chunk.video_id = v_new.id;
  end if;
  return v_new.id;
exception when check_violation or not_null_violation then
  raise sqlstate 'PT400' using
    message = 'the lesson makes no whole video: ' || sqlerrm,
    hint = 'Send a title of 1 to 200 characters, a source_type, and p_source_id as that service writes it (p_url for upload).';
end;
$$;
comment on function private.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) is 'Body of public.upsert_whop_lesson(). Definer: it may change the source of a video nobody has watched.';
revoke all on function private.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) from public;
grant execute on function private.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) to authenticated, service_role;

create function public.upsert_whop_lesson(
  p_whop_lesson_id text,
  p_title text,
  p_source_type text,
  p_source_id text default null,
  p_url text default null,
  p_description text default null,
  p_thumbnail_url text default null,
  p_creator_id uuid default null
) returns uuid
language sql volatile set search_path = ''
begin atomic
  select private.upsert_whop_lesson(
    p_whop_lesson_id, p_title, p_source_type, p_source_id, p_url, p_description, p_thumbnail_url, p_creator_id
  );
end;
comment on function public.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) is 'Makes or updates the video of a Whop lesson; answers its id. The same lesson is the same video, and a deleted one stays deleted, as long as its source is the same. PT409 for another source of a video that has been watched. By the creator, or by service_role for p_creator_id.';
revoke all on function public.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) from public, anon, authenticated, service_role;
grant execute on function public.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) to authenticated, service_role;

-- ./schemas/video_added_to_course.sql

-- A video becomes a lesson: a step of the creator's pipeline, told by whoever makes the lesson, so by its table.

create function private.record_video_added_to_course() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id, course_id, module_id, metadata)
  select videos.id, now(), 'video_added_to_course', videos.creator_id, course_modules.course_id, course_modules.id,
    jsonb_build_object('lesson_id', new.id)
  from public.videos, public.course_modules
  where videos.id = new.video_id and course_modules.id = new.module_id;
  return null;
end;
$$;
comment on function private.record_video_added_to_course() is 'Trigger: records video_added_to_course, once per lesson. Definer: creators write no events.';
revoke all on function private.record_video_added_to_course() from public;

-- Not on update: a lesson that moves was added already.
create trigger record_video_added_to_course after insert on public.module_lessons
  for each row execute function private.record_video_added_to_course();

-- ./schemas/transcript_segments.sql

-- A transcript as it was spoken: one row per caption. Captions for players and chunks for search are made of these.

create table public.transcript_segments (
  id uuid not null default gen_random_uuid(),
  video_id uuid not null,
  language text not null,
  place integer not null,
  start_ms integer,
  end_ms integer,
  text text not null,
  source text not null,
  search tsvector not null generated always as (to_tsvector('pg_catalog.simple'::regconfig, text)) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transcript_segments_pkey primary key (id),
  constraint transcript_segments_video_id_language_place_key unique (video_id, language, place),
  constraint transcript_segments_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint transcript_segments_language_is_a_tag check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$'),
  constraint transcript_segments_place_is_positive check (place > 0),
  -- Some services answer text without times: then there are none, rather than invented ones.
  constraint transcript_segments_times_are_whole check (
    (start_ms is null) = (end_ms is null) and (start_ms is null or (start_ms >= 0 and start_ms < end_ms))
  ),
  constraint transcript_segments_text_is_plain check (length(text) between 1 and 5000 and text !~ '[\x01-\x08\x0b-\x1f\x7f]'),
  constraint transcript_segments_source_is_a_method check (source ~ '^[a-z][a-z0-9_]{0,63}$')
);

comment on table public.transcript_segments is 'What is said in a video and when. One transcript per video and language, replaced as a whole.';
comment on column public.transcript_segments.id is 'The segment.';
comment on column public.transcript_segments.video_id is 'The video.';
comment on column public.transcript_segments.language is 'BCP 47 tag, such as en or pt-BR.';
comment on column public.transcript_segments.place is 'Place within the transcript, from 1.';
comment on column public.transcript_segments.start_ms is 'When it begins, in ms; null where the source knows no times.';
comment on column public.transcript_segments.end_ms is 'When it ends, in ms; null with start_ms.';
comment on column public.transcript_segments.text is 'What is said: plain text of 1 to 5,000 characters, shown as text and never as markup.';
comment on column public.transcript_segments.source is 'Which method heard it, as in transcript_attempts.method.';
comment on column public.transcript_segments.search is 'Words of the text in any language: nothing is stemmed, nothing left out.';
comment on column public.transcript_segments.created_at is 'When the row was made.';
comment on column public.transcript_segments.updated_at is 'When the row last changed.';

-- transcript_segments_video_id_language_place_key serves: the transcript of a video in order.
-- Where is a word said?
create index transcript_segments_search_idx on public.transcript_segments using gin (search);

create trigger touch_updated_at before update on public.transcript_segments
  for each row execute function private.touch_updated_at();

alter table public.transcript_segments enable row level security;

create policy creators_see_their_transcripts on public.transcript_segments for select to authenticated
  using (video_id in (select private.my_video_ids()));
comment on policy creators_see_their_transcripts on public.transcript_segments is 'A creator sees the transcripts of his own videos. What viewers read comes by functions that check the access rule.';

revoke all on table public.transcript_segments from anon, authenticated, service_role;
grant select on table public.transcript_segments to authenticated;
grant select, insert, update, delete on table public.transcript_segments to service_role;
-- Not granted: any write to a creator. A transcript he brings is parsed by the server first.

-- ./schemas/transcript_chunks.sql

-- A transcript cut for search: 30 to 60 s of speech each, on sentence boundaries, so that what a search cites can be played.

create table public.transcript_chunks (
  id uuid not null default gen_random_uuid(),
  video_id uuid not null,
  language text not null,
  place integer not null,
  start_ms integer not null,
  end_ms integer not null,
  text text not null,
  embedding real[],
  embedding_model text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transcript_chunks_pkey primary key (id),
  constraint transcript_chunks_video_id_language_place_key unique (video_id, language, place),
  constraint transcript_chunks_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint transcript_chunks_language_is_a_tag check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$'),
  constraint transcript_chunks_place_is_positive check (place > 0),
  constraint transcript_chunks_range_has_a_length check (start_ms >= 0 and start_ms < end_ms),
  constraint transcript_chunks_text_is_plain check (length(text) between 1 and 20000 and text !~ '[\x01-\x08\x0b-\x1f\x7f]'),
  constraint transcript_chunks_embedding_names_its_model check ((embedding is null) = (embedding_model is null)),
  constraint transcript_chunks_embedding_is_one_vector check (
    array_ndims(embedding) = 1 and cardinality(embedding) between 1 and 4096 and array_position(embedding, null) is null
  ),
  constraint transcript_chunks_embedding_model_is_short check (length(embedding_model) between 1 and 100)
);

comment on table public.transcript_chunks is 'Passages of a transcript that can be found by meaning and played. Made from transcript_segments, replaced as a whole.';
comment on column public.transcript_chunks.id is 'The chunk.';
comment on column public.transcript_chunks.video_id is 'The video.';
comment on column public.transcript_chunks.language is 'BCP 47 tag, as in transcript_segments.';
comment on column public.transcript_chunks.place is 'Place within the transcript, from 1.';
comment on column public.transcript_chunks.start_ms is 'Where to play it from, in ms.';
comment on column public.transcript_chunks.end_ms is 'Where it ends, in ms.';
comment on column public.transcript_chunks.text is 'What is said: plain text of 1 to 20,000 characters.';
comment on column public.transcript_chunks.embedding is 'Its vector, 1 to 4,096 numbers; null until it has been embedded. A plain array, so that no extension is needed to keep it.';
comment on column public.transcript_chunks.embedding_model is 'Which model made the vector; only vectors of one model can be compared.';
comment on column public.transcript_chunks.created_at is 'When the row was made.';
comment on column public.transcript_chunks.updated_at is 'When the row last changed.';

-- transcript_chunks_video_id_language_place_key serves: the chunks of a video. Search by meaning brings its own index,
-- over a cast to a vector, where the extension for it exists.

create trigger touch_updated_at before update on public.transcript_chunks
  for each row execute function private.touch_updated_at();

alter table public.transcript_chunks enable row level security;

create policy creators_see_their_chunks on public.transcript_chunks for select to authenticated
  using (video_id in (select private.my_video_ids()));
comment on policy creators_see_their_chunks on public.transcript_chunks is 'A creator sees the chunks of his own videos.';

revoke all on table public.transcript_chunks from anon, authenticated, service_role;
grant select on table public.transcript_chunks to authenticated;
grant select, insert, update, delete on table public.transcript_chunks to service_role;
-- Not granted: any write to a creator. Chunks are computed.

-- ./schemas/prices.sql

-- What transcripts and storage cost the operator. Money is numeric with its currency, never a float and never converted.

create table public.prices (
  id uuid not null default gen_random_uuid(),
  kind text not null,
  item text not null,
  unit text not null,
  from_quantity numeric(18, 6) not null default 0,
  price numeric(18, 9) not null,
  currency text not null,
  valid_from date not null,
  is_example boolean not null default false,
  source text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint prices_pkey primary key (id),
  constraint prices_item_from_quantity_valid_from_key unique (kind, item, currency, from_quantity, valid_from),
  constraint prices_kind_is_known check (kind in ('transcript', 'storage')),
  constraint prices_item_is_a_name check (item ~ '^[a-z][a-z0-9_]{0,63}$'),
  constraint prices_unit_is_known check (
    case kind when 'storage' then unit = 'GB month' else unit in ('second', 'minute', 'hour', 'word', 'request') end
  ),
  constraint prices_only_storage_has_tiers check (from_quantity >= 0 and (kind = 'storage' or from_quantity = 0)),
  constraint prices_price_is_not_negative check (price >= 0),
  constraint prices_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
  constraint prices_source_is_short check (length(source) between 1 and 1000)
);

comment on table public.prices is 'Price list of the operator. A new price is a new row with its first day; the old one stays, for what it was asked then.';
comment on column public.prices.id is 'The price.';
comment on column public.prices.kind is 'What is paid for: transcript or storage.';
comment on column public.prices.item is 'transcript: the method, as in transcript_attempts. storage: video_file.';
comment on column public.prices.unit is 'What one price buys: second, minute or hour of media, word, request; GB month for storage, a GB being 1,073,741,824 bytes.';
comment on column public.prices.from_quantity is 'storage: units above which this price holds, up to the next; each part is charged at its own. 0 for transcripts.';
comment on column public.prices.price is 'Price of one unit.';
comment on column public.prices.currency is 'ISO 4217 code, such as USD.';
comment on column public.prices.valid_from is 'First day it holds, in UTC.';
comment on column public.prices.is_example is 'Shipped as an example and not checked by the operator; reports say so.';
comment on column public.prices.source is 'Where the price was read, and when.';
comment on column public.prices.created_at is 'When the row was made.';
comment on column public.prices.updated_at is 'When the row last changed.';

-- prices_item_from_quantity_valid_from_key serves: what does this cost on that day?

create trigger touch_updated_at before update on public.prices
  for each row execute function private.touch_updated_at();

-- Examples, so that a report has something to say on the first day. Replace them by what you pay.
insert into public.prices (kind, item, unit, from_quantity, price, currency, valid_from, is_example, source)
values
  ('storage', 'video_file', 'GB month', 0, 0, 'USD', '2026-01-01', true, 'Example: the first GB of a creator is free.'),
  ('storage', 'video_file', 'GB month', 1, 0.021, 'USD', '2026-01-01', true,
    'Example: Supabase''s price of storage beyond the quota of a paid plan, as its billing guide had it in 2026.'),
  ('storage', 'video_file', 'GB month', 100, 0.021, 'USD', '2026-01-01', true, 'Example: the same.'),
  ('transcript', 'owner_file', 'request', 0, 0, 'USD', '2026-01-01', true, 'Example: a file the owner brings costs nothing.'),
  ('transcript', 'youtube_captions', 'request', 0, 0, 'USD', '2026-01-01', true, 'Example: read from public captions.'),
  ('transcript', 'loom_transcript', 'request', 0, 0, 'USD', '2026-01-01', true, 'Example: read from the share page.'),
  ('transcript', 'mux_text_track', 'request', 0, 0, 'USD', '2026-01-01', true, 'Example: a text track that is there already.'),
  ('transcript', 'speech_to_text', 'minute', 0, 0.006, 'USD', '2026-01-01', true,
    'Example: OpenAI''s price of whisper-1 per minute of audio, until that model ends in February 2027.');

alter table public.prices enable row level security;

create policy everyone_signed_in_sees_prices on public.prices for select to authenticated using (true);
comment on policy everyone_signed_in_sees_prices on public.prices is 'Whoever is signed in sees what a report charges.';

revoke all on table public.prices from anon, authenticated, service_role;
grant select on table public.prices to authenticated;
grant select, insert, update, delete on table public.prices to service_role;
-- Not granted: any write to a creator. Prices are the operator's.

create function private.prices_on(p_kind text, p_item text, p_date date) returns setof public.prices
language sql stable set search_path = ''
as $$
  select distinct on (prices.currency, prices.from_quantity) prices.*
  from public.prices
  where prices.kind = p_kind and prices.item = p_item and prices.valid_from <= p_date
  order by prices.currency, prices.from_quantity, prices.valid_from desc;
$$;
comment on function private.prices_on(text, text, date) is 'The prices of an item that hold on a day: one per currency and tier.';
revoke all on function private.prices_on(text, text, date) from public;

-- ./schemas/transcript_attempts.sql

-- The ledger of transcripts: every attempt, what came of it and what it cost. Free methods are tried first and often
-- fail; only a ledger of all attempts shows whether that is worth it.

create table public.transcript_attempts (
  id uuid not null default gen_random_uuid(),
  video_id uuid not null,
  method text not null,
  outcome text not null,
  attempted_at timestamptz not null default now(),
  seconds numeric(12, 3),
  words integer,
  language text,
  unit text,
  quantity numeric(24, 12),
  price numeric(18, 9),
  amount numeric(18, 9) not null default 0,
  currency text,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transcript_attempts_pkey primary key (id),
  constraint transcript_attempts_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint transcript_attempts_method_is_a_name check (method ~ '^[a-z][a-z0-9_]{0,63}$'),
  constraint transcript_attempts_outcome_is_known
    check (outcome in ('ok', 'none', 'blocked', 'empty', 'private', 'too_large', 'unsupported', 'failed')),
  constraint transcript_attempts_counts_are_not_negative check (seconds >= 0 and words >= 0 and quantity >= 0),
  constraint transcript_attempts_language_is_a_tag check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$'),
  constraint transcript_attempts_unit_is_known check (unit in ('second', 'minute', 'hour', 'word', 'request')),
  constraint transcript_attempts_price_is_whole check (
    (unit is null) = (price is null) and (unit is null) = (quantity is null) and price >= 0
  ),
  constraint transcript_attempts_amount_has_a_currency check (amount >= 0 and (amount = 0 or currency is not null)),
  constraint transcript_attempts_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
  constraint transcript_attempts_error_is_short check (length(error) between 1 and 1000)
);

comment on table public.transcript_attempts is 'Every attempt to get a transcript, free or paid. Written once, by record_transcript_attempt().';
comment on column public.transcript_attempts.id is 'The attempt.';
comment on column public.transcript_attempts.video_id is 'The video.';
comment on column public.transcript_attempts.method is 'How: owner_file, youtube_captions, loom_transcript, mux_text_track, speech_to_text or an extractor of your own.';
comment on column public.transcript_attempts.outcome is 'ok, or why not: none (there is no transcript), blocked (the service refuses servers), empty (an answer without words), private, too_large, unsupported, failed.';
comment on column public.transcript_attempts.attempted_at is 'When; its month is the month of the bill.';
comment on column public.transcript_attempts.seconds is 'Length of the media that was heard, in seconds.';
comment on column public.transcript_attempts.words is 'Words of the transcript.';
comment on column public.transcript_attempts.language is 'Language of the transcript, BCP 47.';
comment on column public.transcript_attempts.unit is 'What was charged for: second, minute, hour, word or request; null when nothing was.';
comment on column public.transcript_attempts.quantity is 'How many units.';
comment on column public.transcript_attempts.price is 'Price of a unit that day.';
comment on column public.transcript_attempts.amount is 'What it cost: price x quantity, or what the vendor''s own bill says; 0 is free.';
comment on column public.transcript_attempts.currency is 'ISO 4217 code of price and amount.';
comment on column public.transcript_attempts.error is 'What the service answered, as a sentence without addresses or keys.';
comment on column public.transcript_attempts.created_at is 'When the row was made.';
comment on column public.transcript_attempts.updated_at is 'When the row last changed.';

-- What was tried for a video; per creator through his videos, for the cost report.
create index transcript_attempts_video_id_attempted_at_idx on public.transcript_attempts (video_id, attempted_at);

create trigger touch_updated_at before update on public.transcript_attempts
  for each row execute function private.touch_updated_at();

alter table public.transcript_attempts enable row level security;

create policy creators_see_attempts_on_their_videos on public.transcript_attempts for select to authenticated
  using (video_id in (select private.my_video_ids()));
comment on policy creators_see_attempts_on_their_videos on public.transcript_attempts is 'A creator sees what was tried for his own videos, and what it cost.';

revoke all on table public.transcript_attempts from anon, authenticated, service_role;
grant select on table public.transcript_attempts to authenticated, service_role;
-- Not granted: any write. A ledger is written by its function and corrected by nobody.

create function private.record_transcript_attempt(
  p_video_id uuid,
  p_method text,
  p_outcome text,
  p_seconds numeric,
  p_words integer,
  p_language text,
  p_error text,
  p_amount numeric,
  p_currency text,
  p_now timestamptz
) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_price public.prices;
  -- Not rounded before it is multiplied.
  v_quantity numeric;
  v_id uuid;
begin
  if not exists (select from public.videos where videos.id = p_video_id) then
    perform private.refuse('Check the video id: there is no such video.');
  end if;
  -- A service that heard nothing has listened all the same; what it refused or failed to do is not charged.
  if p_outcome in ('ok', 'empty') and p_amount is null then
    select price.* into v_price
    from private.prices_on('transcript', p_method, (p_now at time zone 'UTC')::date) as price
    order by price.currency = p_currency desc nulls last, price.currency
    limit 1;
    if not found then
      raise sqlstate 'PT409' using
        message = format('method %s has no price', p_method),
        hint = 'Insert one into prices (0 for a free method), or send p_amount and p_currency.';
    end if;
    v_quantity := case v_price.unit
      when 'request' then 1
      when 'word' then p_words
      when 'second' then p_seconds
      when 'minute' then p_seconds / 60
      when 'hour' then p_seconds / 3600
    end;
    if v_quantity is null then
      perform private.refuse_malformed(format('%s is charged per %s', p_method, v_price.unit), 'Send p_seconds, or p_words where words are charged.');
    end if;
  end if;
  insert into public.transcript_attempts (
    video_id, method, outcome, attempted_at, seconds, words, language, unit, quantity, price, amount, currency, error
  )
  values (
    p_video_id, p_method, p_outcome, p_now, p_seconds, p_words, p_language, v_price.unit, v_quantity,
    v_price.price, coalesce(p_amount, v_price.price * v_quantity, 0),
    coalesce(v_price.currency, p_currency), left(p_error, 1000)
  )
  returning id into v_id;
  return v_id;
exception when check_violation or not_null_violation or numeric_value_out_of_range then
  raise sqlstate 'PT400' using message = sqlerrm, hint = 'See the columns of transcript_attempts for what each may hold.';
end;
$$;
comment on function private.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text, timestamptz) is 'Body of public.record_transcript_attempt(). Definer: nobody writes the ledger directly.';
revoke all on function private.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text, timestamptz) from public;
grant execute on function private.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text, timestamptz) to service_role;

create function public.record_transcript_attempt(
  p_video_id uuid,
  p_method text,
  p_outcome text,
  p_seconds numeric default null,
  p_words integer default null,
  p_language text default null,
  p_error text default null,
  p_amount numeric default null,
  p_currency text default null
) returns uuid
language sql volatile set search_path = ''
begin atomic
  select private.record_transcript_attempt(
    p_video_id, p_method, p_outcome, p_seconds, p_words, p_language, p_error, p_amount, p_currency, now()
  );
end;
comment on function public.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text) is 'Writes an attempt into the ledger and answers its id. The amount is computed here from prices, so that money is never a float; p_amount replaces it by the vendor''s own bill. PT409 for a method without a price.';
revoke all on function public.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text) from public, anon, authenticated, service_role;
grant execute on function public.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text) to service_role;

-- ./schemas/cost_report.sql

-- What transcripts and storage cost, per creator. Amounts are decimal text beside their currency: a JSON number becomes a
-- float in most readers.

create function private.transcript_costs(p_creator_id uuid, p_from timestamptz, p_to timestamptz, p_time_zone text)
returns table (
  month text, video_id uuid, title text, method text, currency text,
  attempts bigint, transcribed bigint, free bigint, seconds numeric, words bigint, amount numeric
)
language sql stable set search_path = ''
as $$
  select to_char(a.attempted_at at time zone p_time_zone, 'YYYY-MM'), a.video_id, videos.title, a.method, a.currency,
    count(*),
    count(*) filter (where a.outcome = 'ok'),
    count(*) filter (where a.outcome = 'ok' and a.amount = 0),
    sum(a.seconds) filter (where a.outcome = 'ok'),
    sum(a.words) filter (where a.outcome = 'ok'),
    sum(a.amount)
  from public.videos
  inner join public.transcript_attempts as a on a.video_id = videos.id
  where videos.creator_id = p_creator_id and a.attempted_at >= p_from and a.attempted_at < p_to
  group by 1, 2, 3, 4, 5;
$$;
comment on function private.transcript_costs(uuid, timestamptz, timestamptz, text) is 'Attempts and amounts per month, video, method and currency.';
revoke all on function private.transcript_costs(uuid, timestamptz, timestamptz, text) from public;

create function private.storage_costs(p_creator_id uuid, p_date date, out bytes numeric, out tiers jsonb, out totals jsonb, out is_example boolean)
language sql stable set search_path = ''
as $$
  with stored as (
    select coalesce(sum(videos.file_size_bytes), 0) as bytes
    from public.videos
    where videos.creator_id = p_creator_id and videos.file_size_bytes is not null
  ),
  tier as (
    -- The last tier has no end, and least() passes over a null.
    select price.currency, price.from_quantity, price.to_quantity, price.price, price.is_example,
      greatest(least(stored.bytes / 1073741824, price.to_quantity) - price.from_quantity, 0) as quantity
    from stored, (
      select p.*, lead(p.from_quantity) over (partition by p.currency order by p.from_quantity) as to_quantity
      from private.prices_on('storage', 'video_file', p_date) as p
    ) as price
  ),
  total as (
    select tier.currency, sum(tier.quantity * tier.price) as amount from tier group by tier.currency
  )
  select stored.bytes,
    (
      select coalesce(jsonb_agg(jsonb_build_object(
        'from_gb', trim_scale(tier.from_quantity), 'to_gb', trim_scale(tier.to_quantity), 'gb', round(tier.quantity, 6),
        'price', trim_scale(tier.price)::text, 'amount', trim_scale(round(tier.quantity * tier.price, 9))::text, 'currency', tier.currency
      ) order by tier.currency, tier.from_quantity), '[]') from tier
    ),
    (
      select coalesce(jsonb_agg(jsonb_build_object(
        'amount', trim_scale(round(total.amount, 9))::text, 'currency', total.currency
      ) order by total.currency), '[]') from total
    ),
    (select coalesce(bool_or(tier.is_example), false) from tier where tier.quantity > 0)
  from stored;
$$;
comment on function private.storage_costs(uuid, date) is 'Bytes a creator has stored, and what a month of them costs by tiers.';
revoke all on function private.storage_costs(uuid, date) from public;

create function private.transcript_report(p_creator_id uuid, p_from timestamptz, p_to timestamptz, p_time_zone text)
returns jsonb
language sql stable set search_path = ''
as $$
  with cost as materialized (
    select * from private.transcript_costs(p_creator_id, p_from, p_to, p_time_zone)
  ),
  month as (
    select cost.month, sum(cost.attempts) as attempts, sum(cost.transcribed) as transcribed, sum(cost.free) as free
    from cost group by cost.month
  ),
  -- The dearest of the newest, should there be more than a reader can use; the sums are of all.
  line as (
    select * from cost order by cost.month desc, cost.amount desc, cost.title, cost.video_id, cost.method limit 5000
  )
  select jsonb_build_object(
    'attempts', (select coalesce(sum(month.attempts), 0) from month),
    'transcribed', (select coalesce(sum(month.transcribed), 0) from month),
    'free', (select coalesce(sum(month.free), 0) from month),
    'free_percent', (select round(100 * sum(month.free) / nullif(sum(month.transcribed), 0), 1) from month),
    'totals', (
      select coalesce(jsonb_agg(jsonb_build_object('amount', trim_scale(t.amount)::text, 'currency', t.currency) order by t.currency), '[]')
      from (select sum(cost.amount) as amount, cost.currency from cost where cost.amount > 0 group by cost.currency) as t
    ),
    'months', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'month', month.month, 'attempts', month.attempts, 'transcribed', month.transcribed, 'free', month.free,
        'free_percent', round(100 * month.free / nullif(month.transcribed, 0), 1),
        'totals', (
          select coalesce(jsonb_agg(jsonb_build_object('amount', trim_scale(t.amount)::text, 'currency', t.currency) order by t.currency), '[]')
          from (
            select sum(cost.amount) as amount, cost.currency
            from cost where cost.month = month.month and cost.amount > 0 group by cost.currency
          ) as t
        )
      ) order by month.month), '[]') from month
    ),
    'rows', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'month', line.month, 'video_id', line.video_id, 'title', line.title, 'method', line.method,
        'attempts', line.attempts, 'transcribed', line.transcribed, 'free', line.free, 'seconds', line.seconds, 'words', line.words,
        'amount', trim_scale(line.amount)::text, 'currency', line.currency
      ) order by line.month, line.title, line.video_id, line.method, line.currency), '[]') from line
    ),
    'is_cut', (select count(*) > 5000 from cost)
  );
$$;
comment on function private.transcript_report(uuid, timestamptz, timestamptz, text) is 'The part of the cost report about transcripts: sums, sums per month, and up to 5,000 rows per month, video and method.';
revoke all on function private.transcript_report(uuid, timestamptz, timestamptz, text) from public;

create function private.get_cost_report(p_creator_id uuid, p_from date, p_to date, p_now timestamptz) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  c_max_days constant integer := 3660;
  v_creator constant public.creators := private.named_creator(p_creator_id);
  v_to date;
  v_from date;
  v_storage record;
begin
  perform private.check_days(p_from, p_to);
  v_to := coalesce(p_to, (p_now at time zone v_creator.time_zone)::date);
  v_from := coalesce(p_from, (date_trunc('month', v_to) - interval '11 months')::date);
  if v_from > v_to or v_to - v_from > c_max_days then
    perform private.refuse_malformed('p_from and p_to are no range', 'Send two days, the earlier first, at most ten years apart.');
  end if;

  v_storage := private.storage_costs(v_creator.id, (p_now at time zone 'UTC')::date);
  return jsonb_build_object(
    'creator_id', v_creator.id, 'from', v_from, 'to', v_to, 'time_zone', v_creator.time_zone,
    'transcripts', private.transcript_report(
      v_creator.id, v_from::timestamp at time zone v_creator.time_zone,
      (v_to + 1)::timestamp at time zone v_creator.time_zone, v_creator.time_zone
    ),
    'storage', jsonb_build_object(
      'bytes', v_storage.bytes, 'tiers', v_storage.tiers, 'totals_per_month', v_storage.totals, 'is_example', v_storage.is_example
    )
  );
end;
$$;
comment on function private.get_cost_report(uuid, date, date, timestamptz) is 'Body of public.get_cost_report(). Definer, so that service_role asks about anyone.';
revoke all on function private.get_cost_report(uuid, date, date, timestamptz) from public;
grant execute on function private.get_cost_report(uuid, date, date, timestamptz) to authenticated, service_role;

create function public.get_cost_report(p_creator_id uuid default null, p_from date default null, p_to date default null) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_cost_report(p_creator_id, p_from, p_to, now());
end;
comment on function public.get_cost_report(uuid, date, date) is 'Transcripts per month, video and method with their cost and the share of free ones, and the monthly cost of what is stored today. Days in the creator''s time zone, both included; by default the last twelve months. A creator asks about himself, service_role about anyone.';
revoke all on function public.get_cost_report(uuid, date, date) from public, anon, authenticated, service_role;
grant execute on function public.get_cost_report(uuid, date, date) to authenticated, service_role;

-- ./schemas/video_analytics.sql

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

-- ./schemas/video_analytics_revisions.sql

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

-- ./schemas/visits.sql

-- Visits: all sessions but the merely attested, as the figures count them. What is a view, and what it brings to its day,
-- is said here and nowhere else, so that daily figures, dashboards and explanations cannot disagree.

-- Watch time counts as witnessed as far as contacts with the server span it, plus some grace: the part before the first
-- and after the last contact (docs/decisions/0104 has its size). The merge says late where a session claims more.
create function private.witnessed_bound_ms(p_first_contact_at timestamptz, p_last_seen_at timestamptz, p_duration_ms integer)
returns bigint
language sql immutable set search_path = ''
as $$
  select (extract(epoch from p_last_seen_at - p_first_contact_at) * 1000)::bigint + least(15000, p_duration_ms / 6);
$$;
comment on function private.witnessed_bound_ms(timestamptz, timestamptz, integer) is 'Watch time the server can have witnessed between two contacts, in ms; with 15 s of grace, for a short video a sixth of it.';
revoke all on function private.witnessed_bound_ms(timestamptz, timestamptz, integer) from public;

create view private.visits as
select
  s.video_id,
  s.id as session_id,
  s.creator_id,
  s.viewer_id,
  s.student_id,
  s.session_start,
  s.first_contact_at,
  s.evidence,
  s.device_type,
  s.percent_complete,
  s.integrity_flags,
  -- A view without a viewer id is one of its own.
  coalesce(s.viewer_id, s.id) as viewer,
  s.started as is_view,
  s.started and (s.watch_time_seconds >= 30 or s.percent_complete >= 50) as is_valid_view,
  s.started and (s.completed or s.has_completed) as is_completion,
  s.started and s.has_rewatched as is_rewatch,
  s.referrer_type is not distinct from 'chat_reference' as is_ai_interaction,
  case when s.started then s.milestones else 0 end as milestones,
  case when s.started then s.watch_time_seconds end as watch_time_seconds,
  case when s.started and 'late' = any (s.integrity_flags) then
    greatest(0, s.watch_time_seconds
      - private.witnessed_bound_ms(s.first_contact_at, s.last_seen_at, (1000 * s.duration_seconds)::integer) / 1000.0)
  end as late_watch_time_seconds,
  case when s.started and not 'coverage_bounded' = any (s.integrity_flags) then s.watched end as watched,
  case when s.started and not 'coverage_bounded' = any (s.integrity_flags) then s.rewatched end as rewatched
from public.video_watch_sessions as s
-- Nobody came to watch: "mark as watched" is no visit.
where s.evidence <> 'attested';

comment on view private.visits is 'Watch sessions as figures count them: what each adds to the day it started.';
comment on column private.visits.video_id is 'The video.';
comment on column private.visits.session_id is 'The session.';
comment on column private.visits.creator_id is 'Owner of the video.';
comment on column private.visits.viewer_id is 'Who watched; null when nobody is named.';
comment on column private.visits.student_id is 'The student, when known.';
comment on column private.visits.session_start is 'When it began; says to which day it belongs.';
comment on column private.visits.first_contact_at is 'First arrival of any message; 0 to 24 h after session_start, and indexed.';
comment on column private.visits.evidence is 'How the player knows.';
comment on column private.visits.device_type is 'desktop, mobile or tablet.';
comment on column private.visits.percent_complete is 'Whole percent of the video it covered; null while its length is unknown.';
comment on column private.visits.integrity_flags is 'What was not credited as claimed.';
comment on column private.visits.viewer is 'viewer_id, or the session where nobody is named: different values are different viewers.';
comment on column private.visits.is_view is 'Whether content really advanced. Nothing below counts without.';
comment on column private.visits.is_valid_view is 'A view of at least 30 s of watch time or 50 % of the video.';
comment on column private.visits.is_completion is 'A view that covered the threshold alone, or carries the viewer''s video_completed.';
comment on column private.visits.is_rewatch is 'A view in which a viewer who had completed the video watched it again.';
comment on column private.visits.is_ai_interaction is 'Whether it was opened from a chat''s citation, played or not.';
comment on column private.visits.milestones is 'Milestones the view covered by itself, as bits.';
comment on column private.visits.watch_time_seconds is 'Watch time of the view, in seconds; null where it is none.';
comment on column private.visits.late_watch_time_seconds is 'The part of it that no contact with the server witnessed, in seconds; null where there is none.';

comment on column private.visits.watched is 'What the view played, in ms of the video; null where it claims more than it is credited, since nobody can tell which part is true.';
comment on column private.visits.rewatched is 'What the view played twice or more, in ms of the video; null as watched.';

revoke all on table private.visits from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. Functions of the owner read it.

-- ./schemas/video_day_figures.sql

-- Figures of days, from visits. Always whole days and from nothing, so that late messages, replays and a job that runs
-- twice are right by construction.

create type private.video_day as (video_id uuid, date date);
comment on type private.video_day is 'A day of a video, in its creator''s time zone; -infinity means all its days.';

create function private.known_video_days(p_video_id uuid) returns setof private.video_day
language sql stable set search_path = ''
as $$
  select visit.video_id, (visit.session_start at time zone creators.time_zone)::date
  from private.visits as visit
  inner join public.creators on creators.id = visit.creator_id
  where visit.video_id = p_video_id
  union
  select analytics.video_id, analytics.date
  from public.video_analytics as analytics
  where analytics.video_id = p_video_id;
$$;
comment on function private.known_video_days(uuid) is 'Days on which a video has visits or figures.';
revoke all on function private.known_video_days(uuid) from public;

-- Frozen days keep the figures they have, since their sessions may be gone. What still begins in one, because the time
-- zone has moved, is counted on the first day that is open.
create function private.open_video_days(p_days private.video_day[]) returns private.video_day[]
language sql stable set search_path = ''
as $$
  select coalesce(array_agg(distinct row(day.video_id, greatest(day.date, creators.frozen_before))::private.video_day), '{}')
  from (
    select asked.video_id, asked.date from unnest(p_days) as asked where asked.date > '-infinity'
    union all
    select known.video_id, known.date
    from unnest(p_days) as asked, private.known_video_days(asked.video_id) as known
    where asked.date = '-infinity'
  ) as day
  inner join public.videos on videos.id = day.video_id
  inner join public.creators on creators.id = videos.creator_id;
$$;
comment on function private.open_video_days(private.video_day[]) is 'These days, each once, with the first open day in place of a frozen one; days of videos that are gone are left out.';
revoke all on function private.open_video_days(private.video_day[]) from public;

create function private.day_start(p_date date, p_time_zone text, p_frozen_before date, p_frozen_until timestamptz)
returns timestamptz
language sql stable set search_path = ''
as $$
  select case
    when p_date = p_frozen_before then p_frozen_until
    when p_date is not null then greatest(p_date::timestamp at time zone p_time_zone, p_frozen_until)
  end;
$$;
comment on function private.day_start(date, text, date, timestamptz) is 'The moment a day that is not frozen begins for a creator: midnight in his time zone.';
revoke all on function private.day_start(date, text, date, timestamptz) from public;

-- Two ways to the same rows. Days that are asked for are looked up one by one; without any, all sessions are read once,
-- and each is put on its day by a search among its creator's midnights: twice as fast as a time zone per row.
-- Days travel as one number, 1000000 x place of the video + days since 1970: what has to be sorted is then short.
create function private.compute_video_days(p_days private.video_day[], p_from date, p_to date)
returns setof public.video_analytics
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan set jit = off set work_mem = '64MB'
as $$
#variable_conflict use_column
declare
  c_epoch constant date := date '1970-01-01';
  v_first date := p_from;
  v_last date := p_to;
begin
  if p_days is null then
    select greatest(v_first, (min(earliest.first_contact_at) at time zone 'UTC')::date - 2),
      least(v_last, (max(latest.first_contact_at) at time zone 'UTC')::date + 1)
    into v_first, v_last
    from public.videos,
      lateral (select s.first_contact_at from public.video_watch_sessions as s where s.video_id = videos.id
        order by s.first_contact_at limit 1) as earliest,
      lateral (select s.first_contact_at from public.video_watch_sessions as s where s.video_id = videos.id
        order by s.first_contact_at desc limit 1) as latest;
  end if;
  return query
  with numbered as materialized (
    select 1000000 * row_number() over () as place, videos.id as video_id, videos.creator_id,
      creators.time_zone, creators.frozen_before, creators.frozen_until,
      dense_rank() over (order by creators.time_zone, creators.frozen_before, creators.frozen_until) as calendar
    from public.videos
    inner join public.creators on creators.id = videos.creator_id
    where p_days is null or videos.id in (select asked.video_id from unnest(p_days) as asked)
  ),
  asked as materialized (
    select numbered.place + (day.date - c_epoch) as key, day.video_id,
      private.day_start(day.date, time_zone, frozen_before, frozen_until) as day_start,
      private.day_start(day.date + 1, time_zone, frozen_before, frozen_until) as day_end
    from unnest(p_days) as day
    inner join numbered on numbered.video_id = day.video_id
    where day.date >= coalesce(frozen_before, '-infinity')
  ),
  calendars as materialized (
    select kind.*, array(
      select private.day_start(kind.first_day + n, kind.time_zone, kind.frozen_before, kind.frozen_until)
      from generate_series(0, v_last + 1 - kind.first_day) as n
    ) as day_starts
    from (
      select distinct calendar, time_zone, frozen_before, frozen_until, greatest(v_first, frozen_before) as first_day
      from numbered
    ) as kind
    where p_days is null
  ),
  dated as (
    select asked.key, visit.*
    from asked,
      lateral (
        select visit.viewer, visit.is_view, visit.is_valid_view, visit.is_completion, visit.is_rewatch,
          visit.is_ai_interaction, visit.milestones, visit.watch_time_seconds, visit.late_watch_time_seconds
        from private.visits as visit
        where visit.video_id = asked.video_id
          -- A session begins at most 24 h before its first contact: that index finds it.
          and visit.first_contact_at >= asked.day_start and visit.first_contact_at < asked.day_end + interval '24 hours'
          and visit.session_start >= asked.day_start and visit.session_start < asked.day_end
        -- Day by day, whatever the planner thinks of so many at once: it would read all sessions for some thousand days.
        offset 0
      ) as visit
    where p_days is not null
    union all
    select numbered.place + (first_day - c_epoch) - 1 + width_bucket(visit.session_start, day_starts),
      visit.viewer, visit.is_view, visit.is_valid_view, visit.is_completion, visit.is_rewatch, visit.is_ai_interaction,
      visit.milestones, visit.watch_time_seconds, visit.late_watch_time_seconds
    from private.visits as visit
    inner join numbered on numbered.video_id = visit.video_id
    inner join calendars on calendars.calendar = numbered.calendar
    where p_days is null
      and visit.first_contact_at >= (v_first - 1)::timestamp at time zone 'UTC'
      and visit.first_contact_at < (v_last + 3)::timestamp at time zone 'UTC'
  ),
  -- As a step of its own: what is asked of a day's key below would be asked of every session above.
  figures as materialized (
    select
      key,
      count(*)::integer as loads,
      count(*) filter (where is_view)::integer as views,
      count(distinct viewer) filter (where is_view)::integer as unique_viewers,
      count(*) filter (where is_valid_view)::integer as valid_views,
      count(*) filter (where is_completion)::integer as completions,
      count(*) filter (where is_rewatch)::integer as rewatches,
      count(*) filter (where is_ai_interaction)::integer as ai_interactions,
      count(*) filter (where milestones & private.milestone_bit(10) <> 0)::integer as reached_10,
      count(*) filter (where milestones & private.milestone_bit(25) <> 0)::integer as reached_25,
      count(*) filter (where milestones & private.milestone_bit(50) <> 0)::integer as reached_50,
      count(*) filter (where milestones & private.milestone_bit(75) <> 0)::integer as reached_75,
      count(*) filter (where milestones & private.milestone_bit(90) <> 0)::integer as reached_90,
      coalesce(sum(watch_time_seconds), 0) as total_watch_time_seconds,
      coalesce(sum(late_watch_time_seconds), 0) as late_watch_time_seconds
    from dated
    group by key
  )
  select numbered.video_id, c_epoch + (key % 1000000)::integer, creator_id,
    loads, views, unique_viewers, valid_views, completions, rewatches, ai_interactions,
    reached_10, reached_25, reached_50, reached_75, reached_90,
    total_watch_time_seconds::numeric(16, 3), late_watch_time_seconds::numeric(16, 3),
    null::numeric, null::numeric, '{}'::jsonb, now(), now()
  from figures
  inner join numbered on numbered.place = key - key % 1000000
  -- The first and the last of the days read at once hold what began before and after them.
  where p_days is not null
    or c_epoch + (key % 1000000)::integer between greatest(v_first, frozen_before) and v_last;
end;
$$;
comment on function private.compute_video_days(private.video_day[], date, date) is 'Figures of these days, or, when they are null, of all days from p_from to p_to, null being open. Days without visits and frozen days give no row.';
revoke all on function private.compute_video_days(private.video_day[], date, date) from public;

-- ./schemas/rollup.sql

-- The rollup: publishes the days that were marked as out of date.

-- The figures of a row, without what says when it was written.
create function private.figures(p_day public.video_analytics) returns jsonb
language sql immutable set search_path = ''
as $$
  select to_jsonb(p_day)
    - '{video_id,date,creator_id,average_watch_time_seconds,completion_rate,created_at,updated_at}'::text[];
$$;
comment on function private.figures(public.video_analytics) is 'The figures of a day, as revisions keep them.';
revoke all on function private.figures(public.video_analytics) from public;

create function private.publish_video_days(p_days private.video_day[], p_from date, p_to date, p_now timestamptz) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = force_custom_plan set jit = off set work_mem = '64MB'
as $$
declare
  v_days private.video_day[] := case when p_days is not null then private.open_video_days(p_days) end;
  v_changed integer;
begin
  with stored as (
    select analytics.*
    from unnest(v_days) as day,
      -- Day by day: with memory to hash it in, the planner would read the whole table.
      lateral (
        select * from public.video_analytics as analytics
        where analytics.video_id = day.video_id and analytics.date = day.date
        offset 0
      ) as analytics
    where v_days is not null
    union all
    select analytics.*
    from public.video_analytics as analytics
    inner join public.creators on creators.id = analytics.creator_id
    where v_days is null and analytics.date between coalesce(p_from, '-infinity') and coalesce(p_to, 'infinity')
      and analytics.date >= coalesce(creators.frozen_before, '-infinity')
  ),
  changes as materialized (
    select stored.video_id, stored.date, coalesce(computed.creator_id, stored.creator_id) as creator_id, computed
    from private.compute_video_days(v_days, p_from, p_to) as computed
    full join stored on stored.video_id = computed.video_id and stored.date = computed.date
    where (computed.loads, computed.views, computed.unique_viewers, computed.valid_views, computed.completions,
        computed.rewatches, computed.ai_interactions, computed.reached_10, computed.reached_25, computed.reached_50,
        computed.reached_75, computed.reached_90, computed.total_watch_time_seconds, computed.late_watch_time_seconds)
      is distinct from (stored.loads, stored.views, stored.unique_viewers, stored.valid_views, stored.completions,
        stored.rewatches, stored.ai_interactions, stored.reached_10, stored.reached_25, stored.reached_50,
        stored.reached_75, stored.reached_90, stored.total_watch_time_seconds, stored.late_watch_time_seconds)
  ),
  revised as (
    -- A day counts as published an hour after its end: until then visits begun before midnight are still going on, and
    -- that is no news. The row is still the one before, to every part of this statement.
    insert into public.video_analytics_revisions (video_id, date, creator_id, before, after)
    select changes.video_id, changes.date, changes.creator_id,
      (
        select private.figures(analytics)
        from public.video_analytics as analytics
        where analytics.video_id = changes.video_id and analytics.date = changes.date
      ),
      case when (changes.computed).video_id is not null then private.figures(changes.computed) end
    from changes
    inner join public.creators on creators.id = changes.creator_id
    where changes.video_id is not null
      and p_now >= (changes.date + 1)::timestamp at time zone creators.time_zone + interval '1 hour'
  ),
  removed as (
    delete from public.video_analytics as analytics
    using changes
    where (changes.computed).video_id is null and analytics.video_id = changes.video_id and analytics.date = changes.date
    returning 1
  ),
  written as (
    insert into public.video_analytics as analytics (
      video_id, date, creator_id, loads, views, unique_viewers, valid_views, completions, rewatches, ai_interactions,
      reached_10, reached_25, reached_50, reached_75, reached_90, total_watch_time_seconds, late_watch_time_seconds
    )
    select day.video_id, day.date, day.creator_id, loads, views, unique_viewers, valid_views, completions, rewatches,
      ai_interactions, reached_10, reached_25, reached_50, reached_75, reached_90, total_watch_time_seconds,
      late_watch_time_seconds
    from (select (changes.computed).* from changes where (changes.computed).video_id is not null) as day
    on conflict (video_id, date) do update set
      creator_id = excluded.creator_id,
      loads = excluded.loads,
      views = excluded.views,
      unique_viewers = excluded.unique_viewers,
      valid_views = excluded.valid_views,
      completions = excluded.completions,
      rewatches = excluded.rewatches,
      ai_interactions = excluded.ai_interactions,
      reached_10 = excluded.reached_10,
      reached_25 = excluded.reached_25,
      reached_50 = excluded.reached_50,
      reached_75 = excluded.reached_75,
      reached_90 = excluded.reached_90,
      total_watch_time_seconds = excluded.total_watch_time_seconds,
      late_watch_time_seconds = excluded.late_watch_time_seconds,
      updated_at = now()
    returning 1
  )
  select (select count(*) from written) + (select count(*) from removed) into v_changed;
  return v_changed;
end;
$$;
comment on function private.publish_video_days(private.video_day[], date, date, timestamptz) is 'Computes days as private.compute_video_days() does, writes them, and records what changed in days already published. Answers how many changed.';
revoke all on function private.publish_video_days(private.video_day[], date, date, timestamptz) from public;

-- One bad row must not keep the other days from being published: what fails whole is tried in halves, until the days
-- that fail stand alone and are set aside. While all is well this is one block for all days.
create function private.publish_or_set_aside(p_days private.video_day[], p_now timestamptz) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  c_job constant text := 'roll_up_video_analytics';
  v_days private.video_day[] := p_days;
  v_half integer;
  v_changed integer;
  v_error text;
begin
  if cardinality(v_days) = 0 then
    return 0;
  end if;
  begin
    v_changed := private.publish_video_days(v_days, null, null, p_now);
    delete from public.job_failures as failure
    using unnest(v_days) as day
    where failure.job = c_job and (failure.subject ->> 'video_id')::uuid = day.video_id
      and (day.date = '-infinity' or (failure.subject ->> 'date')::date = day.date);
    return v_changed;
  exception
    -- Nobody's fault but the moment's: the next run tries again.
    when transaction_rollback or operator_intervention or insufficient_resources or lock_not_available then
      raise;
    when others then
      v_error := format('%s: %s', sqlstate, sqlerrm);
  end;
  if cardinality(v_days) = 1 and v_days[1].date = '-infinity' then
    begin
      v_days := private.open_video_days(v_days);
    exception when others then
      null;
    end;
  end if;
  if v_days[1].date = '-infinity' and cardinality(v_days) = 1 then
    perform private.report_job_failure(c_job, jsonb_build_object('video_id', v_days[1].video_id), v_error);
    return 0;
  elsif cardinality(v_days) = 1 then
    perform private.report_job_failure(c_job, jsonb_build_object('video_id', v_days[1].video_id, 'date', v_days[1].date), v_error);
    return 0;
  end if;
  v_half := cardinality(v_days) / 2;
  return private.publish_or_set_aside(v_days[:v_half], p_now) + private.publish_or_set_aside(v_days[v_half + 1:], p_now);
end;
$$;
comment on function private.publish_or_set_aside(private.video_day[], timestamptz) is 'Publishes days; those that cannot be computed go to public.job_failures as {video_id, date}, or {video_id} when not even its days can be told. Answers how many changed.';
revoke all on function private.publish_or_set_aside(private.video_day[], timestamptz) from public;

-- ./schemas/rollup_jobs.sql

-- The three runs of the rollup: every minute what was marked, every night the last days, and on request everything.

-- A transaction may rely on a mark it found, so a mark goes only when all that began in its minute have ended. A
-- transaction whose start is hidden from the owner of these functions may have begun at any time.
create function private.oldest_transaction_start() returns timestamptz
language sql volatile set search_path = ''
as $$
  select min(coalesce(activity.xact_start, '-infinity'))
  from pg_catalog.pg_stat_activity as activity
  where activity.datname = current_database() and activity.pid <> pg_backend_pid()
    and activity.backend_type is distinct from 'autovacuum worker'
    and (
      activity.xact_start is not null
      or (activity.state is null and exists (
        select from pg_catalog.pg_locks where pg_locks.locktype = 'virtualxid' and pg_locks.pid = activity.pid
      ))
    );
$$;
comment on function private.oldest_transaction_start() is 'When the oldest running transaction of this database began; -infinity if that cannot be told, null if there is none beside this one.';
revoke all on function private.oldest_transaction_start() from public;

-- p_settle_seconds: how long a mark rests before its day is computed. Lengths of videos are settled elsewhere, by agreement.
create function private.roll_up_marked_days(p_settle_seconds integer, p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_settled timestamptz := p_now - make_interval(secs => p_settle_seconds);
  v_oldest timestamptz;
  v_days private.video_day[];
begin
  if p_settle_seconds is null or p_settle_seconds < 0 then
    perform private.refuse_malformed('p_settle_seconds is negative', 'Send 0 or more seconds.');
  end if;
  -- One at a time; a second caller has nothing to add.
  if not pg_try_advisory_xact_lock(hashtext('chronos.roll_up_video_analytics')) then
    return 0;
  end if;

  v_oldest := least(p_now, private.oldest_transaction_start());
  -- Marks of younger minutes are computed too, as far as the settle time allows, but stay.
  with taken as (
    delete from private.video_analytics_dirty_days as dirty
    where dirty.minute + interval '1 minute' <= least(v_oldest, v_settled)
    returning dirty.video_id, dirty.date
  ),
  -- A mark without a date means every day of the video: its creator changed his time zone. Messages that had not heard
  -- of it may still be under way, with marks by the old zone, so it comes back once with the minute it was first seen
  -- in, and is done when all that began before have ended.
  seen as (
    insert into private.video_analytics_dirty_days (minute, video_id, date)
    select date_trunc('minute', p_now), taken.video_id, 'infinity' from taken where taken.date = '-infinity'
    on conflict (minute, video_id, date) do nothing
  ),
  marked as (
    select taken.video_id, taken.date from taken
    union
    select dirty.video_id, dirty.date from private.video_analytics_dirty_days as dirty where dirty.minute <= v_settled
  )
  select array_agg(distinct row(marked.video_id, case when isfinite(marked.date) then marked.date else '-infinity' end)::private.video_day)
  into v_days
  from marked;

  -- A new statement sees everything that had committed before the marks were taken.
  return private.publish_or_set_aside(coalesce(v_days, '{}'), p_now);
end;
$$;
comment on function private.roll_up_marked_days(integer, timestamptz) is 'Publishes the days marked as out of date, leaving alone what is younger than so many seconds. Answers how many changed. Definer: nobody else writes figures.';
revoke all on function private.roll_up_marked_days(integer, timestamptz) from public;
grant execute on function private.roll_up_marked_days(integer, timestamptz) to service_role;

-- Whatever a mark may have missed: a night's pass over the last days of every time zone, and once more what was set
-- aside. The calendar of UTC plus a day on either side holds the days of all zones, so that no zone is asked here.
create function private.roll_up_recent_days(p_days integer, p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_today constant date := (p_now at time zone 'UTC')::date;
  v_days private.video_day[];
begin
  if p_days is null or p_days not between 0 and 31 then
    perform private.refuse_malformed('p_days is not between 0 and 31', 'Ask for fewer days, or rebuild everything.');
  end if;
  perform pg_advisory_xact_lock(hashtext('chronos.roll_up_video_analytics'));
  select array_agg(row(day.video_id, day.date)::private.video_day) into v_days
  from (
    select videos.id as video_id, v_today + n as date
    from public.videos, generate_series(-1 - p_days, 1) as n
    where exists (
      select from public.video_watch_sessions as s
      where s.video_id = videos.id and s.first_contact_at >= (v_today - p_days - 2)::timestamp at time zone 'UTC'
    )
    union
    select analytics.video_id, analytics.date
    from public.video_analytics as analytics
    where analytics.date between v_today - 1 - p_days and v_today + 1
    union
    select (failure.subject ->> 'video_id')::uuid, coalesce((failure.subject ->> 'date')::date, '-infinity')
    from public.job_failures as failure
    where failure.job = 'roll_up_video_analytics'
  ) as day;
  return private.publish_or_set_aside(coalesce(v_days, '{}'), p_now);
end;
$$;
comment on function private.roll_up_recent_days(integer, timestamptz) is 'Publishes the last so many days and today of every creator, in his time zone, and tries again what was set aside. Answers how many changed. Definer: nobody else writes figures.';
revoke all on function private.roll_up_recent_days(integer, timestamptz) from public;
grant execute on function private.roll_up_recent_days(integer, timestamptz) to service_role;

create function private.rebuild_video_analytics(p_from date, p_to date, p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_changed integer;
  v_days private.video_day[];
begin
  perform pg_advisory_xact_lock(hashtext('chronos.roll_up_video_analytics'));
  begin
    v_changed := private.publish_video_days(null, p_from, p_to, p_now);
    delete from public.job_failures as failure
    where failure.job = 'roll_up_video_analytics'
      and (failure.subject ->> 'date')::date between coalesce(p_from, '-infinity') and coalesce(p_to, 'infinity');
    return v_changed;
  exception
    when transaction_rollback or operator_intervention or insufficient_resources or lock_not_available then
      raise;
    when others then
      -- All days of all videos then, piece by piece: slower, but it finds the culprit.
      null;
  end;
  select array_agg(row(videos.id, '-infinity')::private.video_day) into v_days from public.videos;
  return private.publish_or_set_aside(coalesce(v_days, '{}'), p_now);
end;
$$;
comment on function private.rebuild_video_analytics(date, date, timestamptz) is 'Publishes every day from p_from to p_to, null being open. Answers how many changed. Definer: nobody else writes figures.';
revoke all on function private.rebuild_video_analytics(date, date, timestamptz) from public;
grant execute on function private.rebuild_video_analytics(date, date, timestamptz) to service_role;

create function public.roll_up_video_analytics(
  p_settle_seconds integer default 60,
  p_rebuild boolean default false,
  p_from date default null,
  p_to date default null
) returns integer
language sql volatile set search_path = ''
begin atomic
  select case when p_rebuild then private.rebuild_video_analytics(p_from, p_to) else private.roll_up_marked_days(p_settle_seconds) end;
end;
comment on function public.roll_up_video_analytics(integer, boolean, date, date) is 'Computes the days marked as out of date, leaving alone what is younger than p_settle_seconds; with p_rebuild every day from p_from to p_to, null being open. Answers how many days changed. Harmless when repeated; what cannot be computed is set aside in job_failures.';
revoke all on function public.roll_up_video_analytics(integer, boolean, date, date) from public, anon, authenticated, service_role;
grant execute on function public.roll_up_video_analytics(integer, boolean, date, date) to service_role;

create function public.roll_up_recent_video_analytics(p_days integer default 3) returns integer
language sql volatile set search_path = ''
begin atomic
  select private.roll_up_recent_days(p_days);
end;
comment on function public.roll_up_recent_video_analytics(integer) is 'Computes the last p_days days and today of every video again, marked or not, and what was set aside. Answers how many days changed. Meant for every night.';
revoke all on function public.roll_up_recent_video_analytics(integer) from public, anon, authenticated, service_role;
grant execute on function public.roll_up_recent_video_analytics(integer) to service_role;

-- ./schemas/reports.sql

-- Who may ask for figures of a video, and about which days: a creator about his own, service_role about anybody's. The
-- functions that answer are in the files after this one.

create function private.reported_video(p_video_id uuid) returns public.videos
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_video public.videos;
begin
  if p_video_id is null then
    perform private.refuse_malformed('p_video_id is required', 'Send the uuid of a video.');
  end if;
  select * into v_video
  from public.videos
  where videos.id = p_video_id
    and (videos.creator_id = private.my_creator_id() or private.is_operator());
  if not found then
    perform private.refuse('Check the video id: figures are told to the creator of the video and to service_role.');
  end if;
  return v_video;
end;
$$;
comment on function private.reported_video(uuid) is 'The video, if the caller may see its figures, removed or not; raises PT403 otherwise. Definer: service_role has no policy.';
revoke all on function private.reported_video(uuid) from public;

-- Beyond these years dates have no moments, and arithmetic with them ends in an error that helps nobody.
create function private.check_days(p_from date, p_to date) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if p_from not between '0001-01-01' and '9999-12-31' or p_to not between '0001-01-01' and '9999-12-31' then
    perform private.refuse_malformed('a day is beyond the calendar', 'Send days of the years 1 to 9999, or leave one out.');
  end if;
end;
$$;
comment on function private.check_days(date, date) is 'Raises PT400 for a day that is infinite or absurdly far away; null is open.';
revoke all on function private.check_days(date, date) from public;

-- The moments between which a session starts to belong to these days, as the rollup has it.
create function private.period(p_creator public.creators, p_from date, p_to date) returns tstzrange
language sql stable set search_path = ''
as $$
  select case when ending.moment < beginning.moment then 'empty' else tstzrange(beginning.moment, ending.moment) end
  from
    (select private.day_start(p_from, p_creator.time_zone, p_creator.frozen_before, p_creator.frozen_until)) as beginning (moment),
    (select private.day_start(p_to + 1, p_creator.time_zone, p_creator.frozen_before, p_creator.frozen_until)) as ending (moment);
$$;
comment on function private.period(public.creators, date, date) is 'From the beginning of the first day to the end of the last in the creator''s time zone; null is open.';
revoke all on function private.period(public.creators, date, date) from public;

-- ./schemas/creator_dashboard.sql

-- What a creator sees first: his figures over some days, all videos together.

create function private.get_creator_dashboard(p_days integer, p_from date, p_to date, p_creator_id uuid, p_now timestamptz)
returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan set jit = off set work_mem = '64MB'
as $$
declare
  c_max_days constant integer := 366;
  c_max_videos constant integer := 10;
  -- Different viewers are counted from sessions, about a second per million.
  c_max_counted_loads constant bigint := 1000000;
  v_creator constant public.creators := private.named_creator(p_creator_id);
  v_to constant date := coalesce(p_to, (p_now at time zone v_creator.time_zone)::date);
  v_from date := p_from;
  v_period tstzrange;
  v_viewers bigint;
  v_totals jsonb;
  v_days jsonb;
  v_videos jsonb;
  v_computed_at timestamptz;
begin
  perform private.check_days(p_from, p_to);
  if v_from is null and p_days between 1 and c_max_days then
    v_from := v_to - (p_days - 1);
  end if;
  if v_from is null or v_to - v_from not between 0 and c_max_days - 1 then
    perform private.refuse_malformed('not 1 to 366 days', 'Send p_days from 1 to 366, or p_from and p_to no further apart.');
  end if;

  with days as materialized (
    select analytics.*
    from public.video_analytics as analytics
    where analytics.creator_id = v_creator.id and analytics.date between v_from and v_to
  ),
  sums as (
    -- Everything together is the row without day and video.
    select days.date, days.video_id, max(days.updated_at) as computed_at, jsonb_build_object(
      'loads', coalesce(sum(days.loads), 0),
      'views', coalesce(sum(days.views), 0),
      'valid_views', coalesce(sum(days.valid_views), 0),
      'completions', coalesce(sum(days.completions), 0),
      'completion_rate', 100.0 * sum(days.completions) / nullif(sum(days.views), 0),
      'rewatches', coalesce(sum(days.rewatches), 0),
      'ai_interactions', coalesce(sum(days.ai_interactions), 0),
      'total_watch_time_seconds', coalesce(sum(days.total_watch_time_seconds), 0),
      'late_watch_time_seconds', coalesce(sum(days.late_watch_time_seconds), 0),
      'average_watch_time_seconds', sum(days.total_watch_time_seconds) / nullif(sum(days.views), 0)
    ) as figures
    from days
    group by grouping sets ((), (days.date), (days.video_id))
  )
  select
    (select figures from sums where date is null and video_id is null),
    (select computed_at from sums where date is null and video_id is null),
    (
      select jsonb_agg(jsonb_build_object('date', v_from + n) || coalesce(sums.figures, (
        select jsonb_object_agg(name, case when name !~ '^(completion_rate|average_)' then 0 end)
        from sums as whole, jsonb_object_keys(whole.figures) as name
        where whole.date is null and whole.video_id is null
      )) order by n)
      from generate_series(0, v_to - v_from) as n
      left join sums on sums.date = v_from + n
    ),
    (
      select coalesce(jsonb_agg(jsonb_build_object('video_id', best.video_id, 'title', videos.title) || best.figures
        order by (best.figures ->> 'views')::bigint desc, best.video_id), '[]')
      from (
        select sums.video_id, sums.figures from sums where sums.video_id is not null
        order by (sums.figures ->> 'views')::bigint desc, sums.video_id
        limit c_max_videos
      ) as best
      inner join public.videos on videos.id = best.video_id
    )
  into v_totals, v_computed_at, v_days, v_videos;

  -- Never the sum of the days: who came on two of them is one viewer. Nor a guess where sessions are gone.
  if v_from >= coalesce(v_creator.frozen_before, '-infinity') and (v_totals ->> 'loads')::bigint <= c_max_counted_loads then
    v_period := private.period(v_creator, v_from, v_to);
    select count(*) into v_viewers
    from (
      select distinct visit.viewer
      from private.visits as visit
      where visit.creator_id = v_creator.id and visit.is_view and visit.session_start <@ v_period
        and visit.first_contact_at >= lower(v_period) and visit.first_contact_at < upper(v_period) + interval '24 hours'
    ) as viewers;
  end if;

  return jsonb_build_object(
    'creator_id', v_creator.id,
    'time_zone', v_creator.time_zone,
    'from', v_from,
    'to', v_to,
    'computed_at', v_computed_at,
    'totals', v_totals || jsonb_build_object('unique_viewers', v_viewers),
    'days', v_days,
    'videos', v_videos
  );
end;
$$;
comment on function private.get_creator_dashboard(integer, date, date, uuid, timestamptz) is 'Body of public.get_creator_dashboard(). Definer, for service_role, and to count viewers.';
revoke all on function private.get_creator_dashboard(integer, date, date, uuid, timestamptz) from public;
grant execute on function private.get_creator_dashboard(integer, date, date, uuid, timestamptz) to authenticated, service_role;

create function public.get_creator_dashboard(
  p_days integer default 28,
  p_from date default null,
  p_to date default null,
  p_creator_id uuid default null
) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_creator_dashboard(p_days, p_from, p_to, p_creator_id, now());
end;
comment on function public.get_creator_dashboard(integer, date, date, uuid) is 'Figures of the signed-in creator over the last p_days days, today included, in his time zone, or from p_from to p_to; up to 366 days. Answers totals, days (one entry each, empty ones too) and the ten videos with the most views. totals.unique_viewers counts different viewers over the whole period and all videos; null where that would need sessions that were dropped, or more than a million. Days have no such number: it must not be added up. service_role names p_creator_id. PT400 for a period that is none, PT403 for somebody else''s figures.';
revoke all on function public.get_creator_dashboard(integer, date, date, uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_creator_dashboard(integer, date, date, uuid) to authenticated, service_role;

-- ./schemas/video_retention.sql

-- Retention: how many watched each second of a video. Every stretch that was played adds one where it begins and takes
-- one away where it ends; the running sum is the curve. That costs one step per stretch, however long the video is.

create function private.get_video_retention(p_video_id uuid, p_from date, p_to date, p_bucket_seconds integer) returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan set jit = off set work_mem = '64MB'
as $$
declare
  c_max_buckets constant integer := 43200; -- 12 h by the second
  v_video constant public.videos := private.reported_video(p_video_id);
  v_creator public.creators;
  v_period tstzrange;
  v_unit_ms constant bigint := 1000 * p_bucket_seconds;
  v_end_ms bigint := v_video.duration_ms;
  v_answer jsonb;
begin
  if p_bucket_seconds is null or p_bucket_seconds not between 1 and 3600 then
    perform private.refuse_malformed('p_bucket_seconds is not between 1 and 3600', 'Send 1 for a curve by the second.');
  end if;
  if p_from > p_to then
    perform private.refuse_malformed('p_from is after p_to', 'Send the earlier day as p_from; null is open.');
  end if;
  perform private.check_days(p_from, p_to);
  select * into v_creator from public.creators where creators.id = v_video.creator_id;
  v_period := private.period(v_creator, p_from, p_to);
  if v_end_ms is null then
    select max(upper(visit.watched)) into v_end_ms
    from private.visits as visit
    where visit.video_id = p_video_id and visit.session_start <@ v_period;
  end if;
  if v_end_ms > c_max_buckets * v_unit_ms then
    perform private.refuse_malformed('more than 43200 buckets', format('Send p_bucket_seconds of %s or more.', ceil(v_end_ms / 1000.0 / c_max_buckets)));
  end if;

  with visits as materialized (
    select visit.viewer, visit.watched, visit.rewatched, count(*) over (partition by visit.viewer) as views
    from private.visits as visit
    where visit.video_id = p_video_id and visit.is_view and visit.session_start <@ v_period
      and visit.first_contact_at >= coalesce(lower(v_period), '-infinity')
      and visit.first_contact_at < coalesce(upper(v_period) + interval '24 hours', 'infinity')
  ),
  -- What counts once, and for what: most viewers come once, and what they played is their view and they.
  played as (
    select row_number() over () as who, sources.*
    from (
      select case when visits.views = 1 then 1 else 0 end as viewers, 1 as plays, visits.watched as ranges from visits
      union all
      select 1, 0, range_agg(visits.watched) from visits where visits.views > 1 group by visits.viewer
      union all
      select 0, 1, visits.rewatched from visits where visits.rewatched <> '{}'
    ) as sources
  ),
  stretches as (
    select played.who, played.viewers, played.plays, lower(piece)::bigint as began, least(upper(piece), v_end_ms) as ended,
      lower(piece) <> lower(played.ranges) or upper(piece) <> upper(played.ranges) as is_one_of_many
    -- In the list: beside the rows, a function would be set up once for each of them, which costs more than all the rest.
    from (select played.*, unnest(played.ranges) as piece from played) as played
    where lower(piece) < v_end_ms
  ),
  -- A bucket counts when at least half of it was played; of the last one, half of what there is.
  ends as materialized (
    select stretches.*, began / v_unit_ms as head, (ended - 1) / v_unit_ms as tail,
      2 * (least(ended, (began / v_unit_ms + 1) * v_unit_ms) - began)
        >= least(v_unit_ms, v_end_ms - began / v_unit_ms * v_unit_ms) as has_head,
      2 * (ended - greatest(began, (ended - 1) / v_unit_ms * v_unit_ms))
        >= least(v_unit_ms, v_end_ms - (ended - 1) / v_unit_ms * v_unit_ms) as has_tail
    from stretches
  ),
  steps as (
    select case when has_head then head else head + 1 end as bucket, sum(viewers) as viewers, sum(plays) as plays
    from ends
    group by 1
    union all
    -- Within one bucket head and tail are the same: it counts once or, ending where it began, not at all.
    select case when has_tail or (head = tail and not has_head) then tail + 1 else tail end, - sum(viewers), - sum(plays)
    from ends
    group by 1
    union all
    -- Less than half each, but perhaps not together. Beside a stretch of half a bucket the rest is always less.
    select crumbs.bucket + edge, crumbs.viewers * (1 - 2 * edge), crumbs.plays * (1 - 2 * edge)
    from (
      select crumb.viewers, crumb.plays, crumb.bucket
      from (
        select who, viewers, plays, head as bucket, least(ended, (head + 1) * v_unit_ms) - began as ms
        from ends where is_one_of_many and not has_head
        union all
        select who, viewers, plays, tail, ended - tail * v_unit_ms
        from ends where is_one_of_many and not has_tail and tail > head
      ) as crumb
      group by crumb.who, crumb.viewers, crumb.plays, crumb.bucket
      having 2 * sum(crumb.ms) >= least(v_unit_ms, v_end_ms - crumb.bucket * v_unit_ms)
    ) as crumbs, generate_series(0, 1) as edge
  ),
  changes as (
    select steps.bucket, sum(steps.viewers) as viewers, sum(steps.plays) as plays from steps group by steps.bucket
  ),
  curve as (
    select place.bucket,
      sum(changes.viewers) over (order by place.bucket) as viewers,
      sum(changes.plays) over (order by place.bucket) as plays
    from generate_series(0, (v_end_ms - 1) / v_unit_ms) as place (bucket)
    left join changes on changes.bucket = place.bucket
  )
  select jsonb_build_object(
    'video_id', p_video_id,
    'from', p_from,
    'to', p_to,
    'time_zone', v_creator.time_zone,
    'duration_ms', v_video.duration_ms,
    'bucket_ms', v_unit_ms,
    'views', (select count(*) from visits),
    'unique_viewers', (select count(distinct visits.viewer) from visits),
    'views_left_out', (select count(*) from visits where visits.watched is null),
    'viewers', coalesce(jsonb_agg(coalesce(curve.viewers, 0) order by curve.bucket), '[]'),
    'plays', coalesce(jsonb_agg(coalesce(curve.plays, 0) order by curve.bucket), '[]')
  )
  into v_answer
  from curve;
  return v_answer;
end;
$$;
comment on function private.get_video_retention(uuid, date, date, integer) is 'Body of public.get_video_retention(). Definer: it reads sessions whoever asks, once the caller is known to own the video.';
revoke all on function private.get_video_retention(uuid, date, date, integer) from public;
grant execute on function private.get_video_retention(uuid, date, date, integer) to authenticated, service_role;

create function public.get_video_retention(
  p_video_id uuid,
  p_from date default null,
  p_to date default null,
  p_bucket_seconds integer default 1
) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_video_retention(p_video_id, p_from, p_to, p_bucket_seconds);
end;
comment on function public.get_video_retention(uuid, date, date, integer) is 'The audience of each second of a video, or of each p_bucket_seconds, over views that started from p_from to p_to in the creator''s time zone; null is open. Answers views, unique_viewers, views_left_out (views that claim more than they are credited), and two lists with one number per bucket: viewers, who played at least half of it, each once; and plays, repeats included, which may exceed them. One object, since the API cuts rows after 1,000. PT403 unless the caller owns the video.';
revoke all on function public.get_video_retention(uuid, date, date, integer) from public, anon, authenticated, service_role;
grant execute on function public.get_video_retention(uuid, date, date, integer) to authenticated, service_role;

-- ./schemas/explain_metric.sql

-- The sessions behind a number. What they add up to is the number: explanation and figure read the same view.

create function private.explain_metric(p_metric text, p_video_id uuid, p_date date, p_limit integer, p_after uuid)
returns table (
  session_id uuid,
  value numeric,
  viewer_id uuid,
  student_id uuid,
  session_start timestamptz,
  watch_time_seconds numeric,
  percent_complete smallint,
  evidence text,
  device_type text,
  integrity_flags text[]
)
language plpgsql stable security definer set search_path = ''
as $$
#variable_conflict use_column
declare
  c_metrics constant text[] := '{loads,views,unique_viewers,valid_views,completions,rewatches,ai_interactions,reached_10,reached_25,reached_50,reached_75,reached_90,total_watch_time_seconds,late_watch_time_seconds}'::text[];
  v_video constant public.videos := private.reported_video(p_video_id);
  v_milestone constant integer := private.milestone_bit(substring(p_metric from '^reached_(\d{1,3})$')::integer);
  v_period tstzrange;
begin
  if p_metric is null or not p_metric = any (c_metrics) then
    perform private.refuse_malformed('unknown metric', format('Ask for one of %s. A ratio is explained by its two counts.', array_to_string(c_metrics, ', ')));
  end if;
  if p_date is null or p_limit is null or p_limit not between 1 and 1000 then
    perform private.refuse_malformed('p_date is missing or p_limit not between 1 and 1000', 'Send a day and at most 1000; go on with p_after.');
  end if;
  perform private.check_days(p_date, p_date);
  select private.period(creators, p_date, p_date) into v_period
  from public.creators
  where creators.id = v_video.creator_id and p_date >= coalesce(creators.frozen_before, '-infinity');
  return query
  select visit.session_id, visit.value, visit.viewer_id, visit.student_id, visit.session_start, visit.watch_time_seconds,
    visit.percent_complete, visit.evidence, visit.device_type, visit.integrity_flags
  from (
    select visit.*, case p_metric
        when 'loads' then 1
        when 'views' then visit.is_view::integer
        -- A viewer counts at one of his views.
        when 'unique_viewers' then (visit.is_view and row_number() over (partition by visit.viewer, visit.is_view order by visit.session_id) = 1)::integer
        when 'valid_views' then visit.is_valid_view::integer
        when 'completions' then visit.is_completion::integer
        when 'rewatches' then visit.is_rewatch::integer
        when 'ai_interactions' then visit.is_ai_interaction::integer
        when 'total_watch_time_seconds' then visit.watch_time_seconds
        when 'late_watch_time_seconds' then visit.late_watch_time_seconds
        else (visit.milestones & v_milestone <> 0)::integer
      end as value
    from private.visits as visit
    where visit.video_id = p_video_id and visit.session_start <@ v_period
      and visit.first_contact_at >= lower(v_period) and visit.first_contact_at < upper(v_period) + interval '24 hours'
  ) as visit
  where visit.value <> 0 and (p_after is null or visit.session_id > p_after)
  -- By id: the start of a session may still move by milliseconds between two pages.
  order by visit.session_id
  limit p_limit;
end;
$$;
comment on function private.explain_metric(text, uuid, date, integer, uuid) is 'Body of public.explain_metric(). Definer: it reads sessions whoever asks, once the caller is known to own the video.';
revoke all on function private.explain_metric(text, uuid, date, integer, uuid) from public;
grant execute on function private.explain_metric(text, uuid, date, integer, uuid) to authenticated, service_role;

create function public.explain_metric(
  p_metric text,
  p_video_id uuid,
  p_date date,
  p_limit integer default 100,
  p_after uuid default null
)
returns table (
  session_id uuid,
  value numeric,
  viewer_id uuid,
  student_id uuid,
  session_start timestamptz,
  watch_time_seconds numeric,
  percent_complete smallint,
  evidence text,
  device_type text,
  integrity_flags text[]
)
language sql stable set search_path = ''
begin atomic
  select * from private.explain_metric(p_metric, p_video_id, p_date, p_limit, p_after);
end;
comment on function public.explain_metric(text, uuid, date, integer, uuid) is 'The sessions behind a figure of video_analytics, named by its column: value is what each adds, and over all pages they add up to the figure. At most p_limit (1 to 1000) in order of session_id, after p_after. Nothing for days whose sessions were dropped. PT400 for an unknown metric, PT403 unless the caller owns the video.';
revoke all on function public.explain_metric(text, uuid, date, integer, uuid) from public, anon, authenticated, service_role;
grant execute on function public.explain_metric(text, uuid, date, integer, uuid) to authenticated, service_role;

-- ./schemas/rate_limits.sql

-- Rate limits: how much one signed-in user and one network may write. They keep a flood from taking the database from everybody
-- else; what a viewer may be credited is bounded elsewhere, by time. docs/decisions/0108 has the reasons and figures.
--
-- Nobody waits for a counter: a counter that another transaction holds is passed over and a further one begun, so a
-- school behind one address is not put into a queue, and counting can be part of no deadlock. A request that fails takes
-- its count back with it: only accepted writes count.
--
-- No address is kept. A counter is named by a hash whose salt is made anew every day and dropped with the day; counters
-- and salts are unlogged, so neither the write-ahead log nor a backup ever holds one.

create table private.rate_limits (
  is_only boolean not null default true,
  viewer_writes integer not null default 1200,
  network_writes integer not null default 60000,
  network_new_sessions integer not null default 600,
  address_headers text[] not null default '{cf-connecting-ip,x-forwarded-for}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint rate_limits_pkey primary key (is_only),
  constraint rate_limits_is_one_row check (is_only),
  constraint rate_limits_are_positive check (least(viewer_writes, network_writes, network_new_sessions) > 0),
  constraint rate_limits_address_headers_are_few check (cardinality(address_headers) between 1 and 4)
);

comment on table private.rate_limits is 'The limits, one row. An operator changes it at any time; without the row nothing is limited.';
comment on column private.rate_limits.is_only is 'Holds the table to one row.';
comment on column private.rate_limits.viewer_writes is 'Writes of one signed-in user in 5 minutes. A player sends at most one message a second, and one in 10 s as a rule.';
comment on column private.rate_limits.network_writes is 'Writes from one network in 5 minutes: 2,000 players at one message in 10 s.';
comment on column private.rate_limits.network_new_sessions is 'Watch sessions opened from one network in an hour. Viewers named by a signed viewer token do not count: their platform vouches for them.';
comment on column private.rate_limits.address_headers is 'Headers that bring the client''s address, in lower case, best first. Only headers that the outermost proxy sets or extends: Cloudflare, and so Supabase, overwrites cf-connecting-ip. Behind any other proxy take it out, since a client could send it.';
comment on column private.rate_limits.created_at is 'When the row was made.';
comment on column private.rate_limits.updated_at is 'When the row last changed.';

create trigger touch_updated_at before update on private.rate_limits
  for each row execute function private.touch_updated_at();

alter table private.rate_limits enable row level security;
revoke all on table private.rate_limits from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. No policy either. The operator owns it.

insert into private.rate_limits default values;

create unlogged table private.rate_salts (
  number bigint generated always as identity,
  date date not null,
  salt bytea not null,
  constraint rate_salts_pkey primary key (number)
);

comment on table private.rate_salts is 'Salts of the day, the lowest number counts. Dropped with the day, and no counter can be traced to an address any more.';
comment on column private.rate_salts.number is 'Order of making. Not the date, which two first requests of a day would wait for each other about.';
comment on column private.rate_salts.date is 'The day, in UTC.';
comment on column private.rate_salts.salt is '244 random bits.';

alter table private.rate_salts enable row level security;
revoke all on table private.rate_salts from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. No policy either.

create unlogged table private.rate_counters (
  number bigint generated always as identity,
  key bytea not null,
  used integer not null,
  is_full boolean not null default false,
  ends_at timestamptz not null,
  constraint rate_counters_pkey primary key (number)
)
with (fillfactor = 50);

comment on table private.rate_counters is 'Accepted writes per kind, signed-in user or network, and window. One key has as many rows as transactions counted it at once.';
comment on column private.rate_counters.number is 'The counter.';
comment on column private.rate_counters.key is 'Salted hash of what is counted. The window is part of it, so a window never reads the old versions of another.';
comment on column private.rate_counters.used is 'Writes counted here.';
comment on column private.rate_counters.is_full is 'Says of a network that it has used its limit; counts nothing itself.';
comment on column private.rate_counters.ends_at is 'When the window has surely ended; then the counter goes.';

-- How much has been used?
create index rate_counters_key_idx on private.rate_counters (key);
-- Is any network full? Empty as a rule, which is what makes asking every time cheap.
create index rate_counters_full_idx on private.rate_counters (key) where is_full;

alter table private.rate_counters enable row level security;
revoke all on table private.rate_counters from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. No policy either.

create function private.rate_salt(p_date date) returns bytea
language plpgsql volatile set search_path = ''
as $$
declare
  v_salt bytea;
begin
  select salts.salt into v_salt from private.rate_salts as salts where salts.date = p_date order by salts.number limit 1;
  if not found then
    insert into private.rate_salts (date, salt)
    values (p_date, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
    returning salt into v_salt;
  end if;
  return v_salt;
end;
$$;
comment on function private.rate_salt(date) is 'The salt of a day, made on first use.';
revoke all on function private.rate_salt(date) from public;

create function private.is_inner_address(p_address inet) returns boolean
language plpgsql immutable set search_path = ''
as $$
begin
  return case family(p_address)
    when 4 then p_address << '10.0.0.0/8' or p_address << '172.16.0.0/12' or p_address << '192.168.0.0/16'
      or p_address << '127.0.0.0/8' or p_address << '169.254.0.0/16' or p_address << '100.64.0.0/10'
    else p_address = '::1' or p_address << 'fc00::/7' or p_address << 'fe80::/10'
  end;
end;
$$;
comment on function private.is_inner_address(inet) is 'Whether an address is of a private network, a link or the machine itself, so that no client on the internet has it.';
revoke all on function private.is_inner_address(inet) from public;

-- Read from the right: every proxy adds the address it was called from there, so what a client wrote himself stands on
-- the left. Addresses of inner networks are those of proxies, or of a developer's own machine.
create function private.client_network(p_headers json, p_names text[]) returns cidr
language plpgsql immutable set search_path = ''
as $$
declare
  c_max_hops constant integer := 10;
  v_name text;
  v_hops text[];
  v_hop text;
  v_address inet;
begin
  foreach v_name in array p_names loop
    v_hops := string_to_array(p_headers ->> v_name, ',');
    for v_place in reverse coalesce(cardinality(v_hops), 0) .. greatest(1, cardinality(v_hops) - c_max_hops + 1) loop
      v_hop := trim(v_hops[v_place]);
      v_address := (case when lower(v_hop) like '::ffff:%.%' then substring(v_hop from 8) else v_hop end)::inet;
      if not private.is_inner_address(v_address) then
        -- A household has a /64 of IPv6 and may choose any address in it.
        return network(set_masklen(v_address, case family(v_address) when 6 then 64 else 32 end));
      end if;
    end loop;
  end loop;
  return null;
exception when data_exception then
  return null; -- No address.
end;
$$;
comment on function private.client_network(json, text[]) is 'The network a request came from: an IPv4 address or a /64 of IPv6; null where nobody trustworthy says so. What is unknown is not limited.';
revoke all on function private.client_network(json, text[]) from public;

create function private.request_network(p_names text[]) returns cidr
language plpgsql stable set search_path = ''
as $$
begin
  return private.client_network(nullif(current_setting('request.headers', true), '')::json, p_names);
end;
$$;
comment on function private.request_network(text[]) is 'The network this request came from, or null.';
revoke all on function private.request_network(text[]) from public;

create function private.rate_key(p_of text, p_whose text, p_window_seconds integer, p_now timestamptz) returns bytea
language plpgsql volatile set search_path = ''
as $$
begin
  return substring(sha256(
    private.rate_salt((p_now at time zone 'UTC')::date)
    || convert_to(concat_ws(' ', p_of, floor(extract(epoch from p_now) / p_window_seconds), p_whose), 'utf8')
  ) from 1 for 16);
end;
$$;
comment on function private.rate_key(text, text, integer, timestamptz) is 'The name of a counter: whose, of what, and in which window.';
revoke all on function private.rate_key(text, text, integer, timestamptz) from public;

create function private.rate_used(p_key bytea) returns bigint
language plpgsql volatile set search_path = ''
as $$
begin
  return (select coalesce(sum(counters.used), 0) from private.rate_counters as counters where counters.key = p_key);
end;
$$;
comment on function private.rate_used(bytea) is 'How much has been counted under a key by transactions that have ended, and by this one.';
revoke all on function private.rate_used(bytea) from public;

create function private.seconds_left(p_window_seconds integer, p_now timestamptz) returns integer
language sql immutable set search_path = ''
as $$
  select p_window_seconds - (floor(extract(epoch from p_now))::bigint % p_window_seconds)::integer;
$$;
comment on function private.seconds_left(integer, timestamptz) is 'Whole seconds until the window ends, at least 1.';
revoke all on function private.seconds_left(integer, timestamptz) from public;

create function private.count_use(p_key bytea, p_uses integer, p_ends_at timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update private.rate_counters as counters
  set used = counters.used + p_uses
  where counters.number = (
    select free.number from private.rate_counters as free where free.key = p_key limit 1 for no key update skip locked
  );
  if not found then
    insert into private.rate_counters (key, used, ends_at) values (p_key, p_uses, p_ends_at);
  end if;
end;
$$;
comment on function private.count_use(bytea, integer, timestamptz) is 'Counts, and waits for nobody.';
revoke all on function private.count_use(bytea, integer, timestamptz) from public;

-- Not in request_check.sql, which does not know what a request is about. PT429 as it stands, without the header: in a batch it is
-- the result of one session among others.
create function private.count_new_session(p_viewer private.viewer, p_now timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_window_seconds constant integer := 3600;
  v_limits private.rate_limits;
  v_network cidr;
  v_key bytea;
begin
  if p_viewer.claims is not null then return; end if;
  select * into v_limits from private.rate_limits;
  v_network := private.request_network(v_limits.address_headers);
  if v_network is null then return; end if;
  v_key := private.rate_key('new sessions', v_network::text, c_window_seconds, p_now);
  if private.rate_used(v_key) >= v_limits.network_new_sessions then
    raise sqlstate 'PT429' using
      message = 'too many new sessions from this network',
      detail = format('%s sessions may be opened from one network in an hour; it counts anew in %s s.',
        v_limits.network_new_sessions, private.seconds_left(c_window_seconds, p_now)),
      hint = 'Send again in the next hour. A platform whose students share an address signs viewer tokens for them: those are not counted.';
  end if;
  perform private.count_use(v_key, 1, p_now + c_window_seconds * interval '1 second');
end;
$$;
comment on function private.count_new_session(private.viewer, timestamptz) is 'Counts a session about to be opened; PT429 when its network has opened too many.';
revoke all on function private.count_new_session(private.viewer, timestamptz) from public;

-- ./schemas/request_check.sql

-- What runs before every request: refuses floods, by the counters of rate_limits.sql, before anything is read.

-- In PostgREST's own form, because only that carries Retry-After.
create function private.slow_down(p_message text, p_seconds integer) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  raise sqlstate 'PGRST' using
    message = jsonb_build_object(
      'code', 'PT429',
      'message', p_message,
      'details', format('The limit counts anew in %s s.', p_seconds),
      'hint', 'Wait as long as Retry-After says. Send running totals instead of many messages, and several sessions by update_watch_sessions.'
    )::text,
    detail = jsonb_build_object('status', 429, 'headers', jsonb_build_object('Retry-After', p_seconds::text))::text;
end;
$$;
comment on function private.slow_down(text, integer) is 'Refuses a request with 429, code PT429 and Retry-After.';
revoke all on function private.slow_down(text, integer) from public;

create function private.check_request(p_now timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_window_seconds constant integer := 300;
  -- Of a network every 16th write is counted, as 16: at the limit that is right to 2 %. A full one is marked, and an
  -- empty index of marks is what all others read.
  c_sample constant integer := 16;
  v_claims json;
  v_limits private.rate_limits;
  v_ends_at timestamptz;
  v_network cidr;
  v_is_counted boolean;
  v_key bytea;
begin
  -- What only reads runs in a read-only transaction, perhaps on a replica. A server with the service key is trusted.
  if current_setting('transaction_read_only') = 'on' then return; end if;
  v_claims := nullif(current_setting('request.jwt.claims', true), '')::json;
  if v_claims ->> 'role' = 'service_role' then return; end if;

  if v_claims ->> 'sub' is not null then
    select * into v_limits from private.rate_limits;
    v_key := private.rate_key('viewer writes', v_claims ->> 'sub', c_window_seconds, p_now);
    if private.rate_used(v_key) >= v_limits.viewer_writes then
      perform private.slow_down('too many requests of this user', private.seconds_left(c_window_seconds, p_now));
    end if;
    perform private.count_use(v_key, 1, p_now + c_window_seconds * interval '1 second');
  end if;

  v_is_counted := c_sample * random() < 1;
  if not v_is_counted and not exists (select from private.rate_counters as counters where counters.is_full) then
    return;
  end if;
  select * into v_limits from private.rate_limits;
  v_network := private.request_network(v_limits.address_headers);
  if v_network is null then return; end if;
  v_key := private.rate_key('network writes', v_network::text, c_window_seconds, p_now);
  if exists (select from private.rate_counters as counters where counters.is_full and counters.key = v_key) then
    perform private.slow_down('too many requests from this network', private.seconds_left(c_window_seconds, p_now));
  end if;
  if v_is_counted then
    v_ends_at := p_now + c_window_seconds * interval '1 second';
    perform private.count_use(v_key, c_sample, v_ends_at);
    if private.rate_used(v_key) >= v_limits.network_writes then
      insert into private.rate_counters (key, used, is_full, ends_at) values (v_key, 0, true, v_ends_at);
    end if;
  end if;
end;
$$;
comment on function private.check_request(timestamptz) is 'Body of public.check_request(). Definer: API roles reach no counter.';
revoke all on function private.check_request(timestamptz) from public;
grant execute on function private.check_request(timestamptz) to anon, authenticated, service_role;

create function public.check_request() returns void
language sql volatile set search_path = ''
begin atomic
  select private.check_request();
end;
comment on function public.check_request() is 'Run by PostgREST before every request (pgrst.db_pre_request): refuses floods with 429 and Retry-After. Calling it does nothing but count once more.';
revoke all on function public.check_request() from public, anon, authenticated, service_role;
grant execute on function public.check_request() to anon, authenticated, service_role;

-- Installs the hook where nobody else has one; whoever has calls public.check_request() from his. On Supabase the owner
-- of migrations may do this; elsewhere it may take a superuser, and a warning says so.
do $$
declare
  c_command constant text := 'alter role authenticator set pgrst.db_pre_request = ''public.check_request''';
  v_other text;
begin
  select split_part(setting, '=', 2) into v_other
  from pg_catalog.pg_db_role_setting as settings
  inner join pg_catalog.pg_roles as roles on roles.oid = settings.setrole
  cross join unnest(settings.setconfig) as setting
  where roles.rolname = 'authenticator' and setting like 'pgrst.db_pre_request=%';
  if v_other is null then
    execute c_command;
  elsif v_other <> 'public.check_request' then
    raise warning 'rate limits are off: % runs before requests; let it call public.check_request()', v_other;
  end if;
exception when insufficient_privilege or undefined_object then
  raise warning 'rate limits are off: run as a superuser: %', c_command;
end;
$$;
notify pgrst, 'reload config';

-- ./schemas/student_data.sql

-- What is known about one student: told to him, and erased for him. The tables are named once, in
-- private.student_tables(): a project may have others that know a student_id, and those are none of ours. A test holds
-- the list complete. How a table takes part its columns say:
--
-- student_id            the rows are his
-- viewer_id             the same, under the name by which viewers are counted
-- student_id not null   the rows are nothing without him: erased with him
-- otherwise             the rows are figures too: they stay, and forget whose they were (docs/decisions/0107)

create function private.student_tables(
  out relation regclass,
  out name text,
  out his text,
  out owned text,
  out key text,
  out hidden text[],
  out forgets text
) returns setof record
language sql stable set search_path = ''
as $$
  with columns as (
    select
      tables.oid as relation, tables.relname as name, columns.attname as "column", columns.attnotnull as is_required,
      columns.atttypid = 'bytea'::regtype as is_secret
    from pg_catalog.pg_class as tables
    inner join pg_catalog.pg_attribute as columns on columns.attrelid = tables.oid
    where tables.oid in (
        'public.enrollments'::regclass, 'public.video_analytics_events'::regclass,
        'public.video_progress'::regclass, 'public.video_watch_sessions'::regclass
      )
      and columns.attnum > 0 and not columns.attisdropped
  )
  select
    columns.relation::regclass,
    columns.name,
    case when 'student_id' = any (array_agg(columns."column")) then 't.student_id = $1' else 't.viewer_id = $1' end,
    case
      when 'creator_id' = any (array_agg(columns."column")) then 't.creator_id = $2'
      when 'video_id' = any (array_agg(columns."column"))
        then 't.video_id in (select videos.id from public.videos where videos.creator_id = $2)'
      when 'course_id' = any (array_agg(columns."column"))
        then 't.course_id in (select courses.id from public.courses where courses.creator_id = $2)'
      else 'false'
    end,
    (
      select string_agg(format('t.%I', keys.attname), ', ' order by array_position(i.indkey::smallint[], keys.attnum))
      from pg_catalog.pg_index as i
      inner join pg_catalog.pg_attribute as keys on keys.attrelid = i.indrelid and keys.attnum = any (i.indkey)
      where i.indrelid = columns.relation and i.indisprimary
    ),
    coalesce(array_agg(columns."column"::text) filter (where columns.is_secret), '{}'),
    case when not bool_or(columns."column" = 'student_id' and columns.is_required) then
      string_agg(format('%I = %s', columns."column", case columns."column"
        when 'viewer_id' then '$2'
        when 'metadata' then 'private.metadata_of_nobody(t.metadata)'
        -- The one referrer that figures count; it says nothing of anybody.
        when 'referrer_type' then 'case when t.referrer_type = ''chat_reference'' then t.referrer_type end'
        else 'null'
      end), ', ') filter (where columns."column" in (
        'viewer_id', 'student_id', 'anonymous_id_hash', 'previous_session_id', 'course_id', 'module_id', 'device_type',
        'referrer_type', 'player_version', 'context_digest', 'metadata'
      ))
    end
  from columns
  group by columns.relation, columns.name
  order by columns.name;
$$;
comment on function private.student_tables() is 'The tables with rows of students, and per table as SQL: which rows are his ($1), which of those concern a creator ($2), their order, what is never told, and what they forget ($2 a new viewer id); null where the rows go.';
revoke all on function private.student_tables() from public;

create function private.metadata_of_nobody(p_metadata jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select coalesce(jsonb_object_agg(fact.key, fact.value), '{}')
  from jsonb_each(p_metadata) as fact
  where fact.key in ('percent_complete', 'watch_time_seconds', 'completion_time');
$$;
comment on function private.metadata_of_nobody(jsonb) is 'The numbers of an event; no device, no session, no words.';
revoke all on function private.metadata_of_nobody(jsonb) from public;

-- A student asks about himself, a server with the service key about anybody. A creator asks about a student his platform
-- signs for, and is told what concerns his own videos and courses.
create function private.admit_student_request(p_student_id uuid, out creator_id uuid)
language plpgsql stable set search_path = ''
as $$
begin
  if private.is_operator() then
    if not exists (select from public.students where students.id = p_student_id) then
      raise sqlstate 'PT404' using message = 'no such student', hint = 'Send students.id. Who has been erased is found no more.';
    end if;
    return;
  end if;
  if p_student_id = private.my_student_id() then return; end if;
  select students.creator_id into creator_id
  from public.students
  where students.id = p_student_id and students.creator_id = private.my_creator_id();
  if not found then
    raise sqlstate 'PT403' using
      message = 'not allowed',
      hint = 'A student asks about himself, a creator about students his platform signs for, a server with the service key about anybody.';
  end if;
end;
$$;
comment on function private.admit_student_request(uuid) is 'Whether the caller may ask about a student, and as which creator if as one; PT403 otherwise, PT404 for service_role where there is none.';
revoke all on function private.admit_student_request(uuid) from public;

create function private.export_student_data(p_student_id uuid, p_page integer, p_now timestamptz default now()) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  c_rows_per_page constant integer := 500;
  v_creator_id uuid := private.admit_student_request(p_student_id);
  v_table record;
  v_rows jsonb;
  v_tables jsonb;
  v_is_last boolean := true;
begin
  if p_page is null or p_page < 0 then
    perform private.refuse_malformed('p_page is negative', 'Send 0 for the first page, then next_page until it is null.');
  end if;
  select jsonb_build_object('students', coalesce(jsonb_agg(to_jsonb(students)) filter (where p_page = 0), '[]'))
  into v_tables
  from public.students where students.id = p_student_id;

  for v_table in select * from private.student_tables() loop
    -- One row more than a page holds says whether there is another.
    execute format(
      'select coalesce(jsonb_agg(to_jsonb(page) - %L::text[]), ''[]'')
       from (select t.* from %s as t where %s and (%s or $2 is null) order by %s offset $3 limit $4) as page',
      v_table.hidden, v_table.relation, v_table.his, v_table.owned, v_table.key
    )
    into v_rows
    using p_student_id, v_creator_id, p_page::bigint * c_rows_per_page, c_rows_per_page + 1;
    if jsonb_array_length(v_rows) > c_rows_per_page then
      v_is_last := false;
      v_rows := v_rows - c_rows_per_page;
    end if;
    v_tables := v_tables || jsonb_build_object(v_table.name, v_rows);
  end loop;
  return jsonb_build_object(
    'student_id', p_student_id,
    'exported_at', p_now,
    'page', p_page,
    'next_page', case when not v_is_last then p_page + 1 end,
    'tables', v_tables
  );
end;
$$;
comment on function private.export_student_data(uuid, integer, timestamptz) is 'Body of public.export_student_data(). Definer: what is told is decided here, not by policies.';
revoke all on function private.export_student_data(uuid, integer, timestamptz) from public;
grant execute on function private.export_student_data(uuid, integer, timestamptz) to authenticated, service_role;

create function public.export_student_data(p_student_id uuid, p_page integer default 0) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.export_student_data(p_student_id, p_page);
end;
comment on function public.export_student_data(uuid, integer) is 'Everything about one student: {student_id, exported_at, page, next_page, tables: {table: [row]}}, at most 500 rows of each table on a page; ask for next_page until it is null. By the student himself, by service_role, by a creator for students his platform signs for. No hash and no key is in it. PT403 not allowed, PT404 no such student.';
revoke all on function public.export_student_data(uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.export_student_data(uuid, integer) to authenticated, service_role;

-- Sessions first and then the student: the order in which a first message goes. A session that became his in between has
-- not been waited for, and to wait for it now could be for ever, so everything is let go and begun again.
create function private.lock_student(p_student_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_tries constant integer := 20;
  v_sessions bigint;
begin
  for v_try in 1 .. c_max_tries loop
    begin
      perform
      from public.video_watch_sessions as s
      where s.student_id = p_student_id
      order by s.video_id, s.viewer_id, s.id
      for no key update;
      get diagnostics v_sessions = row_count;
      perform from public.students where students.id = p_student_id for update;
      if v_sessions = (select count(*) from public.video_watch_sessions as s where s.student_id = p_student_id) then
        return;
      end if;
      raise sqlstate 'PT503' using
        message = 'the student is opening sessions just now',
        hint = 'Send the request again.';
    exception when sqlstate 'PT503' then
      if v_try = c_max_tries then raise; end if;
    end;
  end loop;
end;
$$;
comment on function private.lock_student(uuid) is 'Keeps all messages of a student waiting until the transaction ends; PT503 if he does not stop opening sessions.';
revoke all on function private.lock_student(uuid) from public;

create function private.erase_student_data(p_student_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  -- One for all his rows, so that he still counts as one viewer; random, so that nothing leads back.
  v_nobody uuid := gen_random_uuid();
  v_table record;
  v_count bigint;
  v_erased jsonb := '{}'::jsonb;
begin
  perform private.admit_student_request(p_student_id);
  perform private.lock_student(p_student_id);
  for v_table in select * from private.student_tables() loop
    if v_table.forgets is null then
      execute format('delete from %s as t where %s', v_table.relation, v_table.his) using p_student_id;
    else
      execute format('update %s as t set %s where %s', v_table.relation, v_table.forgets, v_table.his)
        using p_student_id, v_nobody;
    end if;
    get diagnostics v_count = row_count;
    v_erased := v_erased || jsonb_build_object(v_table.name, v_count);
  end loop;
  delete from public.students where students.id = p_student_id;
  get diagnostics v_count = row_count;
  if v_count = 0 then
    raise sqlstate 'PT404' using message = 'no such student', hint = 'Another request has erased him.';
  end if;
  return v_erased || jsonb_build_object('students', v_count);
end;
$$;
comment on function private.erase_student_data(uuid) is 'Body of public.erase_student_data(). Definer: nobody else writes these tables.';
revoke all on function private.erase_student_data(uuid) from public;
grant execute on function private.erase_student_data(uuid) to authenticated, service_role;

create function public.erase_student_data(p_student_id uuid) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.erase_student_data(p_student_id);
end;
comment on function public.erase_student_data(uuid) is 'Forgets one student for good: his row and enrolments go; his visits and events stay as figures under a random viewer id, without course, device or words. Figures and rebuilds are the same as before. By the student himself, by service_role, by a creator for students his platform signs for. Answers how many rows per table. PT403 not allowed, PT404 no such student, PT503 send again. Deleting his sign-in is the caller''s.';
revoke all on function public.erase_student_data(uuid) from public, anon, authenticated, service_role;
grant execute on function public.erase_student_data(uuid) to authenticated, service_role;

-- ./schemas/expired_days.sql

-- Expiry: after creators.retention_days a day is frozen, and what it was computed from is dropped. The figures of the
-- day stay as they are for good: nothing computes a frozen day again, neither a rebuild nor a moved time zone nor a late
-- message. docs/decisions/0107 says what is dropped, what stays and why.

-- A player keeps what was not acknowledged for 7 days and sends it again. A session dropped before that time is up must
-- not come back as a new one and be counted twice.
create table private.dropped_sessions (
  video_id uuid not null,
  session_id uuid not null,
  dropped_at timestamptz not null,
  constraint dropped_sessions_pkey primary key (video_id, session_id)
);

comment on table private.dropped_sessions is 'Sessions dropped while a player may still send for them; forgotten 8 days later. Holds nobody''s name: no foreign key, since the video may go first.';
comment on column private.dropped_sessions.video_id is 'The video.';
comment on column private.dropped_sessions.session_id is 'The session that was.';
comment on column private.dropped_sessions.dropped_at is 'When it was dropped.';

-- dropped_sessions_pkey serves the first message of a session: is it one that was?

alter table private.dropped_sessions enable row level security;
revoke all on table private.dropped_sessions from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. No policy either.

create function private.refuse_dropped_session(p_video_id uuid, p_session_id uuid) returns void
language plpgsql stable set search_path = ''
as $$
begin
  if exists (
    select from private.dropped_sessions as dropped
    where dropped.video_id = p_video_id and dropped.session_id = p_session_id
  ) then
    raise sqlstate 'PT410' using
      message = 'this session has been counted and dropped',
      hint = 'Its day has expired on the course platform. Open a new session for a new visit.';
  end if;
end;
$$;
comment on function private.refuse_dropped_session(uuid, uuid) is 'Raises PT410 for a session that has expired and was dropped.';
revoke all on function private.refuse_dropped_session(uuid, uuid) from public;

-- The days of a creator that have expired, at most 31 at a time. Each is published once more before it is
-- frozen; one that cannot be computed stays open, with those after it, until somebody has seen to it.
create function private.freeze_days(p_creator public.creators, p_now timestamptz) returns public.creators
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_days constant integer := 31;
  v_first date;
  v_target date := (p_now at time zone p_creator.time_zone)::date - p_creator.retention_days;
  v_until timestamptz;
  v_days private.video_day[];
begin
  if p_creator.frozen_before >= v_target then return p_creator; end if;
  -- From where there are sessions again: a gap of years is one step. A session begins at most 24 h before its contact.
  select coalesce(greatest(p_creator.frozen_before, (min(s.first_contact_at) at time zone p_creator.time_zone)::date - 1), v_target)
  into v_first
  from public.video_watch_sessions as s
  where s.creator_id = p_creator.id and s.first_contact_at >= coalesce(p_creator.frozen_until, '-infinity');
  v_target := least(v_target, v_first + c_max_days);

  -- No rollup in between: it would publish from rows that are about to go.
  perform pg_advisory_xact_lock(hashtext('chronos.roll_up_video_analytics'));
  select array_agg(row(day.video_id, day.date)::private.video_day) into v_days
  from (
    select s.video_id, (s.session_start at time zone p_creator.time_zone)::date as date
    from public.video_watch_sessions as s
    where s.creator_id = p_creator.id
      and s.first_contact_at >= v_first::timestamp at time zone p_creator.time_zone
      and s.first_contact_at < (v_target + 1)::timestamp at time zone p_creator.time_zone
    union
    select analytics.video_id, analytics.date
    from public.video_analytics as analytics
    where analytics.creator_id = p_creator.id and analytics.date >= v_first and analytics.date < v_target
  ) as day
  where day.date < v_target;
  perform private.publish_or_set_aside(coalesce(v_days, '{}'), p_now);

  select least(v_target, min(coalesce((failure.subject ->> 'date')::date, v_first))) into v_target
  from public.job_failures as failure
  inner join public.videos on videos.id = (failure.subject ->> 'video_id')::uuid
  where failure.job = 'roll_up_video_analytics' and videos.creator_id = p_creator.id
    and coalesce((failure.subject ->> 'date')::date, v_first) >= v_first;
  update public.creators as c
  set frozen_before = v_target,
    frozen_until = greatest(c.frozen_until, v_target::timestamp at time zone c.time_zone)
  where c.id = p_creator.id and v_target > coalesce(c.frozen_before, '-infinity')
  returning c.frozen_before, c.frozen_until into v_first, v_until;
  if found then
    p_creator.frozen_before := v_first;
    p_creator.frozen_until := v_until;
  end if;
  return p_creator;
end;
$$;
comment on function private.freeze_days(public.creators, timestamptz) is 'Freezes what has expired of a creator; answers his row as it is then.';
revoke all on function private.freeze_days(public.creators, timestamptz) from public;

-- ./schemas/expired_data.sql

-- What expired days were computed from is dropped once they are frozen (expired_days.sql), in bounded steps; a row that
-- cannot be dropped is set aside and reported, and stops nothing else.

create function private.drop_or_set_aside(p_table regclass, p_rows tid[]) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_half integer := cardinality(p_rows) / 2;
  v_dropped integer;
  v_subject jsonb;
  v_error text;
begin
  begin
    execute format('delete from %s as t where t.ctid = any ($1)', p_table) using p_rows;
    get diagnostics v_dropped = row_count;
    return v_dropped;
  exception
    when transaction_rollback or operator_intervention or insufficient_resources or lock_not_available then
      raise;
    when others then
      v_error := format('%s: %s', sqlstate, sqlerrm);
  end;
  if v_half > 0 then
    return private.drop_or_set_aside(p_table, p_rows[:v_half]) + private.drop_or_set_aside(p_table, p_rows[v_half + 1:]);
  end if;
  execute format(
    'select jsonb_strip_nulls(jsonb_build_object(''table'', %L, ''video_id'', t.video_id, ''id'', to_jsonb(t) -> ''id'', ''viewer_id'',
       case when to_jsonb(t) ? ''id'' then null else to_jsonb(t) -> ''viewer_id'' end)) from %s as t where t.ctid = any ($1)',
    p_table, p_table
  )
  into v_subject using p_rows;
  perform private.report_job_failure('purge_expired_data', v_subject, v_error);
  return 0;
end;
$$;
comment on function private.drop_or_set_aside(regclass, tid[]) is 'Deletes rows its caller has locked; a row that cannot be deleted goes to public.job_failures and keeps no other. Answers how many.';
revoke all on function private.drop_or_set_aside(regclass, tid[]) from public;

-- What is set aside is done when its row is gone: by a later run, or by whoever saw to it.
create function private.forget_dropped_failures() returns void
language sql volatile set search_path = ''
as $$
  delete from public.job_failures as failure
  where failure.job = 'purge_expired_data' and failure.subject ? 'table' and not case failure.subject ->> 'table'
    when 'public.video_watch_sessions' then exists (
      select from public.video_watch_sessions as s
      where s.video_id = (failure.subject ->> 'video_id')::uuid and s.id = (failure.subject ->> 'id')::uuid
    )
    when 'public.video_progress' then exists (
      select from public.video_progress as p
      where p.video_id = (failure.subject ->> 'video_id')::uuid and p.viewer_id = (failure.subject ->> 'viewer_id')::uuid
    )
    else exists (
      select from public.video_analytics_events as e
      where e.video_id = (failure.subject ->> 'video_id')::uuid and e.id = (failure.subject ->> 'id')::uuid
    )
  end;
$$;
comment on function private.forget_dropped_failures() is 'Takes back reports of rows that could not be dropped and are gone by now.';
revoke all on function private.forget_dropped_failures() from public;

create function private.purge_creator(p_creator_id uuid, p_max_rows integer, p_now timestamptz) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  c_live constant interval := interval '1 day';
  c_outbox constant interval := interval '8 days';
  v_creator public.creators;
  v_until timestamptz;
  v_rows tid[];
  v_part record;
  v_dropped integer := 0;
begin
  select * into v_creator from public.creators where creators.id = p_creator_id for no key update;
  v_creator := private.freeze_days(v_creator, p_now);
  v_until := v_creator.frozen_until;
  if v_until is null then return 0; end if;

  -- A visit somebody is still at keeps its row, though it counts no more.
  with expired as materialized (
    select s.video_id, s.id, s.last_seen_at, s.ctid as tuple
    from public.video_watch_sessions as s
    where s.creator_id = p_creator_id and s.session_start < v_until
      and s.first_contact_at < v_until + interval '24 hours' and s.last_seen_at < p_now - c_live
      and not private.is_set_aside(
        'purge_expired_data', jsonb_build_object('table', 'public.video_watch_sessions', 'video_id', s.video_id, 'id', s.id)
      )
    order by s.first_contact_at
    limit p_max_rows
    for update skip locked
  ),
  noted as (
    insert into private.dropped_sessions (video_id, session_id, dropped_at)
    select expired.video_id, expired.id, p_now from expired where expired.last_seen_at > p_now - c_outbox
    on conflict (video_id, session_id) do nothing
  )
  select array_agg(expired.tuple) into v_rows from expired;
  v_dropped := v_dropped + coalesce(private.drop_or_set_aside('public.video_watch_sessions', v_rows), 0);

  -- What the creator's pipeline did is about nobody and stays.
  for v_part in
    select expired.part, array_agg(expired.tuple) as tuples
    from (
      select e.tableoid::regclass as part, e.ctid as tuple
      from public.video_analytics_events as e
      where e.creator_id = p_creator_id and e."timestamp" < v_until
        and private.event_kind(e.event_type) is distinct from 'pipeline'
        and not private.is_set_aside(
          'purge_expired_data', jsonb_build_object('table', e.tableoid::regclass::text, 'video_id', e.video_id, 'id', e.id)
        )
      order by e."timestamp"
      limit p_max_rows
      for update skip locked
    ) as expired
    group by expired.part
  loop
    v_dropped := v_dropped + private.drop_or_set_aside(v_part.part, v_part.tuples);
  end loop;

  -- A student's progress is his record of what he has completed: it stays until he is erased. Nobody asks for an
  -- unnamed viewer's.
  select array_agg(expired.tuple) into v_rows
  from (
    select p.ctid as tuple
    from public.video_progress as p
    where p.creator_id = p_creator_id and p.student_id is null and p.last_contact_at < v_until
      and not exists (
        select from public.video_watch_sessions as s where s.video_id = p.video_id and s.viewer_id = p.viewer_id
      )
      and not private.is_set_aside(
        'purge_expired_data', jsonb_build_object('table', 'public.video_progress', 'video_id', p.video_id, 'viewer_id', p.viewer_id)
      )
    limit p_max_rows
    for update of p skip locked
  ) as expired;
  -- Asked again now that they are locked: a visit may have been bound to one in between. One that is bound from here on
  -- waits for the lock and makes its row anew.
  select array_agg(p.ctid) into v_rows
  from public.video_progress as p
  where p.ctid = any (v_rows) and not exists (
    select from public.video_watch_sessions as s where s.video_id = p.video_id and s.viewer_id = p.viewer_id
  );
  return v_dropped + coalesce(private.drop_or_set_aside('public.video_progress', v_rows), 0);
end;
$$;
comment on function private.purge_creator(uuid, integer, timestamptz) is 'Freezes the days of a creator that have expired, and drops up to so many sessions, events and progress rows of them. Answers how many.';
revoke all on function private.purge_creator(uuid, integer, timestamptz) from public;

create function private.drop_empty_event_partitions(p_now timestamptz) returns integer
language plpgsql volatile set search_path = '' set lock_timeout = '500ms'
as $$
declare
  v_part regclass;
  v_is_empty boolean;
  v_dropped integer := 0;
begin
  for v_part in
    select child.oid::regclass
    from pg_catalog.pg_inherits as i
    inner join pg_catalog.pg_class as child on child.oid = i.inhrelid
    where i.inhparent = 'public.video_analytics_events'::regclass and child.relname ~ '_y\d{4}m\d\d$'
      -- A month that ended a month ago: nothing is written there any more.
      and to_date(right(child.relname, 7), 'YYYY"m"MM') < date_trunc('month', p_now at time zone 'UTC') - interval '1 month'
  loop
    execute format('select not exists (select from %s)', v_part) into v_is_empty;
    continue when not v_is_empty;
    begin
      -- Every message wants the parent: hence the lock_timeout.
      execute format('drop table %s', v_part);
      v_dropped := v_dropped + 1;
    exception
      when lock_not_available then
        exit; -- A busy night; the next one will do.
    end;
  end loop;
  return v_dropped;
end;
$$;
comment on function private.drop_empty_event_partitions(timestamptz) is 'Drops months of events that are over and hold nothing; answers how many.';
revoke all on function private.drop_empty_event_partitions(timestamptz) from public;

create function private.purge_expired_data(p_max_rows integer, p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_job constant text := 'purge_expired_data';
  c_outbox constant interval := interval '8 days';
  c_failures_kept constant interval := interval '30 days';
  v_today date := (p_now at time zone 'UTC')::date;
  v_creator_id uuid;
  v_dropped integer := 0;
begin
  if p_max_rows is null or p_max_rows not between 1 and 1000000 then
    perform private.refuse_malformed('p_max_rows is not between 1 and 1000000', 'Send how many rows one call may drop; call again for more.');
  end if;
  -- One at a time; a second caller has nothing to add.
  if not pg_try_advisory_xact_lock(hashtext('chronos.purge_expired_data')) then
    return 0;
  end if;

  for v_creator_id in
    select creators.id from public.creators
    where creators.retention_days is not null
    order by creators.frozen_before nulls first, creators.id
  loop
    exit when v_dropped >= p_max_rows;
    begin
      v_dropped := v_dropped + private.purge_creator(v_creator_id, p_max_rows - v_dropped, p_now);
      perform private.clear_job_failure(c_job, jsonb_build_object('creator_id', v_creator_id));
    exception
      when transaction_rollback or operator_intervention or insufficient_resources or lock_not_available then
        raise;
      when others then
        perform private.report_job_failure(c_job, jsonb_build_object('creator_id', v_creator_id), format('%s: %s', sqlstate, sqlerrm));
    end;
  end loop;
  perform private.forget_dropped_failures();

  delete from private.dropped_sessions as dropped where dropped.dropped_at < p_now - c_outbox;
  delete from public.job_failures as failure where failure.updated_at < p_now - c_failures_kept;
  delete from private.rate_counters as counters where counters.ends_at < p_now;
  delete from private.rate_salts as salts where salts.date < v_today;
  perform private.rate_salt(v_today), private.rate_salt(v_today + 1);
  perform private.drop_empty_event_partitions(p_now);
  return v_dropped;
end;
$$;
comment on function private.purge_expired_data(integer, timestamptz) is 'Body of public.purge_expired_data(). Definer: nobody else deletes what was measured.';
revoke all on function private.purge_expired_data(integer, timestamptz) from public;
grant execute on function private.purge_expired_data(integer, timestamptz) to service_role;

create function public.purge_expired_data(p_max_rows integer default 10000) returns integer
language sql volatile set search_path = ''
begin atomic
  select private.purge_expired_data(p_max_rows);
end;
comment on function public.purge_expired_data(integer) is 'Freezes days past creators.retention_days and drops their sessions and events, about p_max_rows in one call, and what else has served its time: rate counters and salts, reports of failures, empty months. Answers how many rows; call again until it is 0. Harmless when repeated; what cannot be dropped is set aside in job_failures.';
revoke all on function public.purge_expired_data(integer) from public, anon, authenticated, service_role;
grant execute on function public.purge_expired_data(integer) to service_role;

-- ./schemas/jobs.sql

-- Jobs: what has to happen without anybody calling. Each is harmless when doubled or missed, and service_role may run
-- it by hand where no scheduler is installed.

create function private.close_or_set_aside(p_video_ids uuid[], p_ids uuid[], p_now timestamptz) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  v_half integer := cardinality(p_ids) / 2;
  v_closed integer;
  v_error text;
begin
  begin
    -- Provisional: a real end replaces it, a later message clears it.
    update public.video_watch_sessions as s
    set session_end = s.last_seen_at, close_reason = 'stale', updated_at = p_now
    from unnest(p_video_ids, p_ids) as silent (video_id, id)
    where s.video_id = silent.video_id and s.id = silent.id;
    get diagnostics v_closed = row_count;
    return v_closed;
  exception
    when transaction_rollback or operator_intervention or insufficient_resources or lock_not_available then
      raise;
    when others then
      v_error := format('%s: %s', sqlstate, sqlerrm);
  end;
  if v_half > 0 then
    return private.close_or_set_aside(p_video_ids[:v_half], p_ids[:v_half], p_now)
      + private.close_or_set_aside(p_video_ids[v_half + 1:], p_ids[v_half + 1:], p_now);
  end if;
  perform private.report_job_failure(
    'close_stale_watch_sessions', jsonb_build_object('video_id', p_video_ids[1], 'id', p_ids[1]), v_error
  );
  return 0;
end;
$$;
comment on function private.close_or_set_aside(uuid[], uuid[], timestamptz) is 'Closes sessions its caller has locked; one that cannot be closed goes to public.job_failures and keeps no other. Answers how many.';
revoke all on function private.close_or_set_aside(uuid[], uuid[], timestamptz) from public;

create function private.close_stale_watch_sessions(p_max_rows integer default 10000, p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_job constant text := 'close_stale_watch_sessions';
  c_silence constant interval := interval '30 minutes';
  v_video_ids uuid[];
  v_ids uuid[];
  v_closed integer;
begin
  -- A session locked by its own message is not silent.
  select array_agg(silent.video_id), array_agg(silent.id) into v_video_ids, v_ids
  from (
    select s.video_id, s.id
    from public.video_watch_sessions as s
    where s.session_end is null and s.first_contact_at < p_now - c_silence and s.last_seen_at < p_now - c_silence
      and not private.is_set_aside(c_job, jsonb_build_object('video_id', s.video_id, 'id', s.id))
    limit p_max_rows
    for no key update skip locked
  ) as silent;
  v_closed := private.close_or_set_aside(v_video_ids, v_ids, p_now);
  -- What is no longer open needs no closing.
  delete from public.job_failures as failure
  where failure.job = c_job and not exists (
    select from public.video_watch_sessions as s
    where s.video_id = (failure.subject ->> 'video_id')::uuid and s.id = (failure.subject ->> 'id')::uuid and s.session_end is null
  );
  return v_closed;
end;
$$;
comment on function private.close_stale_watch_sessions(integer, timestamptz) is 'Body of public.close_stale_watch_sessions(), up to so many sessions in one run. Definer: nobody else writes sessions.';
revoke all on function private.close_stale_watch_sessions(integer, timestamptz) from public;
grant execute on function private.close_stale_watch_sessions(integer, timestamptz) to service_role;

create function public.close_stale_watch_sessions() returns integer
language sql volatile set search_path = ''
begin atomic
  select private.close_stale_watch_sessions();
end;
comment on function public.close_stale_watch_sessions() is 'Closes sessions not heard of for 30 minutes, at their last contact, up to 10,000 in one call; answers how many. Harmless when repeated; what cannot be closed is set aside in job_failures.';
revoke all on function public.close_stale_watch_sessions() from public, anon, authenticated, service_role;
grant execute on function public.close_stale_watch_sessions() to service_role;

create function public.ensure_event_partitions(p_months_ahead integer default 3) returns integer
language sql volatile set search_path = ''
begin atomic
  select private.ensure_event_partitions(p_months_ahead);
end;
comment on function public.ensure_event_partitions(integer) is 'Makes the monthly partitions of events up to so many months ahead, 24 at most; answers how many.';
revoke all on function public.ensure_event_partitions(integer) from public, anon, authenticated, service_role;
grant execute on function public.ensure_event_partitions(integer) to service_role;

-- The first months, so that the default partition stays empty from the start.
select private.ensure_event_partitions();

-- Every job, in one block: whoever enables pg_cron later runs it once more (docs/guides/install-supabase.md).
do $$
begin
  if exists (select from pg_catalog.pg_extension where extname = 'pg_cron') then
    perform cron.schedule('chronos-roll-up', '* * * * *', 'select private.roll_up_marked_days(60)');
    perform cron.schedule('chronos-roll-up-again', '15 3 * * *', 'select private.roll_up_recent_days(3)');
    perform cron.schedule('chronos-close-stale', '*/5 * * * *', 'select private.close_stale_watch_sessions()');
    perform cron.schedule('chronos-settle-durations', '* * * * *', 'select private.settle_video_durations()');
    perform cron.schedule('chronos-partitions', '0 2 * * *', 'select private.ensure_event_partitions()');
    perform cron.schedule('chronos-purge', '*/10 * * * *', 'select private.purge_expired_data(10000)');
  end if;
end;
$$;
