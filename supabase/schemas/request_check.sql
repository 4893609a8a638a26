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
