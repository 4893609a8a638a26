-- Signed viewer tokens: the arithmetic by published vectors, the verification by forged tokens.
begin;
create extension if not exists pgtap;
select plan(38);

select is(
  encode(private.hmac_sha256('\x0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b', convert_to('Hi There', 'utf8')), 'hex'),
  'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7', 'RFC 4231, test case 1'
);
select is(
  encode(private.hmac_sha256(decode(repeat('aa', 131), 'hex'), convert_to('Test Using Larger Than Block-Size Key - Hash Key First', 'utf8')), 'hex'),
  '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54', 'RFC 4231, test case 6: a key longer than a block'
);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Platform');
insert into public.videos (id, creator_id, title, source_type, url, status, access)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Lesson', 'upload', '/x.mp4', 'ready', 'enrolled');
insert into private.creator_keys (creator_id, kid, secret, not_before, not_after)
values
  ('00000000-0000-4000-8000-0000000000c1', 'old', convert_to('0123456789abcdef0123456789abcdef', 'utf8'), '-infinity', now() - interval '1 s'),
  ('00000000-0000-4000-8000-0000000000c1', 'one', convert_to('0123456789abcdef0123456789abcdef', 'utf8'), '-infinity', null),
  ('00000000-0000-4000-8000-0000000000c1', 'two', convert_to('abcdef0123456789abcdef0123456789', 'utf8'), '-infinity', null);

create function pg_temp.base64url(p_bytes bytea) returns text language sql immutable as $$
  select translate(encode(p_bytes, 'base64'), E'+/=\n', '-_')
$$;
create function pg_temp.token(p_claims jsonb, p_header jsonb default '{"alg": "HS256", "kid": "one"}', p_secret text default '0123456789abcdef0123456789abcdef')
returns text language sql stable as $$
  select part.body || '.' || pg_temp.base64url(private.hmac_sha256(convert_to(p_secret, 'utf8'), convert_to(part.body, 'utf8')))
  from (
    select pg_temp.base64url(convert_to(p_header::text, 'utf8')) || '.'
      || pg_temp.base64url(convert_to((jsonb_build_object('sub', 'ada', 'exp', extract(epoch from now() + interval '1 h')) || p_claims)::text, 'utf8')) as body
  ) as part
$$;
create function pg_temp.sub(p_token text) returns text language sql stable as $$
  select private.verify_viewer_token(p_token, '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000f1') ->> 'sub'
$$;

select is(pg_temp.sub(pg_temp.token('{}')), 'ada', 'a good token names its viewer');
select is(pg_temp.sub(pg_temp.token('{}', '{"alg": "HS256", "kid": "two"}', 'abcdef0123456789abcdef0123456789')), 'ada', 'two keys are valid at once');
select is(pg_temp.sub(pg_temp.token('{}', '{"alg": "HS256", "kid": "old"}')), null, 'a key past its not_after signs no more');
select is(pg_temp.sub(pg_temp.token('{}', '{"alg": "none", "kid": "one"}')), null, 'alg none is refused');
select is(pg_temp.sub(pg_temp.token('{}', '{"alg": "HS512", "kid": "one"}')), null, 'any other alg is refused');
select is(pg_temp.sub(pg_temp.token('{}', p_secret => 'another secret of another platform')), null, 'another secret is refused');
select is(pg_temp.sub(pg_temp.token('{"video": "00000000-0000-4000-8000-0000000000f2"}')), null, 'a token for another video is refused');
select is(pg_temp.sub(pg_temp.token('{"exp": 99999999999}')), null, 'a token for longer than a day is refused');
select is(pg_temp.sub(pg_temp.token('{"exp": "soon"}')), null, 'an exp that is no number is refused');
select is(pg_temp.sub(pg_temp.token('{"sub": ""}')), null, 'an empty sub is refused');
select is(pg_temp.sub(pg_temp.token(jsonb_build_object('sub', repeat('x', 3000)))), null, 'more than 2 kB is refused');
select is(pg_temp.sub('a.b'), null, 'what is no token is refused');
select is(pg_temp.sub('é.%.!'), null, 'what is not base64url is refused');
select throws_ok(
  $$ select pg_temp.sub(pg_temp.token('{"exp": 1000}')) $$, 'PT401', 'viewer token expired',
  'an expired token says so, for its holder can get another'
);

-- Keys: not before their time, and only the creator's own.
insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c002'), ('00000000-0000-4000-8000-00000000e001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-00000000c002', 'Other platform');
insert into private.creator_keys (creator_id, kid, secret, not_before, not_after)
values
  ('00000000-0000-4000-8000-0000000000c1', 'new', convert_to('0123456789abcdef0123456789abcdef', 'utf8'), now() + interval '1 s', null),
  ('00000000-0000-4000-8000-0000000000c2', 'other', convert_to('0123456789abcdef0123456789abcdef', 'utf8'), '-infinity', null);
select is(pg_temp.sub(pg_temp.token('{}', '{"alg": "HS256", "kid": "new"}')), null, 'a key before its not_before signs nothing yet');
select is(pg_temp.sub(pg_temp.token('{}', '{"alg": "HS256", "kid": "other"}')), null, 'another creator''s key is refused, though its secret is the same');
select is(pg_temp.sub(pg_temp.token('{}', '{"alg": "HS256"}')), null, 'a header without kid is refused');
select is(pg_temp.sub(pg_temp.token('{}', '{"alg": "RS256", "kid": "one"}')), null, 'alg RS256 is refused');
select is(pg_temp.sub(pg_temp.token('{}', '{"kid": "one"}')), null, 'no alg at all is refused');
select is(pg_temp.sub(regexp_replace(pg_temp.token('{}', '{"alg": "none", "kid": "one"}'), '[^.]+$', '')), null, 'alg none without a signature is refused');
select is(pg_temp.sub(pg_temp.token('{"exp": null}')), null, 'a token that never ends is refused');
select is(pg_temp.sub(pg_temp.token('{"sub": null}')), null, 'a token that names nobody is refused');
select is(pg_temp.sub(pg_temp.token(jsonb_build_object('nbf', extract(epoch from now() + interval '1 min')))), null, 'a token before its nbf is refused');
select is(pg_temp.sub(pg_temp.token('{"video": "00000000-0000-4000-8000-0000000000f1"}')), 'ada', 'a token for this video is good');
select is(pg_temp.sub(pg_temp.token('{"course": "algebra"}')), null, 'a course that is no uuid is refused');
select is(pg_temp.sub(pg_temp.token(jsonb_build_object('exp', extract(epoch from now() + interval '24 h')))), 'ada', 'a day is not too long');

select set_config('request.headers', '{"origin": "https://platform.example"}', true);
select is(pg_temp.sub(pg_temp.token('{"origin": "https://platform.example"}')), 'ada', 'a token for this origin is good');
select is(pg_temp.sub(pg_temp.token('{"origin": "https://elsewhere.example"}')), null, 'a token for another origin is refused');
select set_config('request.headers', '{"origin": "null"}', true);
select is(pg_temp.sub(pg_temp.token('{"origin": "https://platform.example"}')), null, 'the null origin is another origin');
select set_config('request.headers', '{}', true);

-- Precedence: token, then sign-in, then anonymous id.
create function pg_temp.who(p_token text, p_user text, p_anonymous uuid) returns text language plpgsql as $$
declare
  v_viewer private.viewer;
begin
  perform set_config('request.jwt.claims', coalesce(jsonb_build_object('sub', p_user, 'role', 'authenticated')::text, ''), true);
  select * into v_viewer from private.identify_viewer(
    (select videos from public.videos where id = '00000000-0000-4000-8000-0000000000f1'), p_anonymous, p_token, true
  );
  perform set_config('request.jwt.claims', '', true);
  return coalesce(
    (select coalesce(external_id, user_id::text) from public.students where id = v_viewer.student_id),
    case when v_viewer.anonymous_id_hash is not null then 'anonymous' end
  );
end $$;
select is(
  pg_temp.who(pg_temp.token('{}'), '00000000-0000-4000-8000-00000000e001', '00000000-0000-4000-8000-0000000000b1'), 'ada',
  'a viewer token comes before a sign-in'
);
select is(
  pg_temp.who(null, '00000000-0000-4000-8000-00000000e001', '00000000-0000-4000-8000-0000000000b1'), '00000000-0000-4000-8000-00000000e001',
  'a sign-in comes before an anonymous id'
);
select is(pg_temp.who(null, null, '00000000-0000-4000-8000-0000000000b1'), 'anonymous', 'an anonymous id comes last');
select throws_ok(
  $$ select pg_temp.who(pg_temp.token('{}', p_secret => 'another secret of another platform'), '00000000-0000-4000-8000-00000000e001', null) $$,
  'PT403', 'not allowed', 'a token that is not good is refused: nobody falls back to who he is otherwise'
);

-- A session of another identity provider, whose subject is no uuid: nobody who is signed in here.
select is(pg_temp.who(pg_temp.token('{}'), 'auth0|5f7c8ec7', null), 'ada', 'a viewer token counts beside it');
select is(pg_temp.who(null, 'auth0|5f7c8ec7', '00000000-0000-4000-8000-0000000000b1'), 'anonymous', 'without one its bearer is anonymous');
update public.videos set access = 'public';
select set_config('request.jwt.claims', '{"role": "authenticated", "sub": "auth0|5f7c8ec7"}', true), set_config('role', 'authenticated', true);
select lives_ok(
  $$ select public.get_player_video('00000000-0000-4000-8000-0000000000f1'),
       public.start_watch_session('00000000-0000-4000-8000-000000000091', repeat('a', 32), '00000000-0000-4000-8000-0000000000f1') $$,
  'and plays what is public'
);
reset role;

select * from finish();
rollback;
