-- One answer for unknown and forbidden, and a hint that speaks of what was asked for.
begin;
create extension if not exists pgtap;
select plan(18);

insert into auth.users (id)
select ('00000000-0000-4000-8000-00000000' || who)::uuid from unnest(array['c001', 'c002']) as who;
insert into public.creators (id, user_id, name) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'One'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-00000000c002', 'Two');
insert into public.videos (id, creator_id, title, source_type, url)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Video', 'upload', '/x.mp4');
insert into public.courses (id, creator_id, title)
values ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1', 'Course');
insert into public.course_modules (id, course_id, title, module_order)
values ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000b1', 'Module', 1);

create function pg_temp.answer(p_call text, p_id text) returns text language plpgsql volatile as $$
declare
  v_message text;
  v_hint text;
begin
  execute format('select public.' || p_call, ('00000000-0000-4000-8000-00000000' || p_id)::uuid);
  return 'answered';
exception when sqlstate 'PT403' then
  get stacked diagnostics v_message = message_text, v_hint = pg_exception_hint;
  return v_message || ': ' || v_hint;
end
$$;
create temporary table calls (call text, theirs text, speaks_of text);
insert into calls values
  ('get_player_video(%L)', '00f1', 'video id'),
  ('reorder_lessons(%L, ''{}'')', '0bb1', 'module id'),
  ('reorder_modules(%L, ''{}'')', '00b1', 'course id'),
  ('get_course_progress(%L)', '00b1', 'course or module'),
  ('get_video_retention(%L)', '00f1', 'figures'),
  ('get_creator_dashboard(p_creator_id => %L)', '00c1', 'Sign in as the creator'),
  ('get_cost_report(%L)', '00c1', 'Sign in as the creator'),
  ('rotate_creator_key(%L)', '00c1', 'Sign in as the creator'),
  ('set_video_status(%L, ''ready'')', '00f1', 'its own creator');
grant select on calls to authenticated;

select set_config('request.jwt.claims', '{"role": "authenticated", "sub": "00000000-0000-4000-8000-00000000c002"}', true), set_config('role', 'authenticated', true);
select matches(pg_temp.answer(call, theirs), 'not allowed: .*' || speaks_of, call || ' says what to check') from calls;
select is(pg_temp.answer(call, '0009'), pg_temp.answer(call, theirs), call || ' does not say what exists') from calls;
reset role;

select * from finish();
rollback;
