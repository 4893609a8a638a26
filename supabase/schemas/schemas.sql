-- Where things live, and why there are three places.
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
