-- Rows enough that a planner prefers an index where one helps. Number 7 of everything belongs together.
create function pg_temp.id(p_kind text, p_number integer) returns uuid language sql immutable as $$
  select md5(p_kind || ' ' || p_number)::uuid
$$;

insert into auth.users (id)
select pg_temp.id(kind, n) from generate_series(0, 1999) as n, unnest(array['creator user', 'student user']) as kind;
insert into public.creators (id, user_id, name) select pg_temp.id('creator', n), pg_temp.id('creator user', n), 'C' from generate_series(0, 999) as n;
insert into public.students (id, user_id) select pg_temp.id('student', n), pg_temp.id('student user', n) from generate_series(0, 1999) as n;
insert into public.students (creator_id, external_id)
select pg_temp.id('creator', n % 1000), 'external ' || n from generate_series(0, 1999) as n;
insert into private.creator_keys (creator_id, kid, secret)
select pg_temp.id('creator', n), 'one', repeat('x', 32)::bytea from generate_series(0, 999) as n;
insert into public.courses (id, creator_id, title, is_published)
select pg_temp.id('course', n), pg_temp.id('creator', n % 1000), 'T', true from generate_series(0, 1999) as n;
insert into public.course_modules (id, course_id, title, module_order)
select pg_temp.id('module', n), pg_temp.id('course', n % 2000), 'T', 1 + n / 2000 from generate_series(0, 3999) as n;
insert into public.enrollments (course_id, student_id)
select pg_temp.id('course', n % 2000), pg_temp.id('student', (n + n / 2000) % 2000) from generate_series(0, 5999) as n;

insert into public.videos (id, creator_id, title, source_type, youtube_video_id, mux_playback_id, embed_type, embed_id, whop_lesson_id, duration_ms, duration_source)
select pg_temp.id('video', n), pg_temp.id('creator', n % 1000), 'T', source_type,
  case source_type when 'youtube' then 'youtube' || lpad(n::text, 4, '0') end,
  case source_type when 'mux' then 'playback' || lpad(n::text, 4, '0') || repeat('x', 20) end,
  case source_type when 'vimeo' then 'vimeo' end, case source_type when 'vimeo' then (1000000 + n)::text end,
  'lesson ' || n, case when n % 50 > 0 then 100000 end, case when n % 50 > 0 then 'pipeline' end
from generate_series(0, 5999) as n, lateral (select (array['youtube', 'mux', 'vimeo'])[1 + n / 1000 % 3]) as s (source_type);
alter table public.module_lessons disable trigger user;
insert into public.module_lessons (module_id, video_id, lesson_order)
select pg_temp.id('module', n % 4000), pg_temp.id('video', n % 6000), 1 + n / 4000 from generate_series(0, 11999) as n;
alter table public.module_lessons enable trigger user;

insert into public.video_watch_sessions (video_id, id, creator_id, viewer_id, student_id, write_key_hash, evidence, session_start, session_end, first_contact_at, resume_at, last_seen_at)
select pg_temp.id('video', n % 600), pg_temp.id('session', n), pg_temp.id('creator', n % 600), pg_temp.id('student', n % 2000), pg_temp.id('student', n % 2000),
  '\x00', 'measured', at, case when n % 100 > 0 then at end, at, at, at
from generate_series(0, 19999) as n, lateral (select timestamptz '2026-05-01' + n * interval '20 min') as times (at);
insert into public.video_progress (video_id, viewer_id, creator_id, student_id, first_contact_at, last_contact_at)
select distinct on (1, 2) video_id, viewer_id, creator_id, student_id, first_contact_at, last_seen_at from public.video_watch_sessions;
insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id, student_id, course_id)
select pg_temp.id('video', n % 600), now() + (n % 100 - 20) * interval '1 day', (array['video_started', 'video_progress', 'video_completed'])[1 + n % 3],
  pg_temp.id('creator', n % 600), pg_temp.id('student', n % 2000), pg_temp.id('course', n % 600)
from generate_series(0, 29999) as n;
insert into public.video_analytics (video_id, date, creator_id)
select pg_temp.id('video', n % 600), date '2026-05-01' + n / 600, pg_temp.id('creator', n % 600) from generate_series(0, 17999) as n;
insert into public.video_analytics_revisions (video_id, date, creator_id, after)
select pg_temp.id('video', n % 600), date '2026-05-01' + n / 600, pg_temp.id('creator', n % 600), '{}' from generate_series(0, 5999) as n;
insert into public.transcript_segments (video_id, language, place, text, source)
select pg_temp.id('video', n % 600), 'en', 1 + n / 600, 'word' || n || ' of the text', 'captions' from generate_series(0, 11999) as n;
insert into public.transcript_attempts (video_id, method, outcome, attempted_at)
select pg_temp.id('video', n % 600), 'captions', 'none', now() from generate_series(0, 5999) as n;
insert into private.rate_counters (key, used, is_full, ends_at) select sha256(n::text::bytea), 1, n = 7, now() from generate_series(0, 5999) as n;
