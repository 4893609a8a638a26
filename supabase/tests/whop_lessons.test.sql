-- The same lesson is the same video, however often it comes.
begin;
create extension if not exists pgtap;
select plan(27);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'e2', 'd1']) as who;
insert into public.creators (id, user_id, name) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000e2', 'Two');

create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', '00000000-0000-4000-8000-0000000000' || p_user))::text, true)
$$;
create function pg_temp.sync(p_title text, p_source_id text default '76979871', p_lesson text default 'lesson_1', p_creator text default null, p_source_type text default 'vimeo', p_url text default null) returns uuid language sql volatile as $$
  select public.upsert_whop_lesson(p_lesson, p_title, p_source_type, p_source_id, p_url, p_creator_id => ('00000000-0000-4000-8000-0000000000' || p_creator)::uuid)
$$;
create temporary table made (name text, id uuid);
grant all on made to public;

-- who
select pg_temp.act_as('anon');
select throws_ok($$ select pg_temp.sync('x') $$, '42501', null, 'anon makes nothing');
select pg_temp.act_as('authenticated', 'd1');
select throws_ok($$ select pg_temp.sync('x') $$, 'PT403', 'not allowed', 'nor somebody who is no creator');
select throws_ok($$ select pg_temp.sync('x', p_creator => 'c1') $$, 'PT403', 'not allowed', 'whomever he names');
select pg_temp.act_as('authenticated', 'e2');
select throws_ok($$ select pg_temp.sync('x', p_creator => 'c1') $$, 'PT403', 'not allowed', 'a creator makes them for himself');
select pg_temp.act_as('service_role');
select throws_ok($$ select pg_temp.sync('x') $$, 'PT400', 'p_creator_id is required', 'service_role says for whom');
select throws_ok($$ select pg_temp.sync('x', p_creator => 'c9') $$, 'PT403', 'not allowed', 'who exists');

-- again and again
select pg_temp.act_as('authenticated', 'e1');
insert into made select 'one', pg_temp.sync('First title');
select is(pg_temp.sync('Second title'), (select id from made where name = 'one'), 'the same lesson is the same video');
select results_eq(
  $$ select title, source_type, embed_type, embed_id, status, creator_id from public.videos $$,
  $$ values ('Second title', 'vimeo', 'vimeo', '76979871', 'pending', '00000000-0000-4000-8000-0000000000c1'::uuid) $$,
  'with what is new of it'
);
select isnt(pg_temp.sync('Other', '76979872', 'lesson_2'), (select id from made where name = 'one'), 'another lesson is another');
select pg_temp.act_as('service_role');
select is(pg_temp.sync('By the server', p_creator => 'c1'), (select id from made where name = 'one'), 'whoever brings it');
select isnt(pg_temp.sync('Of another creator', p_creator => 'c2'), (select id from made where name = 'one'), 'but a creator''s lessons are his own');

-- malformed
select pg_temp.act_as('authenticated', 'e1');
select throws_ok($$ select pg_temp.sync('x', p_lesson => null) $$, 'PT400', 'p_whop_lesson_id is required', 'no lesson');
select throws_ok($$ select pg_temp.sync('x', 'not an id') $$, 'PT400', null, 'an id that is none');
select throws_ok($$ select pg_temp.sync('', p_lesson => 'lesson_3') $$, 'PT400', null, 'no title');
select throws_ok($$ select pg_temp.sync('x', p_lesson => 'lesson_3', p_source_type => null) $$, 'PT400', null, 'no source');
select throws_ok($$ select pg_temp.sync('x', p_lesson => repeat('x', 256)) $$, 'PT400', null, 'a lesson id without end');
select is((select count(*) from public.videos), 2::bigint, 'leave nothing behind');

-- every source
select lives_ok($$
  select pg_temp.sync('YouTube', 'aqz-KE-bpKQ', 'y', p_source_type => 'youtube'), pg_temp.sync('Mux', repeat('a', 20), 'm', p_source_type => 'mux'),
    pg_temp.sync('Loom', repeat('0', 32), 'l', p_source_type => 'loom'), pg_temp.sync('Wistia', repeat('0', 10), 'w', p_source_type => 'wistia'),
    pg_temp.sync('File', null, 'f', p_source_type => 'upload', p_url => 'https://files.example/x.mp4')
$$, 'every source has its place');

-- another source
reset role;
update public.videos set duration_ms = 5000, duration_source = 'pipeline', status = 'failed', error = 'x'
where id = (select id from made where name = 'one');
select pg_temp.act_as('authenticated', 'e1');
select is(pg_temp.sync('Moved', 'e4a27b971d', p_source_type => 'wistia'), (select id from made where name = 'one'), 'a video nobody has watched takes another source');
select results_eq(
  $$ select embed_type, embed_id, duration_ms, status from public.videos where title = 'Moved' $$,
  $$ values ('wistia', 'e4a27b971d', null::integer, 'pending') $$, 'and forgets what was known of the old one'
);
reset role;
insert into public.video_watch_sessions (video_id, id, creator_id, write_key_hash, evidence, session_start, first_contact_at, resume_at, last_seen_at)
select id, gen_random_uuid(), '00000000-0000-4000-8000-0000000000c1', '', 'measured', now(), now(), now(), now() from made;
select pg_temp.act_as('authenticated', 'e1');
select throws_ok($$ select pg_temp.sync('Moved again') $$, 'PT409', 'the video of this lesson has been watched', 'one that was watched does not');
select is(pg_temp.sync('Renamed', 'e4a27b971d', p_source_type => 'wistia'), (select id from made where name = 'one'), 'while its title changes as ever');

-- deleted
update public.videos set is_deleted = true where title = 'Renamed';
select is(pg_temp.sync('Renamed', 'e4a27b971d', p_source_type => 'wistia'), (select id from made where name = 'one'), 'a sync finds a deleted video');
select is((select is_deleted from public.videos where title = 'Renamed'), true, 'and leaves it deleted');
insert into made select 'two', pg_temp.sync('Anew');
select isnt((select id from made where name = 'two'), (select id from made where name = 'one'), 'with another source it is another video');
select is(pg_temp.sync('Anew'), (select id from made where name = 'two'), 'and stays that');
select is((select count(*) from public.video_watch_sessions where video_id = (select id from made where name = 'one')), 1::bigint, 'what was watched keeps its meaning');

reset role;
select * from finish();
rollback;
