-- The check before every request: who is refused, when, and how he is told.
begin;
create extension if not exists pgtap;
select plan(14);

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

select is_empty(
  $$ select counters from private.rate_counters as counters where counters::text ~ '203\.0|zoe|198\.51' $$,
  'no counter says whose it is'
);

select * from finish();
rollback;
