-- A video is one thing to watch, wherever it is hosted. source_type says where, and the columns of that source are
-- whole while those of every other source are empty, so no reader has to guess.

-- The id of a video within the service that hosts it, as packages/media/src/<provider>/source.ts reads it out of an
-- address; a test holds both equal. An unlisted Vimeo video is ID/HASH, since its id alone does not play.
create function private.is_source_id(p_source_type text, p_id text) returns boolean
language sql immutable strict set search_path = ''
as $$
  select case p_source_type
    when 'youtube' then p_id ~ '^[A-Za-z0-9_-]{11}$' and p_id not in ('videoseries', 'live_stream')
    when 'mux' then p_id ~ '^[A-Za-z0-9]{20,100}$'
    when 'loom' then p_id ~ '^[0-9a-f]{32}$'
    when 'vimeo' then p_id ~ '^[1-9][0-9]{0,11}(/[0-9a-f]{6,20})?$'
    when 'wistia' then p_id ~ '^[a-z0-9]{10}$'
    else false
  end;
$$;
comment on function private.is_source_id(text, text) is 'Whether an id can be one of that service; null for no id.';
revoke all on function private.is_source_id(text, text) from public;
grant execute on function private.is_source_id(text, text) to authenticated, service_role;

create table public.videos (
  id uuid not null default gen_random_uuid(),
  creator_id uuid not null default private.my_creator_id(),
  title text not null,
  description text,
  source_type text not null,
  url text,
  youtube_video_id text,
  youtube_channel_id text,
  mux_asset_id text,
  mux_playback_id text,
  embed_type text,
  embed_id text,
  storage_path text,
  file_size_bytes bigint,
  whop_lesson_id text,
  thumbnail_url text,
  captions jsonb not null default '[]',
  chapters jsonb not null default '[]',
  transcript text,
  duration_ms integer,
  duration_seconds numeric(10, 3),
  duration_source text,
  status text not null default 'pending',
  error text,
  imported_at timestamptz,
  access text not null default 'enrolled',
  allowed_origins text[],
  completion_threshold smallint not null default 90,
  completion_accepts_late boolean not null default false,
  accepted_evidence text[] not null default '{measured,polled,reported}',
  is_deleted boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint videos_pkey primary key (id),
  constraint videos_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint videos_creator_id_whop_lesson_id_key unique (creator_id, whop_lesson_id),
  constraint videos_source_type_is_known check (source_type in ('youtube', 'mux', 'loom', 'upload', 'vimeo', 'wistia')),
  constraint videos_embed_type_is_known check (embed_type in ('youtube', 'loom', 'vimeo', 'wistia')),
  -- Every branch is true or false, never null: a null check passes.
  constraint videos_source_is_whole check (
    case source_type
      when 'youtube' then youtube_video_id is not null
      when 'mux' then mux_playback_id is not null
      when 'upload' then storage_path is not null or url is not null or is_deleted
        or status in ('pending', 'uploading', 'failed')
      else embed_id is not null and embed_type is not null
    end
  ),
  constraint videos_source_is_not_contradicted check (
    (source_type = 'youtube' or (youtube_video_id is null and youtube_channel_id is null))
    and (source_type = 'mux' or (mux_asset_id is null and mux_playback_id is null))
    and (source_type = 'upload' or (storage_path is null and file_size_bytes is null))
    and (source_type in ('loom', 'vimeo', 'wistia') or embed_id is null)
    and (embed_type is null or embed_type = source_type)
  ),
  constraint videos_title_is_short check (length(title) between 1 and 200),
  constraint videos_description_is_short check (length(description) <= 10000),
  constraint videos_url_is_short check (length(url) between 1 and 2048),
  -- That is what get_player_video() calls the file of storage_path, and nobody chooses that by himself.
  constraint videos_url_is_no_place_in_storage check (url !~* '^\s*storage:'),
  constraint videos_thumbnail_url_is_short check (length(thumbnail_url) between 1 and 2048),
  constraint videos_youtube_video_id_is_one check (private.is_source_id('youtube', youtube_video_id)),
  constraint videos_mux_playback_id_is_one check (private.is_source_id('mux', mux_playback_id)),
  constraint videos_embed_id_is_one check (private.is_source_id(source_type, embed_id)),
  constraint videos_ids_are_short check (
    length(youtube_channel_id) between 1 and 64 and length(mux_asset_id) between 1 and 255
    and length(whop_lesson_id) between 1 and 255
  ),
  -- The API signs addresses of this path: it must never be somebody else's.
  constraint videos_storage_path_is_its_own
    check (length(storage_path) <= 1024 and starts_with(storage_path, creator_id || '/' || id || '/')),
  constraint videos_captions_are_whole check (pg_column_size(captions) <= 16384 and private.are_captions(captions)),
  constraint videos_chapters_are_whole check (pg_column_size(chapters) <= 65536 and private.are_chapters(chapters)),
  constraint videos_duration_ms_is_positive check (duration_ms > 0),
  constraint videos_duration_source_is_known check (duration_source in ('pipeline', 'creator', 'viewers')),
  constraint videos_duration_has_a_source check ((duration_ms is null) = (duration_source is null)),
  constraint videos_transcript_is_bounded check (length(transcript) <= 2000000),
  constraint videos_file_size_bytes_is_positive check (file_size_bytes > 0),
  constraint videos_status_is_known
    check (status in ('pending', 'uploading', 'transcribing', 'embedding', 'ready', 'failed')),
  constraint videos_error_is_of_a_failure
    check (length(error) between 1 and 1000 and (error is null or status = 'failed')),
  constraint videos_access_is_known check (access in ('public', 'enrolled')),
  constraint videos_allowed_origins_are_few check (cardinality(allowed_origins) between 1 and 100),
  constraint videos_allowed_origins_are_origins check (private.are_origins(allowed_origins)),
  constraint videos_completion_threshold_is_a_percentage check (completion_threshold between 1 and 100),
  constraint videos_accepted_evidence_is_known
    check (cardinality(accepted_evidence) <= 5 and accepted_evidence <@ array['measured', 'polled', 'reported', 'estimated', 'attested'])
);

comment on table public.videos is 'Videos of creators, from any source. Removed by is_deleted, so that what was watched keeps its meaning.';
comment on column public.videos.id is 'The video; what <chronos-player video-id> names.';
comment on column public.videos.creator_id is 'Its owner; the signed-in creator when he makes it himself.';
comment on column public.videos.title is '1 to 200 characters of plain text.';
comment on column public.videos.description is 'Plain text, up to 10,000 characters.';
comment on column public.videos.source_type is 'Where it is hosted: youtube, mux, loom, upload, vimeo or wistia.';
comment on column public.videos.url is 'Address of the file (upload) or of the page it was added from (other sources).';
comment on column public.videos.youtube_video_id is 'youtube only: the 11-character id.';
comment on column public.videos.youtube_channel_id is 'youtube only: the channel, when known.';
comment on column public.videos.mux_asset_id is 'mux only: the asset, when known.';
comment on column public.videos.mux_playback_id is 'mux only: the playback id, 20 to 100 letters and digits.';
comment on column public.videos.embed_type is 'loom, vimeo, wistia: repeats source_type; null or youtube for youtube.';
comment on column public.videos.embed_id is 'loom, vimeo, wistia: the id within that service; of an unlisted Vimeo video ID/HASH.';
comment on column public.videos.storage_path is 'upload only: path in bucket chronos-videos, creator_id/id/filename. Null until the file is there, and when it lies elsewhere.';
comment on column public.videos.file_size_bytes is 'upload only: size of the stored file, in bytes, as Storage counted it.';
comment on column public.videos.whop_lesson_id is 'The Whop lesson it was imported from; unique per creator.';
comment on column public.videos.thumbnail_url is 'Poster image.';
comment on column public.videos.captions is 'List of {src, srclang, label}, nothing else in them: WebVTT files the owner supplies. Addresses up to 2,048 characters, labels up to 200.';
comment on column public.videos.chapters is 'List of {start_ms, end_ms, title}, nothing else in them, in order and not overlapping; titles up to 200 characters.';
comment on column public.videos.transcript is 'Full text, when transcribed: plain text, up to 2,000,000 characters.';
comment on column public.videos.duration_ms is 'Length in ms; every percentage is of this. Null while nobody trustworthy has said, and for live streams.';
comment on column public.videos.duration_seconds is 'duration_ms in seconds. Either may be written, the other follows.';
comment on column public.videos.duration_source is 'Who said so: pipeline (file or vendor), creator (his own playback) or viewers (three agreed).';
comment on column public.videos.status is 'Pipeline state: pending, uploading, transcribing, embedding, ready or failed. Moved by set_video_status(). Two moves follow from elsewhere: failed when its file is removed from storage, and pending when its Whop lesson gets another source.';
comment on column public.videos.error is 'Why status is failed, as a sentence.';
comment on column public.videos.imported_at is 'When there was first something to play: its file had arrived, or its address had been looked at. Marks that video_imported is recorded.';
comment on column public.videos.access is 'public: anyone may play it. enrolled: students of a course it is a lesson of.';
comment on column public.videos.allowed_origins is 'Web origins that may embed it, as browsers send them: scheme://host or scheme://host:port in lower case, without a path, a slash at the end, or the port that the scheme implies. Null allows all. A guard against hotlinking browsers, not a boundary.';
comment on column public.videos.completion_threshold is 'Percent of the video that must be covered to complete it; 1 to 100.';
comment on column public.videos.completion_accepts_late is 'Whether watching that reached the server only afterwards may complete it.';
comment on column public.videos.accepted_evidence is 'Grades of evidence that count as progress: measured, polled, reported, estimated, attested.';
comment on column public.videos.is_deleted is 'Removed: plays for nobody, records nothing more.';
comment on column public.videos.created_at is 'When the row was made.';
comment on column public.videos.updated_at is 'When the row last changed.';

-- The library of a creator, by source where he filters.
create index videos_creator_id_source_type_idx on public.videos (creator_id, source_type);
-- Has this YouTube video been added already? (the creator is a filter on few rows)
create index videos_youtube_video_id_idx on public.videos (youtube_video_id) where youtube_video_id is not null;
-- Which video does this Mux webhook mean?
create index videos_mux_playback_id_idx on public.videos (mux_playback_id) where mux_playback_id is not null;
-- Has this embed been added already?
create index videos_embed_type_embed_id_idx on public.videos (embed_type, embed_id) where embed_id is not null;
-- videos_creator_id_whop_lesson_id_key serves the Whop import.

-- Two columns for one length, and whoever knows it in one unit need not know the other.
create function private.keep_one_duration() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.duration_ms := coalesce(new.duration_ms, round(1000 * new.duration_seconds));
  else
    if new.duration_ms is not distinct from old.duration_ms and new.duration_seconds is distinct from old.duration_seconds then
      new.duration_ms := round(1000 * new.duration_seconds);
    end if;
    if new.duration_ms is null and new.duration_source is not distinct from old.duration_source then
      new.duration_source := null;
    end if;
  end if;
  new.duration_seconds := new.duration_ms / 1000.0;
  if new.duration_ms is not null then
    new.duration_source := coalesce(new.duration_source, 'pipeline');
  end if;
  return new;
end;
$$;
comment on function private.keep_one_duration() is 'Trigger: duration_seconds is duration_ms in seconds. Given or changed alone, either rules; both, the milliseconds do. A duration of which nobody says who found it is the pipeline''s.';
revoke all on function private.keep_one_duration() from public;

create trigger keep_one_duration before insert or update of duration_ms, duration_seconds, duration_source on public.videos
  for each row execute function private.keep_one_duration();

create trigger touch_updated_at before update on public.videos
  for each row execute function private.touch_updated_at();

create function private.my_video_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select videos.id from public.videos where videos.creator_id = (select private.my_creator_id());
$$;
comment on function private.my_video_ids() is 'Videos the signed-in creator owns.';
revoke all on function private.my_video_ids() from public;
grant execute on function private.my_video_ids() to authenticated;

alter table public.videos enable row level security;

create policy creators_see_their_videos on public.videos for select to authenticated
  using (creator_id = (select private.my_creator_id()));
comment on policy creators_see_their_videos on public.videos is 'A creator sees his own videos.';

create policy creators_add_videos on public.videos for insert to authenticated
  with check (creator_id = (select private.my_creator_id()));
comment on policy creators_add_videos on public.videos is 'A creator adds videos of his own.';

create policy creators_edit_their_videos on public.videos for update to authenticated
  using (creator_id = (select private.my_creator_id()));
comment on policy creators_edit_their_videos on public.videos is 'A creator edits his own videos.';

-- Viewers have no policy: what a player needs comes from get_player_video(), which checks the access rule.

revoke all on table public.videos from anon, authenticated, service_role;
grant select on table public.videos to authenticated;
grant insert (title, description, source_type, url, youtube_video_id, youtube_channel_id, mux_asset_id, mux_playback_id,
  embed_type, embed_id, whop_lesson_id, thumbnail_url, captions, chapters, access, allowed_origins,
  completion_threshold, completion_accepts_late, accepted_evidence) on table public.videos to authenticated;
grant update (title, description, url, thumbnail_url, captions, chapters, access, allowed_origins,
  completion_threshold, completion_accepts_late, accepted_evidence, is_deleted) on table public.videos to authenticated;
grant select, insert, delete on table public.videos to service_role;
grant update (title, description, url, thumbnail_url, captions, chapters, transcript, duration_ms, duration_source,
  youtube_channel_id, mux_asset_id, access, allowed_origins, completion_threshold, completion_accepts_late,
  accepted_evidence, is_deleted) on table public.videos to service_role;
-- Not granted to a creator: creator_id; the duration and the transcript, which the pipeline writes; delete (set is_deleted
-- instead). Nobody may update status and error, which set_video_status() moves; the stored file, which it looks up; the
-- source, because its sessions measured that source. (service_role may insert a video in any state: an import is one.)
