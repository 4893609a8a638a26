-- A video is whole: the columns of its source are there, those of every other source are not.
begin;
create extension if not exists pgtap;
select plan(56);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');

create function pg_temp.add(p_columns jsonb) returns text language plpgsql volatile as $$
declare
  v_columns text;
begin
  select string_agg(quote_ident(key), ', ') into v_columns from jsonb_object_keys(p_columns) as key;
  execute format(
    'insert into public.videos (creator_id, title%1$s) select %2$L, ''Video''%1$s from jsonb_populate_record(null::public.videos, $1)',
    coalesce(', ' || v_columns, ''), '00000000-0000-4000-8000-0000000000c1'
  ) using p_columns;
  return 'added';
exception when check_violation or not_null_violation then
  return 'refused';
end
$$;
create function pg_temp.source(p_source_type text, p_columns jsonb default '{}') returns text language sql volatile as $$
  select pg_temp.add(jsonb_build_object('source_type', p_source_type) || p_columns)
$$;

-- Every source with what makes it whole.
create temporary table sources (source_type text, own jsonb);
insert into sources values
  ('youtube', '{"youtube_video_id": "aqz-KE-bpKQ"}'),
  ('mux', '{"mux_playback_id": "DS00Spx1CV902MCtPj5WknGlR102V5HFkDe"}'),
  ('loom', '{"embed_type": "loom", "embed_id": "0281766fa2d04bb788eaf19e65135184"}'),
  ('vimeo', '{"embed_type": "vimeo", "embed_id": "76979871"}'),
  ('wistia', '{"embed_type": "wistia", "embed_id": "e4a27b971d"}'),
  ('upload', '{"url": "/x.mp4"}');

select is_empty(
  $$ select source_type from sources where pg_temp.source(source_type, own) <> 'added' $$, 'every source that is whole'
);
select is_empty(
  $$ select source_type || ' without ' || key from sources, jsonb_object_keys(own) as key
     where pg_temp.source(source_type, own - key || '{"status": "ready"}') <> 'refused' $$,
  'none of which a part is missing'
);
-- What belongs to one source alone, in any other.
select is_empty(
  $$ select sources.source_type || ' with ' || foreign_column.key
     from sources, jsonb_each_text('{
       "youtube_video_id": "aqz-KE-bpKQ", "youtube_channel_id": "UCSMOQeBJ2RAnuFungnQOxLg", "mux_asset_id": "abc",
       "mux_playback_id": "DS00Spx1CV902MCtPj5WknGlR102V5HFkDe", "embed_id": "76979871", "embed_type": "vimeo", "file_size_bytes": "1"
     }') as foreign_column
     where not (sources.own ? foreign_column.key and sources.source_type <> 'loom' and sources.source_type <> 'wistia')
       and not (sources.source_type = 'youtube' and foreign_column.key = 'youtube_channel_id')
       and not (sources.source_type = 'mux' and foreign_column.key = 'mux_asset_id')
       and not (sources.source_type = 'upload' and foreign_column.key = 'file_size_bytes')
       and pg_temp.source(sources.source_type, sources.own || jsonb_build_object(foreign_column.key, foreign_column.value)) <> 'refused' $$,
  'none that carries what is another''s'
);
select is(pg_temp.source('youtube', '{"youtube_video_id": "aqz-KE-bpKQ", "embed_type": "youtube"}'), 'added', 'youtube that says so twice');
select is(pg_temp.source('youtube', '{"youtube_video_id": "aqz-KE-bpKQ", "embed_id": "aqz-KE-bpKQ"}'), 'refused', 'but not as an embed');
select is(pg_temp.add('{}'), 'refused', 'no source');
select is(pg_temp.add('{"source_type": null, "url": "/x.mp4"}'), 'refused', 'a source that is null');
select is(pg_temp.source('tape'), 'refused', 'an unknown source');

-- Uploads wait for their file; nothing else does.
select is(pg_temp.source('upload'), 'added', 'an upload that waits for its file');
select is_empty(
  $$ select status from unnest(array['transcribing', 'embedding', 'ready']) as status
     where pg_temp.source('upload', jsonb_build_object('status', status)) <> 'refused' $$,
  'but none that is further without it'
);
create function pg_temp.stored(p_path text) returns text language sql volatile as $$
  select pg_temp.source('upload', jsonb_build_object('id', '00000000-0000-4000-8000-0000000000f9', 'status', 'ready', 'storage_path', p_path))
$$;
select is(pg_temp.stored('00000000-0000-4000-8000-0000000000c1/00000000-0000-4000-8000-0000000000f9/x.mp4'), 'added', 'a file in its own folder');
delete from public.videos where id = '00000000-0000-4000-8000-0000000000f9';
select is(pg_temp.stored('00000000-0000-4000-8000-0000000000c2/00000000-0000-4000-8000-0000000000f9/x.mp4'), 'refused', 'no file in another creator''s folder');
select is(pg_temp.stored('00000000-0000-4000-8000-0000000000c1/00000000-0000-4000-8000-0000000000f8/x.mp4'), 'refused', 'nor in another video''s');

-- Ids as the services make them; packages/local/testing/source-ids.test.ts holds them equal to what the player reads.
select is_empty(
  $$ select id from (values ('youtube', 'short'), ('youtube', 'videoseries'), ('youtube', 'live_stream'), ('mux', 'abc'),
       ('mux', repeat('a', 101)), ('mux', repeat('a', 19) || '-'), ('loom', '0281766fa2d04bb788eaf19e651351840'), ('loom', upper('0281766fa2d04bb788eaf19e65135184')),
       ('vimeo', '0123'), ('vimeo', '1234567890123'), ('vimeo', '76979871/xyz'), ('wistia', 'E4A27B971D'), ('wistia', 'e4a27b971'),
       ('upload', 'x'), ('tape', 'x'), ('vimeo', E'76979871\n')) as wrong (source_type, id)
     where private.is_source_id(source_type, id) $$,
  'ids that are none of theirs'
);
select ok(private.is_source_id('vimeo', '76979871/8272103f6e'), 'an unlisted Vimeo video names its hash');

select is(pg_temp.source('upload', '{"url": "/x.mp4", "duration_ms": 0, "duration_source": "pipeline"}'), 'refused', 'a duration of nothing');
select is(pg_temp.source('upload', '{"url": "/x.mp4", "duration_ms": 1000}'), 'added', 'a duration of which nobody says who found it');
select is(pg_temp.source('upload', '{"url": "/x.mp4", "duration_source": "creator"}'), 'refused', 'a word about no duration');
select is(pg_temp.source('upload', '{"completion_threshold": 101}'), 'refused', 'a threshold above 100');
select is(pg_temp.source('upload', '{"completion_threshold": 0}'), 'refused', 'a threshold of nothing');
select is(pg_temp.source('upload', '{"accepted_evidence": ["believed"]}'), 'refused', 'evidence of an unknown grade');
select is(pg_temp.source('upload', '{"accepted_evidence": ["measured", "measured", "measured", "measured", "measured", "measured"]}'), 'refused', 'or the same grade without end');
select is(pg_temp.source('upload', '{"status": "lost"}'), 'refused', 'an unknown status');
select is(pg_temp.source('upload', '{"error": "Why?"}'), 'refused', 'an error of what did not fail');
select is(pg_temp.source('upload', '{"status": "failed", "error": "The file is broken."}'), 'added', 'an error of what did');
select is(pg_temp.source('upload', '{"access": "friends"}'), 'refused', 'an unknown access rule');
select is(pg_temp.source('upload', '{"file_size_bytes": 0}'), 'refused', 'a file of nothing');
select is(pg_temp.source('upload', jsonb_build_object('transcript', repeat('x', 2000001))), 'refused', 'a transcript without end');
select is(pg_temp.source('upload', '{"allowed_origins": ["https://school.example", "http://localhost:3000", "capacitor://localhost"]}'), 'added', 'web origins');
select is_empty(
  $$ select origin from unnest(array['school.example', 'https://school.example/', 'https://School.example', 'https://school.example/path', 'null', '', null]) as origin
     where pg_temp.source('upload', jsonb_build_object('allowed_origins', jsonb_build_array(origin))) <> 'refused' $$,
  'what no browser sends as an origin'
);
select is(
  (select count(*) from pg_constraint where conrelid = 'public.videos'::regclass and conname like 'videos_allowed_origins%')
    + (select count(*) from pg_trigger where tgrelid = 'public.videos'::regclass and tgname like '%origin%'), 2::bigint, 'one rule says what an origin is, one how many'
);
select is(pg_temp.source('upload', '{"allowed_origins": []}'), 'refused', 'a list of no origins, which nobody could play');

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
select is(pg_temp.add_list('chapters', '[{"start_ms": 0, "end_ms": 10000, "title": "One"}, {"start_ms": 9000, "end_ms": 12000, "title": "Two"}]'), 'refused', 'a chapter that begins in another');
select is(pg_temp.add_list('chapters', '[{"start_ms": 5000, "end_ms": 9000, "title": "Two"}, {"start_ms": 0, "end_ms": 5000, "title": "One"}]'), 'refused', 'chapters out of order');
select is(pg_temp.add_list('chapters', jsonb_build_array(jsonb_build_object('start_ms', 0, 'end_ms', 1, 'title', repeat('x', 201)))::text), 'refused', 'a title without end');

-- Who writes what.
set local role service_role;
select throws_ok($$ update public.videos set status = 'ready' $$, '42501', null, 'the operator''s own key moves no status past set_video_status()');
select throws_ok($$ update public.videos set storage_path = 'x' $$, '42501', null, 'nor names a file');
select throws_ok($$ update public.videos set youtube_video_id = 'aqz-KE-bpKQ' $$, '42501', null, 'nor changes a source that was watched');
select lives_ok($$ update public.videos set duration_ms = 1000, duration_source = 'pipeline' $$, 'it writes what it found out');
reset role;

select * from finish();
rollback;
