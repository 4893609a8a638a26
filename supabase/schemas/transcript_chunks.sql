-- A transcript cut for search: 30 to 60 s of speech each, on sentence boundaries, so that what a search cites can be played.

create table public.transcript_chunks (
  id uuid not null default gen_random_uuid(),
  video_id uuid not null,
  language text not null,
  place integer not null,
  start_ms integer not null,
  end_ms integer not null,
  text text not null,
  embedding real[],
  embedding_model text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transcript_chunks_pkey primary key (id),
  constraint transcript_chunks_video_id_language_place_key unique (video_id, language, place),
  constraint transcript_chunks_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint transcript_chunks_language_is_a_tag check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$'),
  constraint transcript_chunks_place_is_positive check (place > 0),
  constraint transcript_chunks_range_has_a_length check (start_ms >= 0 and start_ms < end_ms),
  constraint transcript_chunks_text_is_plain check (length(text) between 1 and 20000 and text !~ '[\x01-\x08\x0b-\x1f\x7f]'),
  constraint transcript_chunks_embedding_names_its_model check ((embedding is null) = (embedding_model is null)),
  constraint transcript_chunks_embedding_is_one_vector check (
    array_ndims(embedding) = 1 and cardinality(embedding) between 1 and 4096 and array_position(embedding, null) is null
  ),
  constraint transcript_chunks_embedding_model_is_short check (length(embedding_model) between 1 and 100)
);

comment on table public.transcript_chunks is 'Passages of a transcript that can be found by meaning and played. Made from transcript_segments, replaced as a whole.';
comment on column public.transcript_chunks.id is 'The chunk.';
comment on column public.transcript_chunks.video_id is 'The video.';
comment on column public.transcript_chunks.language is 'BCP 47 tag, as in transcript_segments.';
comment on column public.transcript_chunks.place is 'Place within the transcript, from 1.';
comment on column public.transcript_chunks.start_ms is 'Where to play it from, in ms.';
comment on column public.transcript_chunks.end_ms is 'Where it ends, in ms.';
comment on column public.transcript_chunks.text is 'What is said: plain text of 1 to 20,000 characters.';
comment on column public.transcript_chunks.embedding is 'Its vector, 1 to 4,096 numbers; null until it has been embedded. A plain array, so that no extension is needed to keep it.';
comment on column public.transcript_chunks.embedding_model is 'Which model made the vector; only vectors of one model can be compared.';
comment on column public.transcript_chunks.created_at is 'When the row was made.';
comment on column public.transcript_chunks.updated_at is 'When the row last changed.';

-- transcript_chunks_video_id_language_place_key serves: the chunks of a video. Search by meaning brings its own index,
-- over a cast to a vector, where the extension for it exists.

create trigger touch_updated_at before update on public.transcript_chunks
  for each row execute function private.touch_updated_at();

alter table public.transcript_chunks enable row level security;

create policy creators_see_their_chunks on public.transcript_chunks for select to authenticated
  using (video_id in (select private.my_video_ids()));
comment on policy creators_see_their_chunks on public.transcript_chunks is 'A creator sees the chunks of his own videos.';

revoke all on table public.transcript_chunks from anon, authenticated, service_role;
grant select on table public.transcript_chunks to authenticated;
grant select, insert, update, delete on table public.transcript_chunks to service_role;
-- Not granted: any write to a creator. Chunks are computed.
