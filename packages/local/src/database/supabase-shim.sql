-- What a Supabase project has before the first migration runs, for a Postgres that is not one.
-- Idempotent: it runs at every start, and roles are shared by all databases of a server.
-- Never run on a real Supabase project: apply-migrations.ts recognises one and leaves it alone.

-- roles -------------------------------------------------------------------------------------------
-- chronos_owner plays Supabase's `postgres`: it owns what migrations make, and it is no superuser.
do $$
declare
  v_role text;
begin
  foreach v_role in array array[
    'anon nologin noinherit',
    'authenticated nologin noinherit',
    'service_role nologin noinherit bypassrls',
    'authenticator login noinherit',
    'chronos_owner nologin createrole bypassrls',
    'supabase_storage_admin nologin noinherit createrole'
  ] loop
    if not exists (select from pg_catalog.pg_roles where rolname = split_part(v_role, ' ', 1)) then
      begin
        execute 'create role ' || v_role;
      exception when duplicate_object or unique_violation then
        null; -- Another database of this server was being prepared at the same moment.
      end;
    end if;
  end loop;
end;
$$;

-- Granting what is granted already would still write the shared catalog, and parallel starts would collide there.
do $$
declare
  v_role text;
begin
  foreach v_role in array array['anon', 'authenticated', 'service_role'] loop
    if not pg_catalog.pg_has_role('authenticator', v_role, 'member') then
      execute format('grant %I to authenticator', v_role);
    end if;
  end loop;
  -- Supabase gives `postgres` the same: the rollup must see when other transactions began.
  if not pg_catalog.pg_has_role('chronos_owner', 'pg_monitor', 'member') then
    grant pg_monitor to chronos_owner;
  end if;
  -- On Supabase an extension (supautils) lets `postgres` make policies on storage tables it does not own. Plain Postgres
  -- has no such right, so here it belongs to their owner; a test holds that migrations use it for nothing else.
  if not pg_catalog.pg_has_role('chronos_owner', 'supabase_storage_admin', 'member') then
    grant supabase_storage_admin to chronos_owner;
  end if;
  -- And its `postgres` sets the hook that PostgREST runs before requests.
  if not pg_catalog.pg_has_role('chronos_owner', 'authenticator', 'usage with admin option') then
    grant authenticator to chronos_owner with admin option;
  end if;
  if not pg_catalog.has_parameter_privilege('chronos_owner', 'pgrst.db_pre_request', 'set') then
    grant set on parameter pgrst.db_pre_request to chronos_owner;
  end if;
  -- A superuser may act as anybody; whoever else made the roles has to be let in.
  if not pg_catalog.pg_has_role(current_user, 'chronos_owner', 'member') then
    execute format('grant chronos_owner to %I', current_user);
  end if;
  execute format('grant create on database %I to chronos_owner', current_database());
end;
$$;

-- schemas -----------------------------------------------------------------------------------------
create schema if not exists auth;
comment on schema auth is 'Chronos shim: the part of Supabase Auth that migrations and policies refer to.';
create schema if not exists extensions;
grant usage on schema auth, extensions, public to anon, authenticated, service_role, chronos_owner;
grant create on schema public, extensions to chronos_owner;

-- auth.users, in the columns that GoTrue and this project use ----------------------------------------
create table if not exists auth.users (
  instance_id uuid,
  id uuid not null primary key,
  aud varchar(255),
  role varchar(255),
  email varchar(255),
  encrypted_password varchar(255),
  email_confirmed_at timestamptz,
  last_sign_in_at timestamptz,
  raw_app_meta_data jsonb,
  raw_user_meta_data jsonb,
  created_at timestamptz,
  updated_at timestamptz,
  is_anonymous boolean not null default false
);
create unique index if not exists users_email_partial_key on auth.users (email) where email is not null;

create table if not exists auth.sessions (
  id uuid not null primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  created_at timestamptz,
  updated_at timestamptz
);

create table if not exists auth.refresh_tokens (
  id bigserial primary key,
  token varchar(255) unique,
  user_id varchar(255),
  session_id uuid references auth.sessions (id) on delete cascade,
  parent varchar(255),
  revoked boolean,
  created_at timestamptz,
  updated_at timestamptz
);

grant all on all tables in schema auth to chronos_owner;
grant all on all sequences in schema auth to chronos_owner;

-- Who is calling: PostgREST puts the verified claims of the request into these settings. -----------------
create or replace function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;

create or replace function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;

create or replace function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  )
$$;

create or replace function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  )
$$;

grant execute on all functions in schema auth to anon, authenticated, service_role, chronos_owner;

-- storage: tables and helpers as Supabase Storage has them since August 2026 (github.com/supabase/storage, migrations/tenant
-- up to 0062). Left out: S3 multipart uploads, analytics and vector buckets, the functions behind listings.
create schema if not exists storage;
comment on schema storage is 'Chronos shim: the part of Supabase Storage that policies refer to.';
grant usage on schema storage to anon, authenticated, service_role, chronos_owner;
grant all on schema storage to supabase_storage_admin;

do $$
begin
  if pg_catalog.to_regtype('storage.buckettype') is null then
    create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');
  end if;
end;
$$;

create table if not exists storage.buckets (
  id text not null primary key,
  name text not null,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  owner_id text,
  type storage.buckettype not null default 'STANDARD',
  versioning_status text not null default 'DISABLED',
  constraint buckets_versioning_status_check check (versioning_status in ('DISABLED', 'ENABLED', 'SUSPENDED')),
  constraint buckets_versioning_standard_only_check check (type = 'STANDARD' or versioning_status = 'DISABLED'),
  constraint buckets_versioning_dark_check check (versioning_status = 'DISABLED')
);
create unique index if not exists bname on storage.buckets (name);

create table if not exists storage.objects (
  id uuid not null default gen_random_uuid() primary key,
  bucket_id text,
  name text,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text,
  owner_id text,
  user_metadata jsonb,
  archived_at timestamptz,
  is_delete_marker boolean not null default false,
  is_versioned boolean not null default false,
  constraint "objects_bucketId_fkey" foreign key (bucket_id) references storage.buckets (id)
);
create unique index if not exists bucketid_objname on storage.objects (bucket_id, name);
create index if not exists name_prefix_search on storage.objects (name text_pattern_ops);
create index if not exists idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");
create index if not exists idx_objects_bucket_id_name_lower on storage.objects (bucket_id, (lower(name) collate "C"));

create or replace function storage.foldername(name text) returns text[] language plpgsql immutable as $$
declare
  _parts text[];
begin
  select string_to_array(name, '/') into _parts;
  return _parts[1 : array_length(_parts, 1) - 1];
end
$$;

create or replace function storage.filename(name text) returns text language plpgsql immutable as $$
declare
  _parts text[];
begin
  select string_to_array(name, '/') into _parts;
  return _parts[array_length(_parts, 1)];
end
$$;

create or replace function storage.extension(name text) returns text language plpgsql immutable as $$
declare
  _parts text[];
  _filename text;
begin
  select string_to_array(name, '/') into _parts;
  select _parts[array_length(_parts, 1)] into _filename;
  return reverse(split_part(reverse(_filename), '.', 1));
end
$$;

-- Which route of the Storage API runs this statement, such as storage.object.list; null outside of it.
create or replace function storage.operation() returns text language plpgsql stable as $$
begin
  return current_setting('storage.operation', true);
end;
$$;

create or replace function storage.update_updated_at_column() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end;
$$;
create or replace trigger update_objects_updated_at before update on storage.objects
  for each row execute function storage.update_updated_at_column();

-- A row deleted by hand would leave its file behind: only the Storage API, which sets this, deletes both.
create or replace function storage.protect_delete() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
    raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
      using hint = 'This prevents accidental data loss from orphaned objects.', errcode = '42501';
  end if;
  return null;
end;
$$;
create or replace trigger protect_buckets_delete before delete on storage.buckets
  for each statement execute function storage.protect_delete();
create or replace trigger protect_objects_delete before delete on storage.objects
  for each statement execute function storage.protect_delete();

alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
grant all on storage.buckets, storage.objects to chronos_owner with grant option;
alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;

-- default privileges ----------------------------------------------------------------------------------
-- Those of projects born before October 2026, the generous ones: whatever a migration forgets to revoke,
-- anon gets here, and the tests see it.
alter default privileges for role chronos_owner in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges for role chronos_owner in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges for role chronos_owner in schema public grant all on sequences to anon, authenticated, service_role;
