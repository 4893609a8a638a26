-- Files in Storage: who puts them where, who sees them, and how large they may be. The Storage API is acted out: it asks
-- the policies as its caller, and writes the row of the finished file as service_role.
begin;
create extension if not exists pgtap;
select plan(47);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'e2', 'd1', 'd2']) as who;
insert into public.creators (id, user_id, name, tier) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One', 'basic'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000e2', 'Two', 'pro');
insert into public.students (id, user_id) values
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000d1');
insert into public.courses (id, creator_id, title, is_published) values
  ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000c1', 'Course', true);
insert into public.course_modules (id, course_id, title, module_order) values
  ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000b1', 'First', 1);
insert into public.enrollments (course_id, student_id) values
  ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000a1');
insert into public.videos (id, creator_id, title, source_type, url, youtube_video_id, access) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Enrolled', 'upload', null, null, 'enrolled'),
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000c1', 'Public', 'upload', null, null, 'public'),
  ('00000000-0000-4000-8000-0000000000f3', '00000000-0000-4000-8000-0000000000c2', 'Foreign', 'upload', null, null, 'enrolled'),
  ('00000000-0000-4000-8000-0000000000f4', '00000000-0000-4000-8000-0000000000c1', 'Elsewhere', 'youtube', null, 'aqz-KE-bpKQ', 'public'),
  ('00000000-0000-4000-8000-0000000000f5', '00000000-0000-4000-8000-0000000000c2', 'Large', 'upload', null, null, 'enrolled');
insert into public.module_lessons (module_id, video_id, lesson_order) values
  ('00000000-0000-4000-8000-000000000bb1', '00000000-0000-4000-8000-0000000000f1', 1);

create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', '00000000-0000-4000-8000-0000000000' || p_user))::text, true)
$$;
create function pg_temp.path(p_creator text, p_video text, p_file text default 'film.mp4') returns text language sql immutable as $$
  select format('00000000-0000-4000-8000-0000000000%s/00000000-0000-4000-8000-0000000000%s/%s', p_creator, p_video, p_file)
$$;
-- What Storage asks before the first byte: an insert that it rolls back.
create function pg_temp.may_upload(p_path text, p_metadata jsonb, p_bucket text default 'chronos-videos') returns boolean language plpgsql volatile as $$
begin
  insert into storage.objects (bucket_id, name, metadata, version) values (p_bucket, p_path, p_metadata, '1');
  raise sqlstate 'ROLLB';
exception
  when sqlstate 'ROLLB' then return true;
  when insufficient_privilege then return false;
end
$$;
-- The row of a file that has arrived.
create function pg_temp.arrives(p_path text, p_bytes numeric, p_bucket text default 'chronos-videos') returns void language sql volatile as $$
  insert into storage.objects (bucket_id, name, metadata) values (p_bucket, p_path, jsonb_build_object('size', p_bytes, 'mimetype', 'video/mp4'))
  on conflict (bucket_id, name) do update set metadata = excluded.metadata
$$;
create function pg_temp.seen() returns text language sql stable as $$
  select coalesce(string_agg(substr(name, 72, 2), ' ' order by name), 'nothing') from storage.objects where bucket_id = 'chronos-videos'
$$;

-- the buckets
select results_eq(
  $$ select id, public, file_size_limit from storage.buckets where id like 'chronos-%' order by id $$,
  $$ values ('chronos-thumbnails', true, 5242880::bigint), ('chronos-videos', false, 10737418240) $$,
  'videos are private, posters are public by address'
);
select ok(not allowed_mime_types @> '{image/svg+xml}', 'no picture that can carry script') from storage.buckets where id = 'chronos-thumbnails';

-- the path
select results_eq(
  $$ select * from private.read_video_path(pg_temp.path('c1', 'f1')) $$,
  $$ values ('00000000-0000-4000-8000-0000000000c1'::uuid, '00000000-0000-4000-8000-0000000000f1'::uuid) $$, 'a path names creator and video'
);
select is_empty(
  $$ select path from unnest(array[
       '', '/', 'film.mp4', 'a/b/film.mp4', pg_temp.path('c1', 'f1', ''), pg_temp.path('c1', 'f1', '..'), pg_temp.path('c1', 'f1', 'a/film.mp4'),
       '/' || pg_temp.path('c1', 'f1'), upper(pg_temp.path('c1', 'f1')), pg_temp.path('c1', 'zz'), pg_temp.path('c1', 'f1') || repeat('x', 255),
       replace(pg_temp.path('c1', 'f1'), '-', ''), E'\n' || pg_temp.path('c1', 'f1')
     ]) as path where (private.read_video_path(path)).video_id is not null $$,
  'every other path names nothing, and is no error'
);

-- anon
select pg_temp.act_as('anon');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f1'), '{"contentLength": 1}'), false, 'anon uploads nothing');

-- the creator
select pg_temp.act_as('authenticated', 'e1');
select ok(pg_temp.may_upload(pg_temp.path('c1', 'f1'), '{"contentLength": 1000, "mimetype": "video/mp4"}'), 'a creator uploads to his own video');
select ok(pg_temp.may_upload(pg_temp.path('c1', 'f1'), '{"contentLength": 2147483648}'), 'as much as his tier allows');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f1'), '{"contentLength": 2147483649}'), false, 'and not a byte more');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f1'), '{"contentLength": 1e99}'), false, 'nor a number beyond all');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f1'), '{"contentLength": "1"}'), false, 'nor a length that is text');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f1'), '{"mimetype": "video/mp4"}'), false, 'nor what announces no length');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f1'), null), false, 'nor what announces nothing');
select is(pg_temp.may_upload(pg_temp.path('c2', 'f3'), '{"contentLength": 1}'), false, 'not into another creator''s folder');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f3'), '{"contentLength": 1}'), false, 'not for another creator''s video');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f9'), '{"contentLength": 1}'), false, 'not for no video');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f4'), '{"contentLength": 1}'), false, 'not for a video that lies elsewhere');
select is(pg_temp.may_upload('film.mp4', '{"contentLength": 1}'), false, 'not where no uuid is, which is no error');
select is(pg_temp.may_upload('c1/f1ilm.mp4', '{"contentLength": 1}'), false, 'not where something else is');
select set_config('storage.operation', 'storage.object.sign_upload_url', true);
select is(pg_temp.may_upload(pg_temp.path('c1', 'f1'), '{"contentLength": 1}'), false, 'not by a signed address, which binds no length');
select ok(pg_temp.may_upload(pg_temp.path('c1', 'f1', 'poster.webp'), null, 'chronos-thumbnails'), 'a poster by whatever way');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f1', 'poster.webp'), '{"size": 5242881}', 'chronos-thumbnails'), false, 'but none of the size of a film');
select set_config('storage.operation', '', true);
select is(pg_temp.may_upload(pg_temp.path('c2', 'f3', 'poster.webp'), null, 'chronos-thumbnails'), false, 'but no other creator''s');

-- the file arrives, whoever let it in
select pg_temp.act_as('service_role');
select lives_ok($$ select pg_temp.arrives(pg_temp.path('c1', 'f1'), 2147483648) $$, 'Storage writes the row of the finished file');
select throws_ok($$ select pg_temp.arrives(pg_temp.path('c1', 'f2'), 2147483649) $$, '42501', 'file too large', 'but not of one larger than the tier, so it deletes that again');
select lives_ok($$ select pg_temp.arrives(pg_temp.path('c2', 'f5'), 5368709120) $$, 'a larger tier takes a larger one');
select throws_ok($$ select pg_temp.arrives('film.mp4', 1) $$, '42501', 'no video has this path', 'nothing lies here but videos');
select throws_ok($$ select pg_temp.arrives(pg_temp.path('c2', 'f1'), 1) $$, '42501', 'no video has this path', 'each in its creator''s folder');
select lives_ok($$ select pg_temp.arrives(pg_temp.path('c1', 'f2'), 1000); select pg_temp.arrives(pg_temp.path('c2', 'f3'), 1000) $$, 'two more');
reset role;
update public.videos as v set status = 'ready', storage_path = o.name, file_size_bytes = private.stored_bytes(o.metadata)
from storage.objects as o where o.bucket_id = 'chronos-videos' and v.id = (private.read_video_path(o.name)).video_id;

-- who sees what
select pg_temp.act_as('anon');
select is(pg_temp.seen(), 'f2', 'anon lists what anybody may play');
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.seen(), 'f1 f2', 'a student also the lessons of his course');
select pg_temp.act_as('authenticated', 'd2');
select is(pg_temp.seen(), 'f2', 'a student of no course does not');
select pg_temp.act_as('authenticated', 'e1');
select is(pg_temp.seen(), 'f1 f2', 'a creator his own files');
select pg_temp.act_as('authenticated', 'e2');
select is(pg_temp.seen(), 'f2 f3 f5', 'and no other''s');

-- a video has its file once
select pg_temp.act_as('authenticated', 'e1');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f1', 'other.mp4'), '{"contentLength": 1}'), false, 'a file that was watched is not replaced by another');
update storage.objects set metadata = '{"size": 1}' where bucket_id = 'chronos-videos';
update storage.objects set name = pg_temp.path('c1', 'f1', 'moved.mp4') where bucket_id = 'chronos-videos';
select set_config('storage.allow_delete_query', 'true', true);
delete from storage.objects where bucket_id = 'chronos-videos';
reset role;
select is((select count(*) from storage.objects where metadata ->> 'size' <> '1' and name like '%/film.mp4'), 4::bigint, 'nor overwritten, nor moved, nor deleted');

-- deleted
update public.videos set is_deleted = true where id = '00000000-0000-4000-8000-0000000000f2';
select pg_temp.act_as('anon');
select is(pg_temp.seen(), 'nothing', 'the file of a deleted video is seen by nobody');
select pg_temp.act_as('authenticated', 'd1');
select is(pg_temp.seen(), 'f1', 'students included');
select pg_temp.act_as('authenticated', 'e1');
select is(pg_temp.seen(), 'f1', 'and its creator');
delete from storage.objects where name = pg_temp.path('c1', 'f2');
select set_config('storage.operation', 'storage.object.delete', true);
select is(pg_temp.seen(), 'f1 f2', 'unless he clears up');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f2', 'again.mp4'), '{"contentLength": 1}'), false, 'he puts nothing new there');
with gone as (delete from storage.objects where name = pg_temp.path('c1', 'f2') returning name)
select is((select count(*) from gone), 1::bigint, 'which he may');
select set_config('storage.operation', '', true);
reset role;
select results_eq(
  $$ select status, storage_path, file_size_bytes from public.videos where id = '00000000-0000-4000-8000-0000000000f2' $$,
  $$ values ('ready', null::text, null::bigint) $$, 'it costs no storage any more'
);

-- a file taken away by the operator
select pg_temp.act_as('service_role');
delete from storage.objects where name = pg_temp.path('c1', 'f1');
reset role;
select results_eq(
  $$ select status, error, storage_path from public.videos where id = '00000000-0000-4000-8000-0000000000f1' $$,
  $$ values ('failed', 'Its file was removed from storage.', null::text) $$, 'a video whose file is gone says so'
);
select pg_temp.act_as('authenticated', 'e1');
select ok(pg_temp.may_upload(pg_temp.path('c1', 'f1', 'again.mp4'), '{"contentLength": 1}'), 'and takes another');

-- other buckets of the project
reset role;
insert into storage.buckets (id, name) values ('other', 'other');
insert into storage.objects (bucket_id, name, metadata) values ('other', pg_temp.path('c1', 'f1'), '{"size": 1e12}');
select pg_temp.act_as('authenticated', 'e1');
select is((select count(*) from storage.objects where bucket_id = 'other'), 0::bigint, 'in other buckets these rules let nobody in');
select is(pg_temp.may_upload(pg_temp.path('c1', 'f1'), '{"contentLength": 1}', 'other'), false, 'nor anything');
reset role;
select lives_ok($$ delete from storage.objects where bucket_id = 'other' $$, 'nor stand in anybody''s way');

select * from finish();
rollback;
