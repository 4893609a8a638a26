-- Allowed origins: what may be stored, and whom the list keeps out.
begin;
create extension if not exists pgtap;
select plan(36);

select is(private.is_origin(origin), true, origin || ' is an origin')
from unnest(array['https://school.example', 'http://localhost:3000', 'https://a-b.c.example:8443', 'http://127.0.0.1', 'http://[::1]:5173', 'capacitor://localhost']) as origin;
select is(private.is_origin(origin), false, coalesce(origin, 'null') || ' is none')
from unnest(array[
  'https://school.example/', 'https://school.example/path', 'https://School.example', 'HTTPS://school.example', 'school.example', '//school.example',
  'https://', 'https://*.school.example', '*', 'null', '', ' https://school.example', 'https://school.example ', 'https://ada:secret@school.example',
  'https://school.example?x', 'https://school.example:0', 'https://school.example:443', 'http://school.example:80', E'https://school.example\nhttps://other.example',
  'https://' || repeat('a', 300), null
]) as origin;

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Platform');
insert into public.videos (id, creator_id, title, source_type, url, status, access, allowed_origins)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Lesson', 'upload', '/x.mp4', 'ready', 'public', '{https://school.example}');

-- By the creator himself, who may look up no names in private.
select set_config('request.jwt.claims', '{"role": "authenticated", "sub": "00000000-0000-4000-8000-00000000c001"}', true);
set local role authenticated;
select throws_ok(
  $$ update public.videos set allowed_origins = '{https://school.example,https://school.example/}' $$, '23514',
  null, 'a creator stores nothing that no browser sends'
);
select throws_ok($$ update public.videos set allowed_origins = '{null}' $$, '23514', null, 'a list of nothing is refused');
select throws_ok($$ update public.videos set allowed_origins = '{}' $$, '23514', null, 'and an empty one');
select lives_ok($$ update public.videos set allowed_origins = '{https://school.example,https://www.school.example}' $$, 'a list of origins is stored');
reset role;

create function pg_temp.plays(p_origin text) returns boolean language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '{"role": "anon"}', true);
  perform set_config('request.headers', jsonb_strip_nulls(jsonb_build_object('origin', p_origin))::text, true);
  perform public.get_player_video('00000000-0000-4000-8000-0000000000f1', null);
  return true;
exception when sqlstate 'PT403' then
  return false;
end $$;
select is(pg_temp.plays('https://www.school.example'), true, 'a page on the list plays it');
select is(pg_temp.plays('https://elsewhere.example'), false, 'another page does not');
select is(pg_temp.plays('null'), false, 'nor a frame that hides where it stands');
select is(pg_temp.plays(null), true, 'what is no browser says no origin: the list guards against pages, not against people');
update public.videos set allowed_origins = null;
select is(pg_temp.plays('null'), true, 'without a list any page plays it');

select * from finish();
rollback;
