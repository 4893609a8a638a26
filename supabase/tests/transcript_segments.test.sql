-- What is said in a video: kept as text, found by its words, read by its creator.
begin;
create extension if not exists pgtap;
select plan(15);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'e2', 'd1']) as who;
insert into public.creators (id, user_id, name) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000e2', 'Two');
insert into public.videos (id, creator_id, title, source_type, url, status, access) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Video', 'upload', '/x.mp4', 'ready', 'public');

create function pg_temp.add(p_columns jsonb) returns text language plpgsql volatile as $$
begin
  insert into public.transcript_segments (video_id, language, place, start_ms, end_ms, text, source)
  select '00000000-0000-4000-8000-0000000000f1', s.language, s.place, s.start_ms, s.end_ms, s.text, s.source
  from jsonb_populate_record(null::public.transcript_segments, '{"language": "en", "place": 99, "text": "x", "source": "owner_file"}' || p_columns) as s;
  return 'added';
exception when check_violation or not_null_violation or unique_violation then
  return 'refused';
end
$$;

select is(pg_temp.add('{"place": 1, "start_ms": 0, "end_ms": 2000, "text": "If a < b, the <video> plays."}'), 'added', 'a segment; markup is text like any other');
select is(pg_temp.add('{"place": 2, "text": "Überall, wo größere Zahlen\nstehen."}'), 'added', 'one whose source knows no times');
select is(pg_temp.add('{"place": 1}'), 'refused', 'no place twice');
select is(pg_temp.add('{"place": 1, "language": "pt-BR"}'), 'added', 'but in another language');
select is(pg_temp.add('{"place": 0}'), 'refused', 'no place before the first');
select is(pg_temp.add('{"start_ms": 5}'), 'refused', 'a beginning without an end');
select is(pg_temp.add('{"start_ms": 5, "end_ms": 5}'), 'refused', 'an end at the beginning');
select is(pg_temp.add('{"text": ""}'), 'refused', 'nothing said');
select is(pg_temp.add('{"text": "bell \u0007"}'), 'refused', 'what is no text');
select is(pg_temp.add('{"language": "English"}'), 'refused', 'a language that is no tag');
select is(pg_temp.add(jsonb_build_object('text', repeat('x', 5001))), 'refused', 'text without end');

select results_eq(
  $$ select place from public.transcript_segments
     where video_id = '00000000-0000-4000-8000-0000000000f1' and search @@ websearch_to_tsquery('simple', '"größere zahlen"') $$,
  $$ values (2) $$, 'words are found in any language, in any case'
);

select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000e1"}', true);
set local role authenticated;
select is((select count(*) from public.transcript_segments), 3::bigint, 'its creator reads it');
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000e2"}', true);
select is((select count(*) from public.transcript_segments), 0::bigint, 'another does not');
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000d1"}', true);
select is((select count(*) from public.transcript_segments), 0::bigint, 'nor a viewer, though the video is public');

reset role;
select * from finish();
rollback;
