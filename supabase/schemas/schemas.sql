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
