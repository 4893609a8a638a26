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
