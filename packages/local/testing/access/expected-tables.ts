import type { TableAccess } from './access-matrix.ts';

const NOBODY = 'denied: everybody';

/** What only functions reach: nothing is granted to anybody. */
const OUT_OF_REACH: TableAccess = {
  select: NOBODY,
  insert: NOBODY,
  update: NOBODY,
  delete: NOBODY,
  rights: 'none',
  policies: 'on',
};

/** The same for a view, which has no row level security of its own. */
const VIEW_OUT_OF_REACH: TableAccess = { ...OUT_OF_REACH, policies: 'none' };

/** What functions write and those concerned read: no API role writes it, the operator's server included. */
const READ_ONLY = { insert: NOBODY, update: NOBODY, delete: NOBODY };

/** Partitions are read through their parent alone. */
export const PARTITION: TableAccess = OUT_OF_REACH;

/** Tables whose rows belong to nobody, and why. */
export const SHARED: Record<string, string> = {
  'private.rate_limits': 'one row of settings',
  'private.rate_salts': 'random bits of the day',
  'private.dropped_sessions': 'ids of sessions that are gone, which lead to nobody',
  'private.rate_counters': 'named by hashes, so that nobody knows whose they are',
  'public.creator_tiers': 'what the plans allow is the same for everybody',
  'public.prices': 'the operator has one price list',
};

/**
 * What each caller (`cast.ts`) gets of each table: read "outcome: who gets it". A row is called by whose it is and by its
 * title or that of its course: `ana/sam closed` is Sam's, in Ana's closed course. The rows are made in `rows.sql`.
 */
export const TABLES: Record<string, TableAccess> = {
  'public.course_modules': {
    select:
      'denied: anon token | none: newcomer | ana closed, ana open: sam | ben closed: tom ben | ana closed, ana draft, ana open: ana | all: service',
    insert:
      'denied: anon token newcomer sam tom | ana closed, ana draft, ana open: ana | ben closed: ben | all: service',
    update:
      'denied: anon token | none: newcomer sam tom | ana closed, ana draft, ana open: ana | ben closed: ben | all: service',
    delete:
      'denied: anon token | none: newcomer sam tom | ana closed, ana draft, ana open: ana | ben closed: ben | all: service',
    rights:
      'authenticated: select all, insert course_id title module_order, update title module_order, delete | service_role: select all, insert all, update all, delete',
    policies:
      'on: creators_add_modules, creators_and_students_see_modules, creators_edit_their_modules, creators_remove_their_modules',
  },
  'public.courses': {
    select:
      'denied: anon token | ana open, ben open: newcomer | ana closed, ana open, ben open: sam | ana open, ben closed, ben open: tom ben | ana closed, ana draft, ana open, ben open: ana | all: service',
    insert:
      'denied: anon token newcomer sam tom | ana closed, ana draft, ana open: ana | ben closed, ben draft, ben open: ben | all: service',
    update:
      'denied: anon token | none: newcomer sam tom | ana closed, ana draft, ana open: ana | ben closed, ben open: ben | all: service',
    delete: 'denied: anon token newcomer sam tom ana ben | all: service',
    rights:
      'authenticated: select all, insert title description is_published enrollment gating, update title description is_published enrollment gating is_deleted | service_role: select all, insert all, update all, delete',
    policies: 'on: creators_and_students_see_courses, creators_edit_their_courses, creators_make_their_courses',
  },
  'public.creator_tiers': {
    select: 'denied: anon token | all: newcomer sam tom ana ben service',
    insert: 'denied: anon token newcomer sam tom ana ben | all: service',
    update: 'denied: anon token newcomer sam tom ana ben | all: service',
    delete: 'denied: anon token newcomer sam tom ana ben | all: service',
    rights: 'authenticated: select all | service_role: select all, insert all, update all, delete',
    policies: 'on: everyone_signed_in_sees_tiers',
  },
  'public.creators': {
    select: 'denied: anon token | none: newcomer sam tom | ana: ana | ben: ben | all: service',
    insert: 'denied: anon token newcomer sam tom ana ben | all: service',
    update: 'denied: anon token | none: newcomer sam tom | ana: ana | ben: ben | all: service',
    delete: 'denied: anon token newcomer sam tom ana ben | all: service',
    rights:
      'authenticated: select all, update name time_zone | service_role: select all, insert all, update all, delete',
    policies: 'on: creators_edit_themselves, creators_see_themselves',
  },
  'public.enrollments': {
    select:
      'denied: anon token | none: newcomer | ana/sam closed, ana/sam draft, ana/sam open: sam | ben/tom closed, ben/tom open: tom | ana/sam closed, ana/sam draft, ana/sam open, ana/vic closed: ana | ben/kim closed, ben/tom closed, ben/tom open: ben | all: service',
    insert:
      'denied: anon token newcomer | ana/sam open: sam | ben/tom open: tom | ana/sam closed, ana/sam draft, ana/sam open, ana/vic closed: ana | ben/kim closed, ben/tom closed, ben/tom open: ben | all: service',
    update: 'denied: anon token newcomer sam tom ana ben | all: service',
    delete:
      'denied: anon token | none: newcomer sam tom | ana/sam closed, ana/sam draft, ana/sam open, ana/vic closed: ana | ben/kim closed, ben/tom closed, ben/tom open: ben | all: service',
    rights:
      'authenticated: select all, insert course_id student_id, delete | service_role: select all, insert all, update all, delete',
    policies:
      'on: creators_end_enrollments, students_and_creators_see_enrollments, students_enrol_themselves_and_creators_others',
  },
  'public.job_failures': {
    ...READ_ONLY,
    select: 'denied: anon token newcomer sam tom ana ben | all: service',
    rights: 'service_role: select all',
    policies: 'on',
  },
  'public.module_lessons': {
    select:
      'denied: anon token | none: newcomer | ana closed, ana open: sam | ana/ben theft, ben closed: tom ben | ana closed, ana draft, ana open: ana | all: service',
    insert:
      'denied: anon token newcomer sam tom | ana closed, ana draft, ana open: ana | ben closed: ben | all: service',
    update:
      'denied: anon token | none: newcomer sam tom | ana closed, ana draft, ana open: ana | ana/ben theft, ben closed: ben | all: service',
    delete:
      'denied: anon token | none: newcomer sam tom | ana closed, ana draft, ana open: ana | ana/ben theft, ben closed: ben | all: service',
    rights:
      'authenticated: select all, insert module_id video_id lesson_order title description is_required estimated_duration_minutes metadata, update module_id lesson_order title description is_required estimated_duration_minutes metadata, delete | service_role: select all, insert all, update all, delete',
    policies:
      'on: creators_add_lessons, creators_and_students_see_lessons, creators_edit_their_lessons, creators_remove_their_lessons',
    move: 'nothing: anon token newcomer sam tom | module_id to ana closed module, module_id to ana draft module, module_id to ana open module: ana | module_id to ben closed module: ben',
  },
  'public.prices': {
    select: 'denied: anon token | all: newcomer sam tom ana ben service',
    insert: 'denied: anon token newcomer sam tom ana ben | all: service',
    update: 'denied: anon token newcomer sam tom ana ben | all: service',
    delete: 'denied: anon token newcomer sam tom ana ben | all: service',
    rights: 'authenticated: select all | service_role: select all, insert all, update all, delete',
    policies: 'on: everyone_signed_in_sees_prices',
  },
  'private.creator_keys': OUT_OF_REACH,
  'private.dropped_sessions': OUT_OF_REACH,
  'private.rate_counters': OUT_OF_REACH,
  'private.rate_limits': OUT_OF_REACH,
  'private.rate_salts': OUT_OF_REACH,
  'private.video_analytics_dirty_days': OUT_OF_REACH,
  'private.video_retests': OUT_OF_REACH,
  'private.visits': VIEW_OUT_OF_REACH,
  // Supabase's own grants; the policies are ours. A film moves between buckets only where it fits (video_files.test.sql).
  'storage.objects': {
    select:
      'ana public.mp4, ben public.mp4: anon token newcomer sam tom | ana film.mp4, ana poster.webp, ana public.mp4, ben public.mp4: ana | ana public.mp4, ben film.mp4, ben poster.webp, ben public.mp4: ben | all: service',
    insert:
      'denied: anon token newcomer sam tom | ana film.mp4, ana poster.webp: ana | ben film.mp4, ben poster.webp: ben | all: service',
    update:
      'none: anon token newcomer sam tom | ana film.mp4, ana poster.webp: ana | ben film.mp4, ben poster.webp: ben | all: service',
    delete:
      'none: anon token newcomer sam tom | ana film.mp4, ana poster.webp: ana | ben film.mp4, ben poster.webp: ben | all: service',
    rights:
      'anon: select all, insert all, update all, delete truncate references trigger | authenticated: select all, insert all, update all, delete truncate references trigger | service_role: select all, insert all, update all, delete truncate references trigger',
    policies:
      'on: chronos_files_are_removed_by_creators, chronos_files_are_replaced_by_creators, chronos_files_are_seen_by_who_may_play to anon and authenticated, chronos_files_are_uploaded_by_creators',
    move: 'nothing: anon token newcomer sam tom | bucket_id to chronos-thumbnails, name to ana film.mp4: ana | bucket_id to chronos-thumbnails, name to ben film.mp4: ben',
  },
  'public.students': {
    select:
      'denied: anon token | none: newcomer | sam: sam | tom: tom | ana/vic, sam: ana | ben/kim, tom: ben | all: service',
    insert: 'denied: anon token newcomer sam tom ana ben | all: service',
    update: 'denied: anon token | none: newcomer ana ben | sam: sam | tom: tom | all: service',
    delete: NOBODY,
    rights: 'authenticated: select all, update display_name | service_role: select all, insert all, update all',
    policies: 'on: students_edit_themselves, students_see_themselves_and_creators_theirs',
  },
  'public.transcript_attempts': {
    ...READ_ONLY,
    select: 'denied: anon token | none: newcomer sam tom | ana: ana | ben: ben | all: service',
    rights: 'authenticated: select all | service_role: select all',
    policies: 'on: creators_see_attempts_on_their_videos',
  },
  'public.transcript_chunks': {
    select: 'denied: anon token | none: newcomer sam tom | ana: ana | ben: ben | all: service',
    insert: 'denied: anon token newcomer sam tom ana ben | all: service',
    update: 'denied: anon token newcomer sam tom ana ben | all: service',
    delete: 'denied: anon token newcomer sam tom ana ben | all: service',
    rights: 'authenticated: select all | service_role: select all, insert all, update all, delete',
    policies: 'on: creators_see_their_chunks',
  },
  'public.transcript_segments': {
    select: 'denied: anon token | none: newcomer sam tom | ana: ana | ben: ben | all: service',
    insert: 'denied: anon token newcomer sam tom ana ben | all: service',
    update: 'denied: anon token newcomer sam tom ana ben | all: service',
    delete: 'denied: anon token newcomer sam tom ana ben | all: service',
    rights: 'authenticated: select all | service_role: select all, insert all, update all, delete',
    policies: 'on: creators_see_their_transcripts',
  },
  'public.video_analytics': {
    ...READ_ONLY,
    select: 'denied: anon token | none: newcomer sam tom | ana: ana | ben: ben | all: service',
    rights: 'authenticated: select all | service_role: select all',
    policies: 'on: creators_see_their_figures',
  },
  'public.video_analytics_events': {
    ...READ_ONLY,
    select:
      'denied: anon token | none: newcomer | ana/sam, ben/sam: sam | ben/tom: tom | ana, ana closed, ana draft, ana open, ana/ben closed, ana/sam, ana/vic: ana | ben, ben closed, ben/sam, ben/tom: ben | all: service',
    rights: 'authenticated: select all | service_role: select all',
    policies: 'on: students_and_creators_see_events',
  },
  'public.video_analytics_revisions': {
    ...READ_ONLY,
    select: 'denied: anon token | none: newcomer sam tom | ana: ana | ben: ben | all: service',
    rights: 'authenticated: select all | service_role: select all',
    policies: 'on: creators_see_their_revisions',
  },
  'public.video_progress': {
    ...READ_ONLY,
    select:
      'denied: anon token | none: newcomer | ana/sam, ben/sam: sam | ben/tom: tom | ana, ana/sam, ana/vic: ana | ben, ben/sam, ben/tom: ben | all: service',
    rights: 'authenticated: select all | service_role: select all',
    policies: 'on: students_and_creators_see_progress',
  },
  'public.video_watch_sessions': {
    ...READ_ONLY,
    select:
      'denied: anon token | none: newcomer | ana/sam, ben/sam: sam | ben/tom: tom | ana, ana/sam, ana/vic: ana | ben, ben/sam, ben/tom: ben | all: service',
    rights:
      'authenticated: select all but anonymous_id_hash write_key_hash context_digest end_age_ms claimed_duration_ms claimed_milestone_durations | service_role: select all',
    policies: 'on: students_and_creators_see_sessions',
  },
  'public.videos': {
    select:
      'denied: anon token | none: newcomer sam tom | ana attestable, ana enrolled, ana film, ana public: ana | ben attestable, ben enrolled, ben film, ben public: ben | all: service',
    insert:
      'denied: anon token newcomer sam tom | ana attestable, ana enrolled, ana film, ana public: ana | ben attestable, ben enrolled, ben film, ben public: ben | all: service',
    update:
      'denied: anon token | none: newcomer sam tom | ana attestable, ana enrolled, ana film, ana public: ana | ben attestable, ben enrolled, ben film, ben public: ben | all: service',
    delete: 'denied: anon token newcomer sam tom ana ben | all: service',
    rights:
      'authenticated: select all, insert all but id creator_id storage_path file_size_bytes transcript duration_ms duration_seconds duration_source status error imported_at is_deleted created_at updated_at, update title description url thumbnail_url captions chapters access allowed_origins completion_threshold completion_accepts_late accepted_evidence is_deleted | service_role: select all, insert all, update all but id creator_id source_type youtube_video_id mux_playback_id embed_type embed_id storage_path file_size_bytes whop_lesson_id duration_seconds status error imported_at created_at updated_at, delete',
    policies: 'on: creators_add_videos, creators_edit_their_videos, creators_see_their_videos',
  },
};
