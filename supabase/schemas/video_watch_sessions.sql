-- A watch session is one visit of one viewer to one video in one player. Only a session that is merely attested is no
-- visit: there a viewer gives his word (attest_video_watched.sql), and no figure counts it (visits.sql).
--
-- The row keeps only joins: greatest, least and union over the messages of the session. Everything credited is derived
-- from them at every message, so messages may come twice, late or out of order and the row is the same.
--
-- Columns stand in the order in which they change, seldom first: an update in place logs only what lies between the
-- first and the last byte that changed.

create table public.video_watch_sessions (
  video_id uuid not null,
  id uuid not null default gen_random_uuid(),
  creator_id uuid not null,
  viewer_id uuid,
  student_id uuid,
  anonymous_id_hash bytea,
  -- The defaults are for imports by hand, which know no key: sha256 of a number nobody was told opens to nobody. Messages
  -- name all of these columns.
  write_key_hash bytea not null default sha256(uuid_send(gen_random_uuid())),
  course_id uuid,
  module_id uuid,
  previous_session_id uuid,
  evidence text not null default 'measured',
  completion_threshold smallint,
  device_type text,
  referrer_type text,
  player_version text,
  context_digest bigint,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  session_start timestamptz not null default now(),
  session_end timestamptz,
  end_age_ms bigint,
  close_reason text,
  first_contact_at timestamptz not null default now(),
  claimed_duration_ms integer,
  claimed_milestone_durations integer[],
  startup_ms integer not null default 0,
  error_count integer not null default 0,
  rate_changes integer not null default 0,
  seeks_forward integer not null default 0,
  seeks_back integer not null default 0,
  buffering_count integer not null default 0,
  buffering_ms integer not null default 0,
  ad_ms integer not null default 0,
  paused_ms integer not null default 0,
  hidden_ms integer not null default 0,
  muted_ms integer not null default 0,
  caption_ms integer not null default 0,
  rewatch_after_complete_ms integer not null default 0,
  rewatched int4multirange not null default '{}',
  started boolean not null default false,
  completed boolean not null default false,
  has_completed boolean not null default false,
  has_rewatched boolean not null default false,
  milestones smallint not null default 0,
  integrity_flags text[] not null default '{}',
  duration_seconds numeric(10, 3),
  percent_complete smallint,
  watched int4multirange not null default '{}',
  messages_sent integer not null default 0,
  messages_received integer not null default 0,
  seq integer not null default -1,
  age_ms bigint not null default 0,
  position_ms integer not null default 0,
  claimed_watch_ms bigint not null default 0,
  claimed_content_ms bigint not null default 0,
  watch_time_seconds numeric(12, 3) not null default 0,
  content_seconds numeric(12, 3) not null default 0,
  covered_seconds numeric(10, 3) not null default 0,
  counted_ms bigint not null default 0,
  furthest_position_seconds numeric(10, 3) not null default 0,
  resume_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint video_watch_sessions_pkey primary key (video_id, id),
  constraint video_watch_sessions_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint video_watch_sessions_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint video_watch_sessions_student_id_fkey foreign key (student_id) references public.students (id) on delete set null
  -- No checks, on purpose: Postgres reads every one of them from its text again at every update, a third of the time a
  -- heartbeat's update takes (docs/decisions/0101). The merge is the only writer, and its tests hold what checks would.
)
-- Room on each page for the next version of a row: a heartbeat then touches no index.
with (fillfactor = 70);

comment on table public.video_watch_sessions is 'One visit of one viewer to one video. Written by the watch session functions, and by imports by hand (auto_complete_video_watch_session()).';
comment on column public.video_watch_sessions.video_id is 'The video watched.';
comment on column public.video_watch_sessions.id is 'The session; made by the player.';
comment on column public.video_watch_sessions.creator_id is 'Owner of the video, repeated for his policies.';
comment on column public.video_watch_sessions.viewer_id is 'Who watched: the student''s id, or an id derived from anonymous_id_hash; null when the viewer gave no consent to be recognised.';
comment on column public.video_watch_sessions.student_id is 'The student, when known.';
comment on column public.video_watch_sessions.anonymous_id_hash is 'sha256 of the anonymous id the browser keeps. The id itself is never stored.';
comment on column public.video_watch_sessions.write_key_hash is 'sha256 of the write key; only its holder adds to this session. Of an imported visit nobody holds one.';
comment on column public.video_watch_sessions.course_id is 'The course it was watched in, when the video is a lesson of it. No foreign key: history outlives courses.';
comment on column public.video_watch_sessions.module_id is 'The module it was watched in, when the video is a lesson of it. No foreign key, as course_id.';
comment on column public.video_watch_sessions.previous_session_id is 'The visit this one goes on from, after a long pause. A claim, since that visit may be heard later: it holds where a session of this video with this id has the same viewer_id.';
comment on column public.video_watch_sessions.evidence is 'How the player knows: measured, polled, reported, estimated or attested; never better than the source can show.';
comment on column public.video_watch_sessions.completion_threshold is 'Percent that completes this session, copied from the video; null while its evidence is not accepted.';
comment on column public.video_watch_sessions.device_type is 'desktop, mobile or tablet, by the newest message.';
comment on column public.video_watch_sessions.referrer_type is 'How the viewer came: course_page, direct_link, search or chat_reference, by the newest message.';
comment on column public.video_watch_sessions.player_version is 'Version of the player, by the newest message.';
comment on column public.video_watch_sessions.context_digest is 'Digest of the newest message''s p_context: a message that repeats it says nothing new there. Null while something it claims is not true.';
comment on column public.video_watch_sessions.metadata is 'Room for later facts; an object.';
comment on column public.video_watch_sessions.created_at is 'When the row was made.';
comment on column public.video_watch_sessions.session_start is 'When the visit began: earliest arrival minus age over all messages, an age counting at most 24 h.';
comment on column public.video_watch_sessions.session_end is 'When it ended; null while open. With close_reason stale it is provisional.';
comment on column public.video_watch_sessions.end_age_ms is 'Smallest age among the messages that ended it, in ms.';
comment on column public.video_watch_sessions.close_reason is 'Why it ended: removed, source_change, viewer_change, page_end or idle; stale when it fell silent; attested when it is a mark as watched and nothing was played.';
comment on column public.video_watch_sessions.first_contact_at is 'First arrival of any message of it.';
comment on column public.video_watch_sessions.claimed_duration_ms is 'Duration by the newest message, in ms; counts only while the video has none stored.';
comment on column public.video_watch_sessions.claimed_milestone_durations is 'Only while the video has no duration: per milestone, the shortest duration under which a message''s own ranges reached it, in ms.';
comment on column public.video_watch_sessions.startup_ms is 'From the wish to play to the first frame, in ms.';
comment on column public.video_watch_sessions.error_count is 'Errors of the media.';
comment on column public.video_watch_sessions.rate_changes is 'Changes of the playback rate.';
comment on column public.video_watch_sessions.seeks_forward is 'Jumps ahead.';
comment on column public.video_watch_sessions.seeks_back is 'Jumps back.';
comment on column public.video_watch_sessions.buffering_count is 'Times the media stalled.';
comment on column public.video_watch_sessions.buffering_ms is 'Time stalled, in ms.';
comment on column public.video_watch_sessions.ad_ms is 'Time of advertisements, in ms.';
comment on column public.video_watch_sessions.paused_ms is 'Time paused, in ms.';
comment on column public.video_watch_sessions.hidden_ms is 'Watch time while the page was hidden, in ms.';
comment on column public.video_watch_sessions.muted_ms is 'Watch time while muted, in ms.';
comment on column public.video_watch_sessions.caption_ms is 'Watch time with captions shown, in ms.';
comment on column public.video_watch_sessions.rewatch_after_complete_ms is 'Content played again after completion, in ms.';
comment on column public.video_watch_sessions.rewatched is 'What was played twice or more in this visit, in ms of the video.';
comment on column public.video_watch_sessions.started is 'Whether 250 ms of content really advanced: then the session is a view.';
comment on column public.video_watch_sessions.completed is 'Whether this visit alone covered the threshold; never revoked.';
comment on column public.video_watch_sessions.has_completed is 'Whether video_completed was recorded for this visit: it completed the video alone or with the viewer''s earlier visits.';
comment on column public.video_watch_sessions.has_rewatched is 'Whether video_rewatched was recorded for this visit.';
comment on column public.video_watch_sessions.milestones is 'Milestones this visit alone covered, as bits of private.milestone_percents(); never revoked.';
comment on column public.video_watch_sessions.integrity_flags is 'What was not credited as claimed: late, watch_bounded, coverage_bounded, too_many_ranges; truncated when the player says so.';
comment on column public.video_watch_sessions.duration_seconds is 'Length of the video as used here, in seconds; null while unknown.';
comment on column public.video_watch_sessions.percent_complete is 'Whole percent of the video this visit covered, 0 to 100; null while its length is unknown.';
comment on column public.video_watch_sessions.watched is 'What was played, in ms of the video: union over all messages.';
comment on column public.video_watch_sessions.messages_sent is 'Messages the player says it sent.';
comment on column public.video_watch_sessions.messages_received is 'Messages that arrived, repetitions included.';
comment on column public.video_watch_sessions.seq is 'Number of the newest message; -1 before the first.';
comment on column public.video_watch_sessions.age_ms is 'Age of the session at the newest message by the viewer''s clock, in ms.';
comment on column public.video_watch_sessions.position_ms is 'Playhead at the newest message, in ms.';
comment on column public.video_watch_sessions.claimed_watch_ms is 'Greatest watch time claimed, in ms.';
comment on column public.video_watch_sessions.claimed_content_ms is 'Greatest content time claimed, in ms.';
comment on column public.video_watch_sessions.watch_time_seconds is 'Watch time credited: wall-clock seconds during which content advanced.';
comment on column public.video_watch_sessions.content_seconds is 'Media time played, repeats included, in seconds; at most 4 times the watch time credited.';
comment on column public.video_watch_sessions.covered_seconds is 'Length of what was watched, as far as it is credited, in seconds.';
comment on column public.video_watch_sessions.counted_ms is 'The part of it that was watched under the eyes of the server, in ms; milestones and completion count this.';
comment on column public.video_watch_sessions.furthest_position_seconds is 'Furthest playhead, in seconds; says nothing about what was watched.';
comment on column public.video_watch_sessions.resume_at is 'When the playhead stood at position_ms: session_start + age_ms.';
comment on column public.video_watch_sessions.last_seen_at is 'Last arrival of any message of it.';
comment on column public.video_watch_sessions.updated_at is 'When the row last changed.';

-- No index on a column that a heartbeat changes: one on last_seen_at takes the share of in-place updates from 100 % to 0.
-- session_start is such a column too (a quicker message moves it back by milliseconds), so first_contact_at stands in.

-- Rollup and reports: the sessions of a video on a day. A session begins at most 24 h before its first contact.
create index video_watch_sessions_video_id_first_contact_at_idx on public.video_watch_sessions (video_id, first_contact_at);
-- The other sessions of this viewer with this video: resume position, limits, siblings at completion.
create index video_watch_sessions_video_id_viewer_id_idx on public.video_watch_sessions (video_id, viewer_id);
-- A student's own visits, newest first.
create index video_watch_sessions_student_id_video_id_idx
  on public.video_watch_sessions (student_id, video_id, first_contact_at) where student_id is not null;
-- A creator's newest visits.
create index video_watch_sessions_creator_id_idx on public.video_watch_sessions (creator_id, first_contact_at);
-- Open sessions: who is watching now, and which have fallen silent. Leaves the index when it closes, not before.
create index video_watch_sessions_open_idx on public.video_watch_sessions (first_contact_at) where session_end is null;

alter table public.video_watch_sessions enable row level security;

create policy students_and_creators_see_sessions on public.video_watch_sessions for select to authenticated
  using (student_id = (select private.my_student_id()) or creator_id = (select private.my_creator_id()));
comment on policy students_and_creators_see_sessions on public.video_watch_sessions is 'A student sees his own visits, a creator the visits to his videos.';

revoke all on table public.video_watch_sessions from anon, authenticated, service_role;
grant select (video_id, id, creator_id, viewer_id, student_id, course_id, module_id, previous_session_id, evidence,
  completion_threshold, device_type, referrer_type, player_version, metadata, created_at, session_start, session_end,
  close_reason, first_contact_at, startup_ms, error_count, rate_changes, seeks_forward, seeks_back, buffering_count,
  buffering_ms, ad_ms, paused_ms, hidden_ms, muted_ms, caption_ms, rewatch_after_complete_ms, rewatched, started,
  completed, has_completed, has_rewatched, milestones, integrity_flags, duration_seconds, percent_complete, watched, messages_sent,
  messages_received, seq, age_ms, position_ms, claimed_watch_ms, claimed_content_ms, watch_time_seconds,
  content_seconds, covered_seconds, counted_ms, furthest_position_seconds, resume_at, last_seen_at, updated_at)
  on table public.video_watch_sessions to authenticated;
grant select on table public.video_watch_sessions to service_role;
-- Not granted: any write to any API role, service_role included: facts enter by messages. Nor the two hashes to
-- students and creators: an anonymous id is a bearer secret, and its hash recognises a viewer elsewhere.
