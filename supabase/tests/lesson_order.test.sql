-- All places change at once, or none.
begin;
create extension if not exists pgtap;
select plan(13);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'e2', 'd1']) as who;
insert into public.creators (id, user_id, name) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000e2', 'Two');
insert into public.courses (id, creator_id, title) values
  ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1', 'Course');
insert into public.course_modules (id, course_id, title, module_order)
select ('00000000-0000-4000-8000-0000000000a' || n)::uuid, '00000000-0000-4000-8000-0000000000b1', 'Module ' || n, n from generate_series(1, 3) as n;
insert into public.videos (id, creator_id, title, source_type, url)
select ('00000000-0000-4000-8000-0000000000f' || n)::uuid, '00000000-0000-4000-8000-0000000000c1', 'Video', 'upload', '/x.mp4' from generate_series(1, 5) as n;
insert into public.module_lessons (id, module_id, video_id, lesson_order)
select ('00000000-0000-4000-8000-00000000001' || n)::uuid, '00000000-0000-4000-8000-0000000000a1', ('00000000-0000-4000-8000-0000000000f' || n)::uuid, n from generate_series(1, 5) as n;

create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', '00000000-0000-4000-8000-0000000000' || p_user))::text, true)
$$;
create function pg_temp.reorder(p_order text) returns void language sql volatile as $$
  select public.reorder_lessons('00000000-0000-4000-8000-0000000000a1',
    (select array_agg(('00000000-0000-4000-8000-00000000001' || digit)::uuid order by place) from regexp_split_to_table(p_order, '') with ordinality as d (digit, place)))
$$;
create function pg_temp.order_now() returns text language sql stable as $$
  select string_agg(right(id::text, 1), '' order by lesson_order) from public.module_lessons where module_id = '00000000-0000-4000-8000-0000000000a1'
$$;

select pg_temp.act_as('anon');
select throws_ok($$ select pg_temp.reorder('54321') $$, '42501', null, 'anon moves nothing');
select pg_temp.act_as('authenticated', 'd1');
select throws_ok($$ select pg_temp.reorder('54321') $$, 'PT403', 'not allowed', 'nor somebody who is no creator');
select pg_temp.act_as('authenticated', 'e2');
select throws_ok($$ select pg_temp.reorder('54321') $$, 'PT403', 'not allowed', 'nor another creator');

select pg_temp.act_as('authenticated', 'e1');
select lives_ok($$ select pg_temp.reorder('53142') $$, 'the creator reorders in one call');
select is(pg_temp.order_now(), '53142', 'and every lesson stands where he said');
select throws_ok($$ select pg_temp.reorder('5314') $$, 'PT409', null, 'one is missing');
select throws_ok($$ select pg_temp.reorder('531422') $$, 'PT409', null, 'one comes twice');
select throws_ok($$ select pg_temp.reorder('531426') $$, 'PT409', null, 'one is not there');
select throws_ok($$ select public.reorder_lessons('00000000-0000-4000-8000-0000000000a1', null) $$, 'PT409', null, 'none is given');
select is(pg_temp.order_now(), '53142', 'and nothing has moved');

select pg_temp.act_as('service_role');
select lives_ok($$ select public.reorder_modules('00000000-0000-4000-8000-0000000000b1',
  '{00000000-0000-4000-8000-0000000000a3, 00000000-0000-4000-8000-0000000000a1, 00000000-0000-4000-8000-0000000000a2}') $$, 'modules likewise');
select is((select string_agg(title, ', ' order by module_order) from public.course_modules where course_id = '00000000-0000-4000-8000-0000000000b1'), 'Module 3, Module 1, Module 2', 'in their order');
select throws_ok($$ select public.reorder_modules('00000000-0000-4000-8000-0000000000b1', '{}') $$, 'PT409', null, 'all of them');

reset role;
select * from finish();
rollback;
