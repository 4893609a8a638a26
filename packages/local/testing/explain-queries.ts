/** A query of the product, and the index that must serve it. */
export interface IndexedQuery {
  /** What is asked, as a sentence. */
  asks: string;
  /** Name of the index the plan must contain. */
  index: string;
  /** Who asks: user of creator 7 or of student 7, under row level security. Without it, the owner: functions and keys. */
  as?: 'creator' | 'student';
  sql: string;
}

/**
 * Every index that a new row pays for, with the query that pays back. `{creator}`, `{video}` and so on are ids of rows that
 * the test makes; the owner's queries are those that stand in functions, policies and foreign keys.
 *
 * Lists are asked for with a filter, although the policy would do: a policy that says "his own, or of his videos" can be
 * served by two indexes at best, and in no order.
 */
export const QUERIES: IndexedQuery[] = [
  {
    asks: 'who is signed in, as a creator? (every policy)',
    index: 'creators_user_id_key',
    sql: `select id from public.creators where user_id = '{creator user}'`,
  },
  {
    asks: 'who is signed in, as a student?',
    index: 'students_user_id_key',
    sql: `select id from public.students where user_id = '{student user}'`,
  },
  {
    asks: 'which student does this viewer token name?',
    index: 'students_creator_id_external_id_key',
    sql: `select id from public.students where creator_id = '{creator}' and external_id = 'external 7'`,
  },
  {
    asks: 'which secret signed this viewer token?',
    index: 'creator_keys_creator_id_kid_key',
    sql: `select secret from private.creator_keys where creator_id = '{creator}' and kid = 'one'`,
  },
  {
    asks: 'which courses does a creator own? (policies)',
    index: 'courses_creator_id_idx',
    sql: `select id from public.courses where creator_id = '{creator}'`,
  },
  {
    asks: 'the modules of a course in order',
    index: 'course_modules_course_id_module_order_key',
    as: 'creator',
    sql: `select title from public.course_modules where course_id = '{course}' order by module_order`,
  },
  {
    asks: 'is this student in this course?',
    index: 'enrollments_course_id_student_id_key',
    sql: `select from public.enrollments where course_id = '{course}' and student_id = '{student}'`,
  },
  {
    asks: 'which courses is a student in? (access to enrolled videos, policies)',
    index: 'enrollments_student_id_idx',
    sql: `select course_id from public.enrollments where student_id = '{student}'`,
  },
  {
    asks: 'the lessons of a module in order',
    index: 'module_lessons_module_id_lesson_order_key',
    as: 'creator',
    sql: `select title from public.module_lessons where module_id = '{module}' order by lesson_order`,
  },
  {
    asks: 'is this video a lesson of this module? (where was it watched)',
    index: 'module_lessons_module_id_video_id_key',
    sql: `select from public.module_lessons where module_id = '{module}' and video_id = '{video}'`,
  },
  {
    asks: 'which modules use a video? (access to enrolled videos)',
    index: 'module_lessons_video_id_idx',
    sql: `select module_id from public.module_lessons where video_id = '{video}'`,
  },
  {
    asks: 'the library of a creator, by source',
    index: 'videos_creator_id_source_type_idx',
    as: 'creator',
    sql: `select title from public.videos where creator_id = '{creator}' and source_type = 'mux'`,
  },
  {
    asks: 'has this YouTube video been added?',
    index: 'videos_youtube_video_id_idx',
    as: 'creator',
    sql: `select id from public.videos where youtube_video_id = 'youtube0007'`,
  },
  {
    asks: 'which video does this Mux webhook mean?',
    index: 'videos_mux_playback_id_idx',
    sql: `select id from public.videos where mux_playback_id = 'playback0007'`,
  },
  {
    asks: 'has this embed been added?',
    index: 'videos_embed_type_embed_id_idx',
    as: 'creator',
    sql: `select id from public.videos where embed_type = 'vimeo' and embed_id = '7'`,
  },
  {
    asks: 'which video came from this Whop lesson?',
    index: 'videos_creator_id_whop_lesson_id_key',
    sql: `select id from public.videos where creator_id = '{creator}' and whop_lesson_id = 'lesson 7'`,
  },
  {
    asks: 'which videos wait for a length? (settle_video_durations)',
    index: 'videos_without_duration_idx',
    sql: `select id from public.videos where duration_ms is null and not is_deleted and id >= '{video}' order by id limit 100`,
  },
  {
    asks: 'the session of this message',
    index: 'video_watch_sessions_pkey',
    sql: `select * from public.video_watch_sessions where video_id = '{video}' and id = '{session}'`,
  },
  {
    asks: 'the sessions of a video on a day (rollup)',
    index: 'video_watch_sessions_video_id_first_contact_at_idx',
    sql: `select * from public.video_watch_sessions where video_id = '{video}' and first_contact_at >= '2026-05-01' and first_contact_at < '2026-05-03'`,
  },
  {
    asks: 'the other sessions of a viewer with a video (resume position, limits)',
    index: 'video_watch_sessions_video_id_viewer_id_idx',
    sql: `select id from public.video_watch_sessions where video_id = '{video}' and viewer_id = '{student}'`,
  },
  {
    asks: 'my own visits to a video, newest first',
    index: 'video_watch_sessions_student_id_video_id_idx',
    as: 'student',
    sql: `select id from public.video_watch_sessions where student_id = '{student}' and video_id = '{video}' order by first_contact_at desc limit 20`,
  },
  {
    asks: 'all sessions of a student (export and erasure)',
    index: 'video_watch_sessions_student_id_video_id_idx',
    sql: `select id from public.video_watch_sessions where student_id = '{student}'`,
  },
  {
    asks: 'the newest visits to my videos',
    index: 'video_watch_sessions_creator_id_idx',
    as: 'creator',
    sql: `select id from public.video_watch_sessions where creator_id = '{creator}' order by first_contact_at desc limit 20`,
  },
  {
    asks: 'which open sessions have fallen silent? (close_stale_watch_sessions)',
    index: 'video_watch_sessions_open_idx',
    sql: `select id from public.video_watch_sessions where session_end is null and first_contact_at < now() - interval '30 min' and last_seen_at < now() - interval '30 min'`,
  },
  {
    asks: 'what has this viewer watched of this video?',
    index: 'video_progress_pkey',
    sql: `select * from public.video_progress where video_id = '{video}' and viewer_id = '{student}'`,
  },
  {
    asks: 'my progress in all videos',
    index: 'video_progress_student_id_idx',
    as: 'student',
    sql: `select video_id, percent_complete from public.video_progress where student_id = '{student}'`,
  },
  {
    asks: 'which rows go with a creator? (foreign key)',
    index: 'video_progress_creator_id_idx',
    sql: `delete from only public.video_progress where creator_id = '{creator}'`,
  },
  {
    asks: 'what happened to a video, over time',
    index: 'video_analytics_events_pkey',
    as: 'creator',
    sql: `select event_type from public.video_analytics_events where video_id = '{video}' order by "timestamp" desc limit 50`,
  },
  {
    asks: 'events of one kind about a video',
    index: 'video_analytics_events_video_id_event_type_idx',
    sql: `select session_id from public.video_analytics_events where video_id = '{video}' and event_type = 'video_completed'`,
  },
  {
    asks: 'the newest events of my videos',
    index: 'video_analytics_events_creator_id_idx',
    as: 'creator',
    sql: `select event_type from public.video_analytics_events where creator_id = '{creator}' order by "timestamp" desc limit 50`,
  },
  {
    asks: 'what I did with a video',
    index: 'video_analytics_events_student_id_idx',
    as: 'student',
    sql: `select "timestamp" from public.video_analytics_events where student_id = '{student}' and video_id = '{video}' and event_type = 'video_progress'`,
  },
  {
    asks: 'completions in a course over a month',
    index: 'video_analytics_events_course_id_idx',
    as: 'creator',
    sql: `select student_id from public.video_analytics_events where course_id = '{course}' and event_type = 'video_completed' and "timestamp" >= now() - interval '1 month'`,
  },
  {
    asks: 'the days of a video',
    index: 'video_analytics_pkey',
    as: 'creator',
    sql: `select views from public.video_analytics where video_id = '{video}' and date >= '2026-05-01'`,
  },
  {
    asks: 'my days over all videos',
    index: 'video_analytics_creator_id_date_idx',
    as: 'creator',
    sql: `select video_id, views from public.video_analytics where creator_id = '{creator}' and date between '2026-05-01' and '2026-05-07'`,
  },
  {
    asks: 'why did this day change?',
    index: 'video_analytics_revisions_video_id_date_idx',
    as: 'creator',
    sql: `select before, after from public.video_analytics_revisions where video_id = '{video}' and date = '2026-05-01'`,
  },
  {
    asks: 'which revisions go with a creator? (foreign key)',
    index: 'video_analytics_revisions_creator_id_idx',
    sql: `delete from only public.video_analytics_revisions where creator_id = '{creator}'`,
  },
  {
    asks: 'the transcript of a video in order',
    index: 'transcript_segments_video_id_language_place_key',
    as: 'creator',
    sql: `select text from public.transcript_segments where video_id = '{video}' and language = 'en' order by place`,
  },
  {
    // For a server alone. `@@` is not leakproof, so under a policy Postgres first finds the creator's own segments.
    asks: 'where is a word said? (search, as service_role)',
    index: 'transcript_segments_search_idx',
    sql: `select video_id from public.transcript_segments where search @@ to_tsquery('simple', 'word7')`,
  },
  {
    asks: 'what was tried for a video?',
    index: 'transcript_attempts_video_id_attempted_at_idx',
    as: 'creator',
    sql: `select method, outcome from public.transcript_attempts where video_id = '{video}' order by attempted_at`,
  },
  {
    asks: 'how much has been used? (rate limits)',
    index: 'rate_counters_key_idx',
    sql: `select sum(used) from private.rate_counters where key = sha256('7')`,
  },
  {
    asks: 'is any network full? (rate limits)',
    index: 'rate_counters_full_idx',
    sql: `select from private.rate_counters where is_full limit 1`,
  },
];
