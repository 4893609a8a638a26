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
    'chronos_owner nologin createrole bypassrls'
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

-- default privileges ----------------------------------------------------------------------------------
-- Those of projects born before October 2026, the generous ones: whatever a migration forgets to revoke,
-- anon gets here, and the tests see it.
alter default privileges for role chronos_owner in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges for role chronos_owner in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges for role chronos_owner in schema public grant all on sequences to anon, authenticated, service_role;
