-- Rate limits: what is counted, for whom, and that no address stays behind.
begin;
create extension if not exists pgtap;
select plan(33);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Platform');
insert into public.videos (id, creator_id, title, source_type, url, status, access)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Lesson', 'upload', '/x.mp4', 'ready', 'public');

create function pg_temp.network(p_headers json) returns cidr language sql as $$
  select private.client_network(p_headers, '{cf-connecting-ip,x-forwarded-for}')
$$;
select is(pg_temp.network('{"cf-connecting-ip": "203.0.113.7", "x-forwarded-for": "198.51.100.1"}'), '203.0.113.7', 'the header named first is believed first');
select is(pg_temp.network('{"x-forwarded-for": "198.51.100.1, 203.0.113.7"}'), '203.0.113.7', 'what a client wrote himself stands on the left and is not believed');
select is(pg_temp.network('{"x-forwarded-for": "203.0.113.7, 10.0.0.3, 172.18.0.1"}'), '203.0.113.7', 'inner proxies are passed over');
select is(pg_temp.network('{"x-forwarded-for": "::ffff:203.0.113.7"}'), '203.0.113.7', 'IPv4 in IPv6 is IPv4');
select is(pg_temp.network('{"x-forwarded-for": "2001:db8:1:2:3:4:5:6"}'), '2001:db8:1:2::/64', 'a household has a /64');
select is(pg_temp.network('{"x-forwarded-for": "127.0.0.1"}'), null, 'a machine itself is nobody');
select is(pg_temp.network('{"x-forwarded-for": "::1"}'), null, 'by IPv6 too');
select is(pg_temp.network('{"x-forwarded-for": "unknown"}'), null, 'what is no address is nobody');
select is(pg_temp.network('{"x-forwarded-for": ""}'), null, 'an empty header is nobody');
select is(pg_temp.network('{}'), null, 'no header is nobody');
select is(pg_temp.network(null), null, 'no request is nobody');
select is(private.client_network('{"cf-connecting-ip": "203.0.113.7"}', '{x-forwarded-for}'), null, 'a header that is not named is not believed');

-- Answers what a request at that moment gets: null, or the refusal.
create function pg_temp.request(p_claims jsonb, p_address text, p_at timestamptz default '2026-01-01 00:00:10+00')
returns jsonb language plpgsql as $$
declare
  v_detail text;
begin
  perform set_config('request.jwt.claims', p_claims::text, true), set_config('request.headers', jsonb_build_object('x-forwarded-for', p_address)::text, true);
  perform private.check_request(p_at);
  return null;
exception when sqlstate 'PGRST' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return sqlerrm::jsonb || v_detail::jsonb;
end $$;

update private.rate_limits set viewer_writes = 3;
select is(
  (select array_agg(pg_temp.request('{"role": "authenticated", "sub": "zoe"}', '') is null) from generate_series(1, 5)),
  '{t,t,t,f,f}', 'a user writes as often as the limit says'
);
select is(
  pg_temp.request('{"role": "authenticated", "sub": "zoe"}', '') - '{message,details,hint}'::text[],
  '{"code": "PT429", "status": 429, "headers": {"Retry-After": "290"}}', 'then he is told 429, and when to come again'
);
select isnt(pg_temp.request('{"role": "authenticated", "sub": "zoe"}', '') ->> 'hint', null, 'with the fix in the hint');
select is(pg_temp.request('{"role": "authenticated", "sub": "bea"}', ''), null, 'nobody else is');
select is(pg_temp.request('{"role": "authenticated", "sub": "zoe"}', '', '2026-01-01 00:05:00+00'), null, 'nor he in the next window');
select is(pg_temp.request('{"role": "service_role", "sub": "zoe"}', ''), null, 'a server with the service key is not limited');
select is(pg_temp.request('{"role": "anon"}', ''), null, 'who is not known and comes from nowhere is not limited');

create function pg_temp.read_only_request() returns text language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '{"role": "authenticated", "sub": "zoe"}', true), set_config('transaction_read_only', 'on', true);
  perform private.check_request('2026-01-01 00:00:20+00');
  raise 'let through';
exception when others then
  return sqlerrm;
end $$;
select is(pg_temp.read_only_request(), 'let through', 'what only reads writes nothing and is not limited');

update private.rate_limits set viewer_writes = 1000000, network_writes = 160;
select cmp_ok(
  (select count(*) filter (where pg_temp.request('{"role": "anon"}', '203.0.113.7') is null) from generate_series(1, 600)),
  '<', 500::bigint, 'a network is stopped near its limit'
);
select is(
  (select count(*) from generate_series(1, 50) where pg_temp.request('{"role": "anon"}', '203.0.113.7') ->> 'code' = 'PT429'),
  50::bigint, 'and then every write is refused'
);
select is(
  pg_temp.request('{"role": "authenticated", "sub": "zoe"}', '198.51.100.1, 203.0.113.7') ->> 'status', '429',
  'signed in or not, whatever address he says he has'
);
select is(pg_temp.request('{"role": "anon"}', '203.0.113.8'), null, 'another network is not');
select is(pg_temp.request('{"role": "anon"}', '203.0.113.7', '2026-01-01 00:05:01+00'), null, 'nor is this one in the next window');

-- New sessions.
create function pg_temp.open(p_session integer, p_address text) returns text language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '{"role": "anon"}', true), set_config('request.headers', jsonb_build_object('x-forwarded-for', p_address)::text, true);
  perform public.start_watch_session(
    ('00000000-0000-4000-8000-0000000000' || lpad(p_session::text, 2, '0'))::uuid, repeat('a', 32), '00000000-0000-4000-8000-0000000000f1'
  );
  return 'opened';
exception when others then
  return sqlstate;
end $$;
update private.rate_limits set network_new_sessions = 2;
select is(
  (select array_agg(pg_temp.open(session, '203.0.113.7')) from generate_series(1, 4) as session),
  '{opened,opened,PT429,PT429}', 'a network opens as many sessions in an hour as the limit says'
);
select is((select count(*) from public.video_watch_sessions), 2::bigint, 'a refused start leaves nothing');
select is(pg_temp.open(1, '203.0.113.7'), 'opened', 'a session that is open already goes on');
select is(pg_temp.open(5, '203.0.113.8'), 'opened', 'another network opens its own');
select is(pg_temp.open(6, ''), 'opened', 'who comes from nowhere is not limited');
select set_config('request.headers', '{"x-forwarded-for": "203.0.113.7"}', true);
select lives_ok(
  $$ select private.count_new_session(row(null, null, null, '{"sub": "zoe"}')::private.viewer, now()) from generate_series(1, 5) $$,
  'viewers a platform signs for are not counted: a school behind one address'
);

select is_empty(
  $$ select counters from private.rate_counters as counters where counters::text ~ '203\.0|zoe|198\.51' $$,
  'no counter says whose it is'
);
delete from private.rate_salts;
select is(pg_temp.open(7, '203.0.113.7'), 'opened', 'and without the salt of the day none can be found again');

select * from finish();
rollback;
