-- Passages that can be found and played.
begin;
create extension if not exists pgtap;
select plan(9);

insert into auth.users (id) values ('00000000-0000-4000-8000-0000000000e1');
insert into public.creators (id, user_id, name) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One');
insert into public.videos (id, creator_id, title, source_type, url) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Video', 'upload', '/x.mp4');

create function pg_temp.add(p_columns jsonb) returns text language plpgsql volatile as $$
begin
  insert into public.transcript_chunks (video_id, language, place, start_ms, end_ms, text, embedding, embedding_model)
  select '00000000-0000-4000-8000-0000000000f1', 'en', c.place, c.start_ms, c.end_ms, 'x', c.embedding, c.embedding_model
  from jsonb_populate_record(null::public.transcript_chunks, '{"place": 99, "start_ms": 0, "end_ms": 45000}' || p_columns) as c;
  return 'added';
exception when check_violation or not_null_violation or unique_violation then
  return 'refused';
end
$$;

select is(pg_temp.add('{"place": 1}'), 'added', 'a chunk that waits for its vector');
select is(pg_temp.add('{"place": 2, "embedding": [0.5, -0.25], "embedding_model": "local"}'), 'added', 'one that has it');
select is(pg_temp.add('{"embedding": [0.5]}'), 'refused', 'a vector of no model');
select is(pg_temp.add('{"embedding_model": "local"}'), 'refused', 'a model without a vector');
select is(pg_temp.add('{"embedding": [], "embedding_model": "local"}'), 'refused', 'a vector of nothing');
select is(pg_temp.add('{"embedding": [1, null], "embedding_model": "local"}'), 'refused', 'a vector with a hole');
select is(pg_temp.add('{"embedding": [[1], [2]], "embedding_model": "local"}'), 'refused', 'a matrix');
select is(pg_temp.add('{"start_ms": null}'), 'refused', 'a passage that cannot be played');
select is(pg_temp.add('{"start_ms": 45000}'), 'refused', 'or has no length');

select * from finish();
rollback;
