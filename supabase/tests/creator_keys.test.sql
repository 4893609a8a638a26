-- Keys for viewer tokens: who makes them, that a secret is told once, and that two are valid at once but never three.
begin;
create extension if not exists pgtap;
select plan(20);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001'), ('00000000-0000-4000-8000-00000000c002'), ('00000000-0000-4000-8000-00000000e001');
insert into public.creators (id, user_id, name)
values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Platform'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-00000000c002', 'Other');

create function pg_temp.sign_in(p_role text, p_sub text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_strip_nulls(jsonb_build_object('role', p_role, 'sub', p_sub))::text, true)
$$;
create function pg_temp.base64url(p_bytes bytea) returns text language sql immutable as $$
  select translate(encode(p_bytes, 'base64'), E'+/=\n', '-_')
$$;
-- Who the database says a token names, signed with that key at that moment.
create function pg_temp.token_of(p_key jsonb) returns text language sql stable as $$
  select part.body || '.' || pg_temp.base64url(private.hmac_sha256(convert_to(p_key ->> 'secret', 'utf8'), convert_to(part.body, 'utf8')))
  from (
    select pg_temp.base64url(convert_to(jsonb_build_object('alg', 'HS256', 'kid', p_key ->> 'kid')::text, 'utf8')) || '.'
      || pg_temp.base64url(convert_to(jsonb_build_object('sub', 'ada', 'exp', extract(epoch from now() + interval '1 h'))::text, 'utf8')) as body
  ) as part
$$;
create function pg_temp.sub(p_key jsonb, p_creator text default '00000000-0000-4000-8000-0000000000c1') returns text language sql stable as $$
  select private.verify_viewer_token(pg_temp.token_of(p_key), p_creator::uuid, '00000000-0000-4000-8000-0000000000f1') ->> 'sub'
$$;
create temporary table keys (name text, key jsonb);

select pg_temp.sign_in('authenticated', '00000000-0000-4000-8000-00000000c001');
insert into keys select 'first', public.rotate_creator_key();
select is((select pg_temp.sub(key) from keys), 'ada', 'a creator makes his own key, and the database verifies what it signs');
select is((select length(key ->> 'secret') from keys), 64, 'the secret is 32 bytes in hexadecimal');
select is((select pg_temp.sub(key, '00000000-0000-4000-8000-0000000000c2') from keys), null, 'it signs for nobody else');
insert into keys select 'second', public.rotate_creator_key(p_overlap_seconds => 3600);
select is((select array_agg(pg_temp.sub(key)) from keys), '{ada,ada}', 'the key in use goes on signing beside the new one');
select is(
  (select not_after from private.creator_keys where kid = (select key ->> 'kid' from keys where name = 'first')),
  now() + interval '1 hour', 'until the overlap ends'
);
select throws_ok('select public.rotate_creator_key()', 'PT409', 'two keys are valid already', 'three are never valid at once');
select lives_ok(
  format('select private.rotate_creator_key(null, 0, now() + interval %L)', '2 hours'), 'when the older one has ended there is room for another'
);
select is(
  (select jsonb_agg(key - '{not_before,not_after}'::text[] = jsonb_build_object('kid', key -> 'kid')) from jsonb_array_elements(public.get_creator_keys()) as key),
  '[true, true, true]', 'the list tells names and times, and no secret'
);
select lives_ok(
  format('select public.retire_creator_key(%L)', (select key ->> 'kid' from keys where name = 'first')), 'a key is ended at once'
);
select is((select array_agg(pg_temp.sub(key) order by name) from keys), '{NULL,ada}', 'and signs no more');
select throws_ok($$ select public.retire_creator_key('nothing') $$, 'PT404', 'no such key', 'a key that is not there is said so');
select throws_ok('select public.rotate_creator_key(p_overlap_seconds => -1)', 'PT400', 'p_overlap_seconds is out of range', 'an overlap cannot be negative');
select throws_ok('select public.rotate_creator_key(p_overlap_seconds => null)', 'PT400', 'p_overlap_seconds is out of range', 'nor unknown');

select throws_ok(
  $$ select public.rotate_creator_key('00000000-0000-4000-8000-0000000000c2') $$, 'PT403', 'not allowed', 'nobody makes another creator''s key'
);
select throws_ok(
  $$ select public.get_creator_keys('00000000-0000-4000-8000-0000000000c2') $$, 'PT403', 'not allowed', 'or lists his keys'
);
select pg_temp.sign_in('authenticated', '00000000-0000-4000-8000-00000000c002');
select throws_ok(
  format('select public.retire_creator_key(%L)', (select key ->> 'kid' from keys where name = 'second')), 'PT404', 'no such key',
  'or ends one: a creator finds only his own'
);
select pg_temp.sign_in('authenticated', '00000000-0000-4000-8000-00000000e001');
select throws_ok('select public.rotate_creator_key()', 'PT403', 'not allowed', 'who is no creator has no keys');
select pg_temp.sign_in('service_role', null);
select throws_ok('select public.rotate_creator_key()', 'PT400', 'p_creator_id is required', 'a server says whose');
select is(
  (public.rotate_creator_key('00000000-0000-4000-8000-0000000000c2')) ->> 'creator_id', '00000000-0000-4000-8000-0000000000c2',
  'and makes anybody''s'
);
select is(has_function_privilege('anon', 'public.rotate_creator_key(uuid, integer)', 'execute'), false, 'anon makes none');

select * from finish();
rollback;
