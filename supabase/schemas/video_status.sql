-- The life of a video: pending -> uploading -> transcribing -> embedding -> ready, or failed. One function moves it, so
-- that two workers never hold the same step and nothing is ready that has nothing to play.

create function private.video_status_moves()
returns table (from_status text, to_status text, by_creator boolean)
language sql immutable set search_path = ''
as $$
  values
    -- An upload begins, is given up, arrives, or fails; its creator says so, and the database looks for the file.
    ('pending', 'uploading', true),
    ('uploading', 'pending', true),
    ('uploading', 'transcribing', true),
    ('uploading', 'ready', true),
    ('uploading', 'failed', true),
    -- A video by address has nothing to wait for; whether it gets a transcript is its creator's choice.
    ('pending', 'ready', true),
    ('pending', 'transcribing', false),
    ('pending', 'failed', false),
    -- Steps of the pipeline. Whoever moves a video into a step has it: nobody else can.
    ('transcribing', 'embedding', false),
    ('transcribing', 'ready', false),
    ('transcribing', 'failed', false),
    ('embedding', 'ready', false),
    ('embedding', 'failed', false),
    -- Done again, with a better extractor or model. Costs money, so the operator decides.
    ('ready', 'transcribing', false),
    ('ready', 'embedding', false),
    -- Tried again, from the beginning or from the step that failed.
    ('failed', 'pending', true),
    ('failed', 'uploading', true),
    ('failed', 'transcribing', false),
    ('failed', 'embedding', false);
$$;
comment on function private.video_status_moves() is 'Every legal move of videos.status, and whether the video''s own creator may make it. service_role may make all.';
revoke all on function private.video_status_moves() from public;

create function private.find_video_file(p_video public.videos, out storage_path text, out bytes numeric)
language sql stable set search_path = ''
as $$
  select o.name, private.stored_bytes(o.metadata)
  from storage.objects as o
  where o.bucket_id = 'chronos-videos'
    -- A folder as a range of its index: '0' comes after '/'.
    and o.name collate "C" >= p_video.creator_id || '/' || p_video.id || '/'
    and o.name collate "C" < p_video.creator_id || '/' || p_video.id || '0'
    and o.metadata ? 'size'
  order by o.updated_at desc, o.id
  limit 1;
$$;
comment on function private.find_video_file(public.videos) is 'The newest whole file in a video''s folder and its length in bytes; nulls while there is none.';
revoke all on function private.find_video_file(public.videos) from public;

-- Answers the video as it may leave the state of an upload: with its file, or failed because the file is empty or too large.
create function private.take_in_video_file(p_video public.videos) returns public.videos
language plpgsql stable set search_path = ''
as $$
declare
  v_video public.videos := p_video;
  v_bytes numeric;
  v_max_bytes bigint := private.max_video_bytes(p_video.creator_id);
begin
  select file.storage_path, file.bytes into v_video.storage_path, v_bytes from private.find_video_file(p_video) as file;
  if v_video.storage_path is null then
    raise sqlstate 'PT409' using
      message = 'the file has not arrived',
      hint = format('Upload it to bucket chronos-videos, path %s/%s/{filename}, and send the status again.', p_video.creator_id, p_video.id);
  end if;
  if v_bytes < 1 then
    v_video.status := 'failed';
    v_video.error := 'The file is empty.';
    v_video.storage_path := null;
    return v_video;
  end if;
  v_video.file_size_bytes := v_bytes;
  if v_bytes > v_max_bytes then
    v_video.status := 'failed';
    v_video.error := format('The file has %s bytes; the plan allows %s per video.', v_bytes, v_max_bytes);
    -- Known to the bill, but not as a file to play.
    v_video.storage_path := null;
  end if;
  return v_video;
end;
$$;
comment on function private.take_in_video_file(public.videos) is 'The video with the file that lies in its folder; failed when the file is empty or over the tier. PT409 when there is none.';
revoke all on function private.take_in_video_file(public.videos) from public;

create function private.set_video_status(p_video_id uuid, p_status text, p_error text, p_now timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_before public.videos;
  v_after public.videos;
  v_is_pipeline boolean := private.is_operator();
  v_waits boolean;
  v_legal text;
begin
  if p_status is null or p_status not in ('pending', 'uploading', 'transcribing', 'embedding', 'ready', 'failed') then
    perform private.refuse_malformed('unknown status', 'Send pending, uploading, transcribing, embedding, ready or failed.');
  end if;
  if (p_status = 'failed') <> coalesce(length(p_error) > 0, false) then
    perform private.refuse_malformed('p_error belongs to failed', 'Say why in p_error when the status is failed; leave it out otherwise.');
  end if;
  -- The lock makes one of two equal calls the first; the other finds the move made and is refused.
  select * into v_before from public.videos where videos.id = p_video_id and not videos.is_deleted for no key update;
  if not found or (not v_is_pipeline and v_before.creator_id is distinct from private.my_creator_id()) then
    perform private.refuse('Check the video id: it is moved by its own creator or service_role, until it is deleted.');
  end if;

  v_waits := v_before.source_type = 'upload' and v_before.url is null and v_before.storage_path is null;
  select string_agg(move.to_status, ', ') into v_legal
  from private.video_status_moves() as move
  where move.from_status = v_before.status and (move.by_creator or v_is_pipeline)
    -- Only who waits for a file uploads, and cannot skip that.
    and (v_waits or move.to_status <> 'uploading')
    and (not v_waits or v_before.status = 'uploading' or move.to_status in ('pending', 'uploading', 'failed'));
  if v_legal is null or not p_status = any (string_to_array(v_legal, ', ')) then
    raise sqlstate 'PT409' using
      message = format('a video that is %s cannot become %s', v_before.status, p_status),
      hint = format('From %s it can become: %s.', v_before.status, coalesce(v_legal, 'nothing by you'));
  end if;

  v_after := v_before;
  v_after.status := p_status;
  v_after.error := left(p_error, 1000);
  if v_before.status = 'uploading' and p_status in ('transcribing', 'ready') then
    v_after := private.take_in_video_file(v_after);
  end if;
  if v_before.imported_at is null and v_after.status in ('transcribing', 'ready') then
    v_after.imported_at := p_now;
    perform private.record_video_import(v_after, p_now);
  end if;
  update public.videos
  set status = v_after.status, error = v_after.error, storage_path = v_after.storage_path,
    file_size_bytes = v_after.file_size_bytes, imported_at = v_after.imported_at
  where videos.id = p_video_id;
  return jsonb_build_object(
    'video_id', p_video_id, 'status', v_after.status, 'previous_status', v_before.status, 'error', v_after.error
  );
end;
$$;
comment on function private.set_video_status(uuid, text, text, timestamptz) is 'Body of public.set_video_status(). Definer: nobody writes the status directly.';
revoke all on function private.set_video_status(uuid, text, text, timestamptz) from public;
grant execute on function private.set_video_status(uuid, text, text, timestamptz) to authenticated, service_role;

-- Once per video: imported_at flips with it, under the video's lock.
create function private.record_video_import(p_video public.videos, p_now timestamptz) returns void
language sql volatile set search_path = ''
as $$
  insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id, metadata)
  values (p_video.id, p_now, 'video_imported', p_video.creator_id, jsonb_strip_nulls(jsonb_build_object(
    'source_type', p_video.source_type,
    'duration_seconds', p_video.duration_seconds,
    'file_size_bytes', p_video.file_size_bytes
  )));
$$;
comment on function private.record_video_import(public.videos, timestamptz) is 'Records video_imported.';
revoke all on function private.record_video_import(public.videos, timestamptz) from public;

create function public.set_video_status(p_video_id uuid, p_status text, p_error text default null) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.set_video_status(p_video_id, p_status, p_error, now());
end;
comment on function public.set_video_status(uuid, text, text) is 'Moves a video along its pipeline; answers {video_id, status, previous_status, error}. An upload whose file is empty or over the tier becomes failed instead. PT409 for a move that is not legal, with those that are in the hint.';
revoke all on function public.set_video_status(uuid, text, text) from public, anon, authenticated, service_role;
grant execute on function public.set_video_status(uuid, text, text) to authenticated, service_role;
