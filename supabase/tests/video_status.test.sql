-- One function moves a video, and only along its way.
begin;
create extension if not exists pgtap;
select plan(38);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'e2', 'd1']) as who;
insert into public.creators (id, user_id, name) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000e2', 'Two');
insert into public.videos (id, creator_id, title, source_type, youtube_video_id, duration_ms, duration_source) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'By address', 'youtube', 'aqz-KE-bpKQ', 90000, 'pipeline'),
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000c1', 'Uploaded', 'upload', null, null, null),
  ('00000000-0000-4000-8000-0000000000f3', '00000000-0000-4000-8000-0000000000c1', 'Too large', 'upload', null, null, null);

create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', '00000000-0000-4000-8000-0000000000' || p_user))::text, true)
$$;
create function pg_temp.move(p_video text, p_status text, p_error text default null) returns text language sql volatile as $$
  select public.set_video_status(('00000000-0000-4000-8000-0000000000' || p_video)::uuid, p_status, p_error) ->> 'status'
$$;
create function pg_temp.hint_of(p_video text, p_status text) returns text language plpgsql volatile as $$
declare
  v_hint text;
begin
  perform pg_temp.move(p_video, p_status);
  return 'moved';
exception when sqlstate 'PT409' then
  get stacked diagnostics v_hint = pg_exception_hint;
  return v_hint;
end
$$;
create function pg_temp.imports(p_video text) returns bigint language sql stable as $$
  select count(*) from public.video_analytics_events
  where event_type = 'video_imported' and video_id = ('00000000-0000-4000-8000-0000000000' || p_video)::uuid
$$;

-- the table of moves
select is_empty(
  $$ select from_status, to_status from private.video_status_moves() where from_status = to_status
     union all select from_status, to_status from private.video_status_moves() group by 1, 2 having count(*) > 1 $$,
  'a move leads somewhere, and is listed once'
);
select is_empty(
  $$ select status from unnest(array['pending', 'uploading', 'transcribing', 'embedding', 'ready', 'failed']) as status
     where status not in (select from_status from private.video_status_moves())
       or status not in (select to_status from private.video_status_moves()) $$,
  'every state is reached and left'
);

-- who
select pg_temp.act_as('anon');
select throws_ok($$ select pg_temp.move('f1', 'ready') $$, '42501', null, 'anon moves nothing');
select pg_temp.act_as('authenticated', 'e2');
select throws_ok($$ select pg_temp.move('f1', 'ready') $$, 'PT403', 'not allowed', 'nor another creator');
select throws_ok($$ select pg_temp.move('f9', 'ready') $$, 'PT403', 'not allowed', 'who does not learn what exists');
select pg_temp.act_as('authenticated', 'd1');
select throws_ok($$ select pg_temp.move('f1', 'ready') $$, 'PT403', 'not allowed', 'nor somebody who is no creator at all');

-- malformed
select pg_temp.act_as('authenticated', 'e1');
select throws_ok($$ select pg_temp.move('f1', 'done') $$, 'PT400', 'unknown status', 'an unknown status');
select throws_ok($$ select pg_temp.move('f1', null) $$, 'PT400', 'unknown status', 'no status');
select throws_ok($$ select pg_temp.move('f1', 'failed') $$, 'PT400', 'p_error belongs to failed', 'a failure without a reason');
select throws_ok($$ select pg_temp.move('f1', 'ready', 'Why?') $$, 'PT400', 'p_error belongs to failed', 'a reason without a failure');

-- by address
select is(pg_temp.hint_of('f1', 'uploading'), 'From pending it can become: ready.', 'a video by address is not uploaded');
select is(pg_temp.hint_of('f1', 'transcribing'), 'From pending it can become: ready.', 'a step that costs money is the pipeline''s');
select is(pg_temp.move('f1', 'ready'), 'ready', 'a video by address is ready when its creator says so');
reset role;
select results_eq(
  $$ select metadata, creator_id from public.video_analytics_events where event_type = 'video_imported' $$,
  $$ values ('{"source_type": "youtube", "duration_seconds": 90.000}'::jsonb, '00000000-0000-4000-8000-0000000000c1'::uuid) $$,
  'that is its import'
);
select pg_temp.act_as('authenticated', 'e1');
select is(pg_temp.hint_of('f1', 'ready'), 'From ready it can become: nothing by you.', 'the same move again is none');
select pg_temp.act_as('service_role');
select is(pg_temp.hint_of('f1', 'pending'), 'From ready it can become: transcribing, embedding.', 'the hint lists what is legal');
select is(pg_temp.move('f1', 'transcribing'), 'transcribing', 'the pipeline takes it again');
select is(pg_temp.hint_of('f1', 'transcribing'), 'From transcribing it can become: embedding, ready, failed.', 'a second worker does not get it');
select is(pg_temp.move('f1', 'failed', repeat('x', 2000)), 'failed', 'it fails');
select is(pg_temp.move('f1', 'transcribing'), 'transcribing', 'is tried again');
select is(pg_temp.move('f1', 'embedding') || ' ' || pg_temp.move('f1', 'ready'), 'embedding ready', 'and succeeds');
reset role;
select results_eq(
  $$ select error, imported_at = now() from public.videos where id = '00000000-0000-4000-8000-0000000000f1' $$,
  $$ values (null::text, true) $$, 'a success leaves no error behind'
);
select pg_temp.act_as('service_role');
select isnt(public.track_video_event('video_imported', '00000000-0000-4000-8000-0000000000f1'), null, 'who tells it again is given the event');
reset role;
select is(pg_temp.imports('f1'), 1::bigint, 'it was imported once');

-- by upload
select pg_temp.act_as('service_role');
select is(pg_temp.hint_of('f2', 'ready'), 'From pending it can become: uploading, failed.', 'nobody skips the upload');
select pg_temp.act_as('authenticated', 'e1');
select is(pg_temp.move('f2', 'uploading') || ' ' || pg_temp.move('f2', 'pending') || ' ' || pg_temp.move('f2', 'uploading'), 'uploading pending uploading', 'an upload begins, is given up, begins again');
select is(
  pg_temp.hint_of('f2', 'ready'),
  'Upload it to bucket chronos-videos, path 00000000-0000-4000-8000-0000000000c1/00000000-0000-4000-8000-0000000000f2/{filename}, and send the status again.',
  'without its file it is not ready'
);
select pg_temp.act_as('service_role');
insert into storage.objects (bucket_id, name, metadata) values
  ('chronos-videos', '00000000-0000-4000-8000-0000000000c1/00000000-0000-4000-8000-0000000000f2/film.mp4', '{"contentLength": 5}');
select pg_temp.act_as('authenticated', 'e1');
select matches(pg_temp.hint_of('f2', 'ready'), '^Upload it to', 'nor with one that is still coming');
select pg_temp.act_as('service_role');
update storage.objects set metadata = '{"size": 5000, "contentLength": 5000}';
select pg_temp.act_as('authenticated', 'e1');
select is(pg_temp.move('f2', 'ready'), 'ready', 'with it, it is');
reset role;
select results_eq(
  $$ select storage_path, file_size_bytes, imported_at is not null from public.videos where id = '00000000-0000-4000-8000-0000000000f2' $$,
  $$ values ('00000000-0000-4000-8000-0000000000c1/00000000-0000-4000-8000-0000000000f2/film.mp4', 5000::bigint, true) $$,
  'its file is the one that lies there, as long as Storage counted'
);
select is(pg_temp.imports('f2'), 1::bigint, 'and it is imported');

-- too large: it came while the plan allowed more
insert into storage.objects (bucket_id, name, metadata) values
  ('chronos-videos', '00000000-0000-4000-8000-0000000000c1/00000000-0000-4000-8000-0000000000f3/film.mp4', '{"size": 5001}');
update public.creator_tiers set max_video_bytes = 5000 where tier = 'basic';
select pg_temp.act_as('authenticated', 'e1');
select is(pg_temp.move('f3', 'uploading') || ' ' || pg_temp.move('f3', 'ready'), 'uploading failed', 'a file over the tier is never ready');
select is(
  (select error from public.videos where id = '00000000-0000-4000-8000-0000000000f3'),
  'The file has 5001 bytes; the plan allows 5000 per video.', 'and says why'
);
select is((select storage_path from public.videos where id = '00000000-0000-4000-8000-0000000000f3'), null, 'it is nothing to play');
select is(pg_temp.imports('f3'), 0::bigint, 'and was not imported');
select set_config('storage.allow_delete_query', 'true', true);
with gone as (delete from storage.objects where name like '%f3/film.mp4' returning name)
select is((select count(*) from gone), 1::bigint, 'its creator removes it');
select results_eq(
  $$ select status, error like 'The file has%', file_size_bytes from public.videos where id = '00000000-0000-4000-8000-0000000000f3' $$,
  $$ values ('failed', true, null::bigint) $$, 'and pays no longer'
);

reset role;

-- empty
insert into storage.objects (bucket_id, name, metadata) values
  ('chronos-videos', '00000000-0000-4000-8000-0000000000c1/00000000-0000-4000-8000-0000000000f3/none.mp4', '{"size": 0}');
select pg_temp.act_as('authenticated', 'e1');
select pg_temp.move('f3', 'uploading'), pg_temp.move('f3', 'ready');
select results_eq(
  $$ select status, error, storage_path, file_size_bytes from public.videos where id = '00000000-0000-4000-8000-0000000000f3' $$,
  $$ values ('failed', 'The file is empty.', null::text, null::bigint) $$, 'an empty file fails and says so'
);

reset role;
select * from finish();
rollback;
