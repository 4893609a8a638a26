-- A video is whole: the columns of its source are there, those of every other source are not.
begin;
create extension if not exists pgtap;
select plan(40);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');

create function pg_temp.add(p_columns jsonb) returns text language plpgsql volatile as $$
begin
  insert into public.videos (creator_id, title, source_type, url, youtube_video_id, mux_playback_id, embed_type, embed_id, storage_path, duration_ms, duration_source, completion_threshold, accepted_evidence, captions, chapters)
  select '00000000-0000-4000-8000-0000000000c1', 'Video', v.source_type, v.url, v.youtube_video_id, v.mux_playback_id, v.embed_type, v.embed_id, v.storage_path, v.duration_ms, v.duration_source,
    coalesce(v.completion_threshold, 90), coalesce(v.accepted_evidence, '{measured}'), coalesce(v.captions, '[]'), coalesce(v.chapters, '[]')
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

-- Captions and chapters reach every viewer, so nothing else may hide in them.
create function pg_temp.add_list(p_column text, p_list text) returns text language sql volatile as $$
  select pg_temp.add(jsonb_build_object('source_type', 'upload', 'url', '/x.mp4', p_column, p_list::jsonb))
$$;
select is(pg_temp.add_list('captions', '[{"src": "/x.en.vtt", "srclang": "en", "label": "English"}, {"src": "/x.pt.vtt", "srclang": "pt-BR", "label": "Português"}]'), 'added', 'captions');
select is(pg_temp.add_list('captions', '{}'), 'refused', 'captions that are no list');
select is(pg_temp.add_list('captions', '["/x.vtt"]'), 'refused', 'a caption that is no object');
select is(pg_temp.add_list('captions', '[null]'), 'refused', 'a caption that is nothing');
select is(pg_temp.add_list('captions', '[{"src": "/x.vtt", "srclang": "en"}]'), 'refused', 'a caption without a label');
select is(pg_temp.add_list('captions', '[{"src": "/x.vtt", "srclang": "en", "label": "English", "note": "hidden"}]'), 'refused', 'a caption with a key of its own');
select is(pg_temp.add_list('captions', '[{"src": {"note": "hidden"}, "srclang": "en", "label": "English"}]'), 'refused', 'an address that is an object');
select is(pg_temp.add_list('captions', '[{"src": "", "srclang": "en", "label": "English"}]'), 'refused', 'an address of nothing');
select is(pg_temp.add_list('captions', jsonb_build_array(jsonb_build_object('src', '/x.vtt', 'srclang', 'en', 'label', repeat('x', 201)))::text), 'refused', 'a label without end');

select is(pg_temp.add_list('chapters', '[{"start_ms": 0, "end_ms": 5800, "title": "One"}, {"start_ms": 5800, "end_ms": 9000, "title": "Two"}]'), 'added', 'chapters');
select is(pg_temp.add_list('chapters', '{}'), 'refused', 'chapters that are no list');
select is(pg_temp.add_list('chapters', '[{"start_ms": 0, "title": "One"}]'), 'refused', 'a chapter without an end');
select is(pg_temp.add_list('chapters', '[{"start_ms": 0, "end_ms": 1000, "title": "One", "note": "hidden"}]'), 'refused', 'a chapter with a key of its own');
select is(pg_temp.add_list('chapters', '[{"start_ms": "0", "end_ms": 1000, "title": "One"}]'), 'refused', 'a start that is text');
select is(pg_temp.add_list('chapters', '[{"start_ms": 0.5, "end_ms": 1000, "title": "One"}]'), 'refused', 'a start between milliseconds');
select is(pg_temp.add_list('chapters', '[{"start_ms": 0, "end_ms": 1e99, "title": "One"}]'), 'refused', 'an end beyond every video');
select is(pg_temp.add_list('chapters', '[{"start_ms": 1000, "end_ms": 1000, "title": "One"}]'), 'refused', 'a chapter that ends before it began');
select is(pg_temp.add_list('chapters', jsonb_build_array(jsonb_build_object('start_ms', 0, 'end_ms', 1, 'title', repeat('x', 201)))::text), 'refused', 'a title without end');

-- Even what came in past the check goes out by name.
alter table public.videos drop constraint videos_captions_are_whole, drop constraint videos_chapters_are_whole;
insert into public.videos (id, creator_id, title, source_type, url, status, access, captions, chapters)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Video', 'upload', '/x.mp4', 'ready', 'public',
  '[{"src": "/b.vtt", "srclang": "en", "label": "B", "note": "hidden"}, {"src": "/a.vtt", "srclang": "de", "label": "A"}]',
  '[{"start_ms": 0, "end_ms": 1, "title": "One", "note": "hidden"}]');
select is(
  public.get_player_video('00000000-0000-4000-8000-0000000000f1') -> 'captions',
  '[{"src": "/b.vtt", "srclang": "en", "label": "B"}, {"src": "/a.vtt", "srclang": "de", "label": "A"}]'::jsonb, 'captions by name, in their order'
);
select is(
  public.get_player_video('00000000-0000-4000-8000-0000000000f1') -> 'chapters',
  '[{"start_ms": 0, "end_ms": 1, "title": "One"}]'::jsonb, 'chapters by name'
);

select * from finish();
rollback;
