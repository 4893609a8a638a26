-- Rate limits: whose address is believed, how many sessions it may open, and that it does not stay behind.
begin;
create extension if not exists pgtap;
select plan(20);

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
  $$ select counters from private.rate_counters as counters where counters::text ~ '203\.0' $$,
  'no counter says whose it is'
);
delete from private.rate_salts;
select is(pg_temp.open(7, '203.0.113.7'), 'opened', 'and without the salt of the day none can be found again');

select * from finish();
rollback;
