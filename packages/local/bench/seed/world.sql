-- Creators in three time zones, their courses, modules, lessons and videos from four sources; and the viewers who are known.

insert into auth.users (id)
select watch_seed.id(seed, 'user of creator ', n) from watch_seed.plan, generate_series(0, creators - 1) as n;

insert into public.creators (id, user_id, name, time_zone)
select watch_seed.id(seed, 'creator ', n), watch_seed.id(seed, 'user of creator ', n), 'Creator ' || n,
  ('{UTC,America/New_York,Asia/Kolkata}'::text[])[1 + n % 3]
from watch_seed.plan, generate_series(0, creators - 1) as n;

insert into public.courses (id, creator_id, title, is_published, enrollment)
select watch_seed.id(seed, 'course ', n), watch_seed.id(seed, 'creator ', n * creators / courses), 'Course ' || n, true, 'open'
from watch_seed.plan, generate_series(0, courses - 1) as n;

insert into public.course_modules (id, course_id, title, module_order)
select watch_seed.id(seed, 'module ', n), watch_seed.id(seed, 'course ', n / 2), 'Module ' || 1 + n % 2, 1 + n % 2
from watch_seed.plan, generate_series(0, 2 * courses - 1) as n;

insert into public.videos (
  id, creator_id, title, source_type, youtube_video_id, mux_playback_id, embed_type, embed_id, url, status, access,
  duration_ms, duration_source
)
select watch_seed.id(seed, 'video ', n), watch_seed.id(seed, 'creator ', (n / 10) * creators / courses), 'Video ' || n,
  ('{upload,youtube,mux,loom}'::text[])[1 + n % 4],
  case n % 4 when 1 then substr(md5(n::text), 1, 11) end,
  case n % 4 when 2 then md5(n::text) end,
  case n % 4 when 3 then 'loom' end,
  case n % 4 when 3 then md5(n::text) end,
  case n % 4 when 0 then '/videos/' || n || '.mp4' end,
  'ready', 'public', 60000 * (3 + n * 7 % 20), 'pipeline'
from watch_seed.plan, generate_series(0, videos - 1) as n;

insert into public.module_lessons (module_id, video_id, lesson_order)
select watch_seed.id(seed, 'module ', n / 5), watch_seed.id(seed, 'video ', n), 1 + n % 5
from watch_seed.plan, generate_series(0, videos - 1) as n;

create temporary table known_viewers on commit drop as
select distinct on (viewer) viewer, course
from watch_seed.plan, watch_seed.viewings(0, plan.visits / 8 * 5 - 1)
where identity = 'student'
order by viewer, viewing;

insert into auth.users (id)
select watch_seed.id(seed, 'user of viewer ', viewer) from watch_seed.plan, known_viewers;

insert into public.students (id, user_id, display_name)
select watch_seed.id(seed, 'student ', viewer), watch_seed.id(seed, 'user of viewer ', viewer), 'Student ' || viewer
from watch_seed.plan, known_viewers;

insert into public.enrollments (course_id, student_id)
select watch_seed.id(seed, 'course ', course), watch_seed.id(seed, 'student ', viewer) from watch_seed.plan, known_viewers;
