-- Lessons of a Whop course come again with every sync: the same lesson stays the same video.

-- What a source is, whatever column it stands in.
create function private.source_of(p_video public.videos) returns text
language sql immutable set search_path = ''
as $$
  select (p_video).source_type || ':' || coalesce(
    (p_video).youtube_video_id, (p_video).mux_playback_id, (p_video).embed_id, (p_video).storage_path, (p_video).url, ''
  );
$$;
comment on function private.source_of(public.videos) is 'Source type and id of a video, such as vimeo:76979871.';
revoke all on function private.source_of(public.videos) from public;

create function private.upsert_whop_lesson(
  p_whop_lesson_id text,
  p_title text,
  p_source_type text,
  p_source_id text,
  p_url text,
  p_description text,
  p_thumbnail_url text,
  p_creator_id uuid
) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_creator_id uuid := (private.named_creator(p_creator_id)).id;
  v_new public.videos;
  v_old public.videos;
begin
  if p_whop_lesson_id is null then
    perform private.refuse_malformed('p_whop_lesson_id is required', 'Send the id of the lesson at Whop.');
  end if;
  v_new.source_type := p_source_type;
  v_new.url := p_url;
  v_new.youtube_video_id := case p_source_type when 'youtube' then p_source_id end;
  v_new.mux_playback_id := case p_source_type when 'mux' then p_source_id end;
  v_new.embed_id := case when p_source_type in ('loom', 'vimeo', 'wistia') then p_source_id end;
  v_new.embed_type := case when p_source_type in ('loom', 'vimeo', 'wistia') then p_source_type end;

  -- Two syncs of one lesson follow each other. The row's own lock keeps visits from beginning meanwhile.
  perform pg_advisory_xact_lock(hashtextextended('chronos.whop ' || v_creator_id || ' ' || p_whop_lesson_id, 0));
  select * into v_old
  from public.videos
  where videos.creator_id = v_creator_id and videos.whop_lesson_id = p_whop_lesson_id
  for update;
  if found and private.source_of(v_new) is distinct from private.source_of(v_old) then
    if v_old.is_deleted then
      -- The deleted video keeps what was watched of it, and gives up the lesson.
      update public.videos set whop_lesson_id = null where videos.id = v_old.id;
    elsif exists (select from public.video_watch_sessions as s where s.video_id = v_old.id) then
      raise sqlstate 'PT409' using
        message = 'the video of this lesson has been watched',
        hint = 'Another source would falsify what was measured of it. Delete the old video (is_deleted) and send the lesson again: it then gets a new one.';
    end if;
  end if;

  insert into public.videos as v (
    creator_id, whop_lesson_id, title, description, url, thumbnail_url, source_type, youtube_video_id, mux_playback_id,
    embed_type, embed_id
  )
  values (
    v_creator_id, p_whop_lesson_id, p_title, p_description, p_url, p_thumbnail_url, p_source_type,
    v_new.youtube_video_id, v_new.mux_playback_id, v_new.embed_type, v_new.embed_id
  )
  on conflict (creator_id, whop_lesson_id) do update set
    title = excluded.title,
    description = coalesce(excluded.description, v.description),
    url = coalesce(excluded.url, v.url),
    thumbnail_url = coalesce(excluded.thumbnail_url, v.thumbnail_url),
    source_type = excluded.source_type,
    youtube_video_id = excluded.youtube_video_id,
    mux_playback_id = excluded.mux_playback_id,
    embed_type = excluded.embed_type,
    embed_id = excluded.embed_id
  returning v.id into v_new.id;
  -- What was known of another source is not true of this one.
  if v_old.id = v_new.id and private.source_of(v_new) is distinct from private.source_of(v_old) then
    update public.videos
    set url = p_url, storage_path = null, file_size_bytes = null, thumbnail_url = p_thumbnail_url, duration_ms = null, duration_source = null, youtube_channel_id = null,
      mux_asset_id = null, captions = '[]', chapters = '[]', transcript = null, status = 'pending', error = null
    where videos.id = v_new.id;
    delete from public.transcript_segments as segment where segment.video_id = v_new.id;
    delete from public.transcript_chunks as chunk where chunk.video_id = v_new.id;
  end if;
  return v_new.id;
exception when check_violation or not_null_violation then
  raise sqlstate 'PT400' using
    message = 'the lesson makes no whole video: ' || sqlerrm,
    hint = 'Send a title of 1 to 200 characters, a source_type, and p_source_id as that service writes it (p_url for upload).';
end;
$$;
comment on function private.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) is 'Body of public.upsert_whop_lesson(). Definer: it may change the source of a video nobody has watched.';
revoke all on function private.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) from public;
grant execute on function private.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) to authenticated, service_role;

create function public.upsert_whop_lesson(
  p_whop_lesson_id text,
  p_title text,
  p_source_type text,
  p_source_id text default null,
  p_url text default null,
  p_description text default null,
  p_thumbnail_url text default null,
  p_creator_id uuid default null
) returns uuid
language sql volatile set search_path = ''
begin atomic
  select private.upsert_whop_lesson(
    p_whop_lesson_id, p_title, p_source_type, p_source_id, p_url, p_description, p_thumbnail_url, p_creator_id
  );
end;
comment on function public.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) is 'Makes or updates the video of a Whop lesson; answers its id. The same lesson is the same video, and a deleted one stays deleted, as long as its source is the same. PT409 for another source of a video that has been watched. By the creator, or by service_role for p_creator_id.';
revoke all on function public.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) from public, anon, authenticated, service_role;
grant execute on function public.upsert_whop_lesson(text, text, text, text, text, text, text, uuid) to authenticated, service_role;
