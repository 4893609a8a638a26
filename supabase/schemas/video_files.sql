-- Files of uploaded videos, in Supabase Storage.
--
-- chronos-videos      the videos, private: read by whoever may play them
-- chronos-thumbnails  their posters, public by address: course pages show them to people who are not students yet
--
-- Both keep {creator_id}/{video_id}/{filename}. A creator writes into his own folder, for his own video. A video gets its
-- file once: replacing the file of a video that has been watched would falsify what was measured.
--
-- How a size limit can hold, since the bytes never come through the database. Storage asks the insert policy before it
-- takes the first byte, with the announced length in metadata.contentLength (since March 2026; a resumable upload can
-- not send more than it announced). It writes the row again when the file is there, as service_role, with the counted
-- length in metadata.size: policies are not asked then, but a trigger is, and when it raises, Storage deletes the file.
-- set_video_status() looks a third time before anything is ready. Nothing here works on the files themselves.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('chronos-videos', 'chronos-videos', false, 10 * 1073741824::bigint,
    array['video/mp4', 'video/webm', 'video/quicktime', 'video/x-m4v']),
  -- No SVG: it can carry script.
  ('chronos-thumbnails', 'chronos-thumbnails', true, 5 * 1048576,
    array['image/jpeg', 'image/png', 'image/webp', 'image/avif'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- A path is text that anybody may send: it becomes uuids only where it has their form, so that no path is an error.
create function private.read_video_path(p_name text, out creator_id uuid, out video_id uuid)
language sql immutable strict set search_path = ''
as $$
  select part[1]::uuid, part[2]::uuid
  from regexp_match(
    p_name,
    '^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?!\.{1,2}$)[^/]{1,255}$'
  ) as part;
$$;
comment on function private.read_video_path(text) is 'Creator and video of {creator_id}/{video_id}/{filename}; nulls for any other path.';
revoke all on function private.read_video_path(text) from public;

create function private.stored_bytes(p_metadata jsonb) returns numeric
language sql immutable set search_path = ''
as $$
  select case
    when jsonb_typeof(p_metadata -> 'size') = 'number' then (p_metadata ->> 'size')::numeric
    when jsonb_typeof(p_metadata -> 'contentLength') = 'number' then (p_metadata ->> 'contentLength')::numeric
  end;
$$;
comment on function private.stored_bytes(jsonb) is 'Length of a file by what Storage knows of it: counted, before that announced; null when neither.';
revoke all on function private.stored_bytes(jsonb) from public;

create function private.max_video_bytes(p_creator_id uuid) returns bigint
language sql stable set search_path = ''
as $$
  select creator_tiers.max_video_bytes
  from public.creators
  inner join public.creator_tiers on creator_tiers.tier = creators.tier
  where creators.id = p_creator_id;
$$;
comment on function private.max_video_bytes(uuid) is 'Largest file the creator''s tier allows, in bytes.';
revoke all on function private.max_video_bytes(uuid) from public;

create function private.my_video_of_path(p_name text) returns public.videos
language sql stable set search_path = ''
as $$
  select videos
  from private.read_video_path(p_name) as path
  inner join public.videos on videos.id = path.video_id and videos.creator_id = path.creator_id
  where videos.creator_id = private.my_creator_id();
$$;
comment on function private.my_video_of_path(text) is 'The video a path names, if it is the signed-in creator''s and stands in its own folder.';
revoke all on function private.my_video_of_path(text) from public;

-- The policies below ask these. Definer, since a policy runs with the rights of the caller.
create function private.may_read_file(p_bucket_id text, p_name text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_video public.videos := private.my_video_of_path(p_name);
begin
  if v_video.id is not null then
    -- Storage looks before it deletes: its owner clears up after a deleted video, but watches it no more.
    return not v_video.is_deleted or p_bucket_id <> 'chronos-videos'
      or coalesce(storage.operation() in ('storage.object.delete', 'storage.object.delete_many'), false);
  end if;
  if p_bucket_id <> 'chronos-videos' then return false; end if;
  select videos.* into v_video
  from private.read_video_path(p_name) as path
  inner join public.videos on videos.id = path.video_id
  where videos.storage_path = p_name;
  return private.may_play(v_video, private.identify_viewer(v_video, null, null, false));
end;
$$;
comment on function private.may_read_file(text, text) is 'Whether the caller sees a stored file: his own, or that of a video he may play.';
revoke all on function private.may_read_file(text, text) from public;
grant execute on function private.may_read_file(text, text) to anon, authenticated;

create function private.may_write_file(p_bucket_id text, p_name text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_video public.videos := private.my_video_of_path(p_name);
begin
  if v_video.id is null or v_video.is_deleted then return false; end if;
  return p_bucket_id <> 'chronos-videos'
    or (v_video.source_type = 'upload' and v_video.url is null and v_video.storage_path is null);
end;
$$;
comment on function private.may_write_file(text, text) is 'Whether the caller may put a file at this path: his own video, and a video file only while that has none.';
revoke all on function private.may_write_file(text, text) from public;
grant execute on function private.may_write_file(text, text) to authenticated;

create function private.is_small_enough(p_bucket_id text, p_metadata jsonb) returns boolean
language sql stable security definer set search_path = ''
as $$
  select case p_bucket_id
    when 'chronos-videos' then
      coalesce(private.stored_bytes(p_metadata) <= private.max_video_bytes(private.my_creator_id()), false)
    -- Storage itself holds uploads to the limit of the bucket, but not what is moved in from another.
    else coalesce(
      private.stored_bytes(p_metadata) <= (select buckets.file_size_limit from storage.buckets where buckets.id = p_bucket_id), true
    )
  end;
$$;
comment on function private.is_small_enough(text, jsonb) is 'Whether an announced video file is within the caller''s tier (one that announces no length is not), and a poster within its bucket''s limit.';
revoke all on function private.is_small_enough(text, jsonb) from public;
grant execute on function private.is_small_enough(text, jsonb) to authenticated;

create function private.may_remove_file(p_bucket_id text, p_name text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_video public.videos := private.my_video_of_path(p_name);
begin
  return v_video.id is not null and (v_video.is_deleted or private.may_write_file(p_bucket_id, p_name));
end;
$$;
comment on function private.may_remove_file(text, text) is 'Whether the caller may delete a file: his own, of a video that is deleted or did not take it, or a poster.';
revoke all on function private.may_remove_file(text, text) from public;
grant execute on function private.may_remove_file(text, text) to authenticated;

-- Policies on a table that belongs to Storage: its owner alone may comment on them, so their sentences stand here.

-- Everybody sees the files of videos he may play, and a creator those in his own folder; so a listing shows nothing else.
create policy chronos_files_are_seen_by_who_may_play on storage.objects for select to anon, authenticated
  using (bucket_id in ('chronos-videos', 'chronos-thumbnails') and private.may_read_file(bucket_id, name));

-- A creator uploads into the folder of his own video, within his tier. Not by a signed upload address: what is announced
-- when it is signed does not bind what is sent to it. (A server may sign one, for a size it answers for.)
create policy chronos_files_are_uploaded_by_creators on storage.objects for insert to authenticated
  with check (
    bucket_id in ('chronos-videos', 'chronos-thumbnails')
    and private.may_write_file(bucket_id, name)
    and private.is_small_enough(bucket_id, metadata)
    and (bucket_id = 'chronos-thumbnails' or coalesce(storage.operation(), '') <> 'storage.object.sign_upload_url')
  );

-- A creator sends a file again, under the same conditions.
create policy chronos_files_are_replaced_by_creators on storage.objects for update to authenticated
  using (bucket_id in ('chronos-videos', 'chronos-thumbnails') and private.may_write_file(bucket_id, name))
  with check (
    bucket_id in ('chronos-videos', 'chronos-thumbnails')
    and private.may_write_file(bucket_id, name)
    and private.is_small_enough(bucket_id, metadata)
    and (bucket_id = 'chronos-thumbnails' or coalesce(storage.operation(), '') <> 'storage.object.sign_upload_url')
  );

-- A creator deletes the files of his deleted videos, of uploads that came to nothing, and posters.
create policy chronos_files_are_removed_by_creators on storage.objects for delete to authenticated
  using (bucket_id in ('chronos-videos', 'chronos-thumbnails') and private.may_remove_file(bucket_id, name));

create function private.guard_video_file() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_path record;
  v_max_bytes bigint;
begin
  v_path := private.read_video_path(new.name);
  if not exists (select from public.videos where videos.id = v_path.video_id and videos.creator_id = v_path.creator_id) then
    raise insufficient_privilege using
      message = 'no video has this path',
      hint = 'Make the video first and upload to {creator_id}/{video_id}/{filename}.';
  end if;
  v_max_bytes := private.max_video_bytes(v_path.creator_id);
  if private.stored_bytes(new.metadata) > v_max_bytes then
    raise insufficient_privilege using
      message = 'file too large',
      hint = format('The plan allows %s bytes per video. Send a smaller file or change the plan.', v_max_bytes);
  end if;
  return new;
end;
$$;
comment on function private.guard_video_file() is 'Trigger of storage.objects: refuses a file over its creator''s tier, or of no video, whoever sends it. Storage then deletes the file.';
revoke all on function private.guard_video_file() from public;

create function private.forget_video_file() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.videos
  set storage_path = null,
    file_size_bytes = null,
    status = case when videos.storage_path is null or videos.is_deleted then videos.status else 'failed' end,
    error = case when videos.storage_path is null or videos.is_deleted then videos.error
      else 'Its file was removed from storage.' end
  where videos.id = (private.read_video_path(old.name)).video_id
    and (videos.storage_path = old.name or (videos.storage_path is null and videos.file_size_bytes is not null));
  return old;
end;
$$;
comment on function private.forget_video_file() is 'Trigger of storage.objects: a video whose file is gone says so, and costs no storage any more.';
revoke all on function private.forget_video_file() from public;

do $$
begin
  create trigger chronos_guard_video_file before insert or update of bucket_id, name, metadata on storage.objects
    for each row when (new.bucket_id = 'chronos-videos') execute function private.guard_video_file();
  create trigger chronos_forget_video_file after delete on storage.objects
    for each row when (old.bucket_id = 'chronos-videos') execute function private.forget_video_file();
exception when insufficient_privilege then
  raise warning 'This project does not let its owner make triggers on storage.objects.'
    using hint = 'Limits hold by policy and in set_video_status(); a file sent past both lies in the bucket until it is removed.';
end;
$$;
