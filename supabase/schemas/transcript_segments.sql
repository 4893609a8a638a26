-- A transcript as it was spoken: one row per caption. Captions for players and chunks for search are made of these.

create table public.transcript_segments (
  id uuid not null default gen_random_uuid(),
  video_id uuid not null,
  language text not null,
  place integer not null,
  start_ms integer,
  end_ms integer,
  text text not null,
  source text not null,
  search tsvector not null generated always as (to_tsvector('pg_catalog.simple'::regconfig, text)) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transcript_segments_pkey primary key (id),
  constraint transcript_segments_video_id_language_place_key unique (video_id, language, place),
  constraint transcript_segments_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint transcript_segments_language_is_a_tag check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$'),
  constraint transcript_segments_place_is_positive check (place > 0),
  -- Some services answer text without times: then there are none, rather than invented ones.
  constraint transcript_segments_times_are_whole check (
    (start_ms is null) = (end_ms is null) and (start_ms is null or (start_ms >= 0 and start_ms < end_ms))
  ),
  constraint transcript_segments_text_is_plain check (length(text) between 1 and 5000 and text !~ '[\x01-\x08\x0b-\x1f\x7f]'),
  constraint transcript_segments_source_is_a_method check (source ~ '^[a-z][a-z0-9_]{0,63}$')
);

comment on table public.transcript_segments is 'What is said in a video and when. One transcript per video and language, replaced as a whole.';
comment on column public.transcript_segments.id is 'The segment.';
comment on column public.transcript_segments.video_id is 'The video.';
comment on column public.transcript_segments.language is 'BCP 47 tag, such as en or pt-BR.';
comment on column public.transcript_segments.place is 'Place within the transcript, from 1.';
comment on column public.transcript_segments.start_ms is 'When it begins, in ms; null where the source knows no times.';
comment on column public.transcript_segments.end_ms is 'When it ends, in ms; null with start_ms.';
comment on column public.transcript_segments.text is 'What is said: plain text of 1 to 5,000 characters, shown as text and never as markup.';
comment on column public.transcript_segments.source is 'Which method heard it, as in transcript_attempts.method.';
comment on column public.transcript_segments.search is 'Words of the text in any language: nothing is stemmed, nothing left out.';
comment on column public.transcript_segments.created_at is 'When the row was made.';
comment on column public.transcript_segments.updated_at is 'When the row last changed.';

-- transcript_segments_video_id_language_place_key serves: the transcript of a video in order.
-- Where is a word said?
create index transcript_segments_search_idx on public.transcript_segments using gin (search);

create trigger touch_updated_at before update on public.transcript_segments
  for each row execute function private.touch_updated_at();

alter table public.transcript_segments enable row level security;

create policy creators_see_their_transcripts on public.transcript_segments for select to authenticated
  using (video_id in (select private.my_video_ids()));
comment on policy creators_see_their_transcripts on public.transcript_segments is 'A creator sees the transcripts of his own videos. What viewers read comes by functions that check the access rule.';

revoke all on table public.transcript_segments from anon, authenticated, service_role;
grant select on table public.transcript_segments to authenticated;
grant select, insert, update, delete on table public.transcript_segments to service_role;
-- Not granted: any write to a creator. A transcript he brings is parsed by the server first.
