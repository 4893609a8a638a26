-- A small world to look at: one creator, one course, a few videos. Fixed ids, so that applying it again changes nothing
-- and every example can name them. Durations and chapters are those of examples/clips; a test compares.

insert into auth.users (id, aud, role, email, created_at, updated_at)
values ('c0000000-0000-4000-8000-000000000001', 'authenticated', 'authenticated', 'creator@chronos.example', '2026-01-01', '2026-01-01')
on conflict (id) do nothing;

insert into public.creators (id, user_id, name, time_zone)
values ('c1000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001', 'Chronos', 'UTC')
on conflict (id) do nothing;

insert into public.courses (id, creator_id, title, description, is_published, enrollment)
values (
  'c2000000-0000-4000-8000-000000000001', 'c1000000-0000-4000-8000-000000000001', 'Numbers you can trust',
  'How watch time is measured, how it travels and how it is kept.', true, 'open'
)
on conflict (id) do nothing;

insert into public.course_modules (id, course_id, title, module_order)
values
  ('c3000000-0000-4000-8000-000000000001', 'c2000000-0000-4000-8000-000000000001', 'What was watched', 1),
  ('c3000000-0000-4000-8000-000000000002', 'c2000000-0000-4000-8000-000000000001', 'Other sources', 2)
on conflict (id) do nothing;

insert into public.videos (
  id, creator_id, title, description, source_type, url, thumbnail_url, captions, chapters,
  duration_ms, duration_source, status, access
)
values
  (
    'c4000000-0000-4000-8000-000000000001', 'c1000000-0000-4000-8000-000000000001',
    'How Chronos Player knows what you watched', 'A lesson about the player that is playing it.',
    'upload', '/clips/lesson.mp4', '/clips/lesson-poster.webp',
    '[{"src": "/clips/lesson.en.vtt", "srclang": "en", "label": "English"}]',
    '[
      {"start_ms": 0, "end_ms": 5800, "title": "What you watched"},
      {"start_ms": 5800, "end_ms": 17250, "title": "The end is not the whole"},
      {"start_ms": 17250, "end_ms": 29900, "title": "Every moment counts once"},
      {"start_ms": 29900, "end_ms": 43200, "title": "Two clocks"},
      {"start_ms": 43200, "end_ms": 51950, "title": "Two devices, one viewer"},
      {"start_ms": 51950, "end_ms": 63750, "title": "Totals, never differences"},
      {"start_ms": 63750, "end_ms": 72900, "title": "The outbox"},
      {"start_ms": 72900, "end_ms": 88000, "title": "Complete, once"}
    ]',
    88000, 'pipeline', 'ready', 'public'
  ),
  (
    'c4000000-0000-4000-8000-000000000002', 'c1000000-0000-4000-8000-000000000001',
    'A clock of thirty seconds', 'Its own time burnt in: what is shown is where it stands.',
    'upload', '/clips/clock.mp4', null, '[]', '[]', 30000, 'pipeline', 'ready', 'public'
  ),
  (
    'c4000000-0000-4000-8000-000000000003', 'c1000000-0000-4000-8000-000000000001',
    'The clock, for students', 'The same clip, but only for students of the course.',
    'upload', '/clips/clock.mp4', null, '[]', '[]', 30000, 'pipeline', 'ready', 'enrolled'
  )
on conflict (id) do nothing;

insert into public.videos (
  id, creator_id, title, description, source_type, url, youtube_video_id, embed_type, thumbnail_url, status, access
)
values (
  'c4000000-0000-4000-8000-000000000004', 'c1000000-0000-4000-8000-000000000001',
  'Big Buck Bunny', 'A film of the Blender Foundation, on YouTube. Its length is learnt from playing it.',
  'youtube', 'https://www.youtube.com/watch?v=aqz-KE-bpKQ', 'aqz-KE-bpKQ', 'youtube',
  'https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg', 'ready', 'public'
)
on conflict (id) do nothing;

insert into public.module_lessons (id, module_id, video_id, lesson_order, is_required, estimated_duration_minutes)
values
  ('c5000000-0000-4000-8000-000000000001', 'c3000000-0000-4000-8000-000000000001', 'c4000000-0000-4000-8000-000000000001', 1, true, 2),
  ('c5000000-0000-4000-8000-000000000002', 'c3000000-0000-4000-8000-000000000001', 'c4000000-0000-4000-8000-000000000002', 2, true, 1),
  ('c5000000-0000-4000-8000-000000000003', 'c3000000-0000-4000-8000-000000000001', 'c4000000-0000-4000-8000-000000000003', 3, false, 1),
  ('c5000000-0000-4000-8000-000000000004', 'c3000000-0000-4000-8000-000000000002', 'c4000000-0000-4000-8000-000000000004', 1, false, 10)
on conflict (id) do nothing;
