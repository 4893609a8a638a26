-- A video is whole: the columns of its source are there, those of every other source are not.
begin;
create extension if not exists pgtap;
select plan(20);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');

create function pg_temp.add(p_columns jsonb) returns text language plpgsql volatile as $$
begin
  insert into public.videos (creator_id, title, source_type, url, youtube_video_id, mux_playback_id, embed_type, embed_id, storage_path, duration_ms, duration_source, completion_threshold, accepted_evidence)
  select '00000000-0000-4000-8000-0000000000c1', 'Video', v.source_type, v.url, v.youtube_video_id, v.mux_playback_id, v.embed_type, v.embed_id, v.storage_path, v.duration_ms, v.duration_source,
    coalesce(v.completion_threshold, 90), coalesce(v.accepted_evidence, '{measured}')
  from jsonb_populate_record(null::public.videos, p_columns) as v;
  return 'added';
exception when check_violation or not_null_violation then
  return 'refused';
end
$$;

select is(pg_temp.add('{"source_type": "youtube", "youtube_video_id": "aqz-KE-bpKQ"}'), 'added', 'youtube');
select is(pg_temp.add('{"source_type": "youtube", "youtube_video_id": "aqz-KE-bpKQ", "embed_type": "youtube"}'), 'added', 'youtube that says so twice');
select is(pg_temp.add('{"source_type": "mux", "mux_playback_id": "abc"}'), 'added', 'mux');
select is(pg_temp.add('{"source_type": "upload", "url": "/x.mp4"}'), 'added', 'upload by address');
select is(pg_temp.add('{"source_type": "upload", "storage_path": "a/b/c.mp4"}'), 'added', 'upload into storage');
select is(pg_temp.add('{"source_type": "loom", "embed_type": "loom", "embed_id": "x"}'), 'added', 'loom');
select is(pg_temp.add('{"source_type": "vimeo", "embed_type": "vimeo", "embed_id": "x"}'), 'added', 'vimeo');
select is(pg_temp.add('{"source_type": "wistia", "embed_type": "wistia", "embed_id": "x"}'), 'added', 'wistia');

select is(pg_temp.add('{}'), 'refused', 'no source');
select is(pg_temp.add('{"source_type": "tape"}'), 'refused', 'an unknown source');
select is(pg_temp.add('{"source_type": "youtube"}'), 'refused', 'youtube without its id');
select is(pg_temp.add('{"source_type": "youtube", "youtube_video_id": "short"}'), 'refused', 'an id that is none of YouTube''s');
select is(pg_temp.add('{"source_type": "youtube", "youtube_video_id": "aqz-KE-bpKQ", "mux_playback_id": "abc"}'), 'refused', 'youtube with an id of mux');
select is(pg_temp.add('{"source_type": "loom", "embed_id": "x"}'), 'refused', 'an embed that does not say which');
select is(pg_temp.add('{"source_type": "loom", "embed_type": "vimeo", "embed_id": "x"}'), 'refused', 'an embed that says another');
select is(pg_temp.add('{"source_type": "upload"}'), 'refused', 'an upload that is nowhere');
select is(pg_temp.add('{"source_type": "upload", "url": "/x.mp4", "duration_ms": 0, "duration_source": "pipeline"}'), 'refused', 'a duration of nothing');
select is(pg_temp.add('{"source_type": "upload", "url": "/x.mp4", "duration_ms": 1000}'), 'refused', 'a duration nobody said');
select is(pg_temp.add('{"source_type": "upload", "url": "/x.mp4", "completion_threshold": 101}'), 'refused', 'a threshold above 100');
select is(pg_temp.add('{"source_type": "upload", "url": "/x.mp4", "accepted_evidence": ["believed"]}'), 'refused', 'evidence of an unknown grade');

select * from finish();
rollback;
