import type { FunctionAccess } from './access-matrix.ts';
import { PLAYER_FUNCTIONS } from './expected-player-functions.ts';

/**
 * What each caller gets out of each exposed function.
 *
 * A key is a call, as SQL with names for ids (`cast.ts`); `{token}` is Vic's token for the caller `token`, null for all
 * others. Its value is what comes out: a value, `denied` (42501), or the SQLSTATE. Each function is called at least about
 * something of Ana's, of Ben's and of nobody's, as far as it takes arguments.
 */
export const FUNCTIONS: Record<string, FunctionAccess> = {
  ...PLAYER_FUNCTIONS,
  'public.get_student_total_watch_time': {
    "public.get_student_total_watch_time('{sam}', '{ana enrolled}')":
      'denied: anon token | 0: newcomer tom ben | 100: sam ana service',
    "public.get_student_total_watch_time('{sam}', '{ben public}')":
      'denied: anon token | 0: newcomer tom ana | 100: sam ben service',
    "public.get_student_total_watch_time('{tom}', '{ben enrolled}')":
      'denied: anon token | 0: newcomer sam ana | 100: tom ben service',
    "public.get_student_total_watch_time('{vic}', '{ana enrolled}')":
      'denied: anon token | 0: newcomer sam tom ben | 100: ana service',
    "public.get_student_total_watch_time('{nobody}', '{nobody}')":
      'denied: anon token | 0: newcomer sam tom ana ben service',
  },
  'public.get_student_highest_completion': {
    "public.get_student_highest_completion('{sam}', '{ana enrolled}')":
      'denied: anon token | 0: newcomer tom ben | 100: sam ana service',
    "public.get_student_highest_completion('{tom}', '{ben enrolled}')":
      'denied: anon token | 0: newcomer sam ana | 100: tom ben service',
    "public.get_student_highest_completion('{nobody}', '{nobody}')":
      'denied: anon token | 0: newcomer sam tom ana ben service',
  },
  'public.has_student_completed_video': {
    "public.has_student_completed_video('{sam}', '{ana enrolled}')":
      'denied: anon token | false: newcomer tom ben | true: sam ana service',
    "public.has_student_completed_video('{tom}', '{ben enrolled}')":
      'denied: anon token | false: newcomer sam ana | true: tom ben service',
    "public.has_student_completed_video('{nobody}', '{nobody}')":
      'denied: anon token | false: newcomer sam tom ana ben service',
  },
  'public.enroll_in_course': {
    "public.enroll_in_course('{ana open}') is not null":
      'PT401: anon token | true: newcomer sam tom ana ben | denied: service',
    "public.enroll_in_course('{ana closed}') is not null":
      'PT401: anon token | PT403: newcomer tom ana ben | true: sam | denied: service',
    "public.enroll_in_course('{ben closed}') is not null":
      'PT401: anon token | PT403: newcomer sam ana ben | true: tom | denied: service',
    "public.enroll_in_course('{ana draft}') is not null":
      'PT401: anon token | PT403: newcomer sam tom ana ben | denied: service',
    "public.enroll_in_course('{nobody}') is not null":
      'PT401: anon token | PT403: newcomer sam tom ana ben | denied: service',
  },
  'public.set_video_status': {
    "public.set_video_status('{ana waiting}', 'uploading') ->> 'status'":
      'denied: anon token | PT403: newcomer sam tom ben | uploading: ana service',
    "public.set_video_status('{ben waiting}', 'uploading') ->> 'status'":
      'denied: anon token | PT403: newcomer sam tom ana | uploading: ben service',
    "public.set_video_status('{nobody}', 'uploading') ->> 'status'":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.erase_student_data': {
    "public.erase_student_data('{sam}') ->> 'students'":
      'denied: anon token | PT403: newcomer tom ana ben | 1: sam service',
    "public.erase_student_data('{tom}') ->> 'students'":
      'denied: anon token | PT403: newcomer sam ana ben | 1: tom service',
    "public.erase_student_data('{vic}') ->> 'students'":
      'denied: anon token | PT403: newcomer sam tom ben | 1: ana service',
    "public.erase_student_data('{kim}') ->> 'students'":
      'denied: anon token | PT403: newcomer sam tom ana | 1: ben service',
    "public.erase_student_data('{nobody}') ->> 'students'":
      'denied: anon token | PT403: newcomer sam tom ana ben | PT404: service',
  },
  'public.export_student_data': {
    "jsonb_array_length(public.export_student_data('{sam}') #> '{tables,video_watch_sessions}')":
      'denied: anon token | PT403: newcomer tom ana ben | 2: sam service',
    "jsonb_array_length(public.export_student_data('{tom}') #> '{tables,video_watch_sessions}')":
      'denied: anon token | PT403: newcomer sam ana ben | 1: tom service',
    "jsonb_array_length(public.export_student_data('{vic}') #> '{tables,video_watch_sessions}')":
      'denied: anon token | PT403: newcomer sam tom ben | 1: ana service',
    "jsonb_array_length(public.export_student_data('{kim}') #> '{tables,video_watch_sessions}')":
      'denied: anon token | PT403: newcomer sam tom ana | 0: ben service',
    "jsonb_array_length(public.export_student_data('{nobody}') #> '{tables,video_watch_sessions}')":
      'denied: anon token | PT403: newcomer sam tom ana ben | PT404: service',
  },
  'public.explain_metric': {
    "(select count(*) from public.explain_metric('views', '{ana enrolled}', (now() - interval '30 min')::date))":
      'denied: anon token | PT403: newcomer sam tom ben | 2: ana service',
    "(select count(*) from public.explain_metric('views', '{ben public}', (now() - interval '30 min')::date))":
      'denied: anon token | PT403: newcomer sam tom ana | 2: ben service',
    "(select count(*) from public.explain_metric('views', '{nobody}', (now() - interval '30 min')::date))":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.get_creator_dashboard': {
    "public.get_creator_dashboard() #>> '{totals,views}'":
      'denied: anon token | PT403: newcomer sam tom | 3: ana ben | PT400: service',
    "public.get_creator_dashboard(p_creator_id => '{ana}') #>> '{totals,views}'":
      'denied: anon token | PT403: newcomer sam tom ben | 3: ana service',
    "public.get_creator_dashboard(p_creator_id => '{ben}') #>> '{totals,views}'":
      'denied: anon token | PT403: newcomer sam tom ana | 3: ben service',
    "public.get_creator_dashboard(p_creator_id => '{nobody}') #>> '{totals,views}'":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.get_video_retention': {
    "public.get_video_retention('{ana enrolled}') ->> 'views'":
      'denied: anon token | PT403: newcomer sam tom ben | 2: ana service',
    "public.get_video_retention('{ben public}') ->> 'views'":
      'denied: anon token | PT403: newcomer sam tom ana | 2: ben service',
    "public.get_video_retention('{nobody}') ->> 'views'":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.purge_expired_data': {
    'public.purge_expired_data()': 'denied: anon token newcomer sam tom ana ben | 0: service',
  },
  'public.settle_video_durations': {
    'public.settle_video_durations()': 'denied: anon token newcomer sam tom ana ben | 0: service',
  },
  'public.rotate_creator_key': {
    'public.rotate_creator_key() is not null':
      'denied: anon token | PT403: newcomer sam tom | true: ana ben | PT400: service',
    "public.rotate_creator_key('{ana}') is not null":
      'denied: anon token | PT403: newcomer sam tom ben | true: ana service',
    "public.rotate_creator_key('{ben}') is not null":
      'denied: anon token | PT403: newcomer sam tom ana | true: ben service',
    "public.rotate_creator_key('{nobody}') is not null": 'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.retire_creator_key': {
    "concat('done', public.retire_creator_key('one'))":
      'denied: anon token | PT403: newcomer sam tom | done: ana ben | PT400: service',
    "concat('done', public.retire_creator_key('one', '{ana}'))":
      'denied: anon token | PT403: newcomer sam tom ben | done: ana service',
    "concat('done', public.retire_creator_key('one', '{ben}'))":
      'denied: anon token | PT403: newcomer sam tom ana | done: ben service',
    "concat('done', public.retire_creator_key('one', '{nobody}'))":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.get_creator_keys': {
    'jsonb_array_length(public.get_creator_keys())':
      'denied: anon token | PT403: newcomer sam tom | 1: ana ben | PT400: service',
    "jsonb_array_length(public.get_creator_keys('{ana}'))":
      'denied: anon token | PT403: newcomer sam tom ben | 1: ana service',
    "jsonb_array_length(public.get_creator_keys('{ben}'))":
      'denied: anon token | PT403: newcomer sam tom ana | 1: ben service',
    "jsonb_array_length(public.get_creator_keys('{nobody}'))":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.roll_up_recent_video_analytics': {
    'public.roll_up_recent_video_analytics()': 'denied: anon token newcomer sam tom ana ben | 0: service',
  },
  'public.auto_complete_video_watch_session': {
    "concat('done', public.auto_complete_video_watch_session())": 'denied: everybody',
  },
  'public.reorder_lessons': {
    "concat('done', public.reorder_lessons('{ana draft module}', array(select id from public.module_lessons where module_id = '{ana draft module}')))":
      'denied: anon token | PT403: newcomer sam tom ben | done: ana service',
    "concat('done', public.reorder_lessons('{nobody}', '{}'))":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.reorder_modules': {
    "concat('done', public.reorder_modules('{ana draft}', '{\"{ana draft module}\"}'))":
      'denied: anon token | PT403: newcomer sam tom ben | done: ana service',
    "concat('done', public.reorder_modules('{ben closed}', '{\"{ben closed module}\"}'))":
      'denied: anon token | PT403: newcomer sam tom ana | done: ben service',
    "concat('done', public.reorder_modules('{nobody}', '{}'))":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.get_module_lessons': {
    "jsonb_array_length(public.get_module_lessons('{ana closed module}', '{sam}'))":
      'denied: anon token | PT403: newcomer tom ben | 1: sam ana service',
    "jsonb_array_length(public.get_module_lessons('{ana closed module}'))":
      'denied: anon token | PT403: newcomer tom ben | 1: sam | PT400: ana service',
    "jsonb_array_length(public.get_module_lessons('{ana draft module}', '{sam}'))":
      'denied: anon token | PT403: newcomer sam tom ben | 1: ana service',
    "jsonb_array_length(public.get_module_lessons('{nobody}', '{sam}'))":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.get_course_progress': {
    "public.get_course_progress('{ana closed}', '{sam}') ->> 'completed'":
      'denied: anon token | PT403: newcomer tom ben | true: sam ana service',
    "public.get_course_progress('{ben closed}', '{tom}') ->> 'completed'":
      'denied: anon token | PT403: newcomer sam ana | true: tom ben service',
    "public.get_course_progress('{nobody}', '{sam}') ->> 'completed'":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.upsert_whop_lesson': {
    "public.upsert_whop_lesson('one', 'Lesson', 'vimeo', '76979871') is not null":
      'denied: anon token | PT403: newcomer sam tom | true: ana ben | PT400: service',
    "public.upsert_whop_lesson('one', 'Lesson', 'vimeo', '76979871', p_creator_id => '{ana}') is not null":
      'denied: anon token | PT403: newcomer sam tom ben | true: ana service',
    "public.upsert_whop_lesson('one', 'Lesson', 'vimeo', '76979871', p_creator_id => '{nobody}') is not null":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.record_transcript_attempt': {
    "public.record_transcript_attempt('{ana public}', 'owner_file', 'ok') is not null":
      'denied: anon token newcomer sam tom ana ben | true: service',
    "public.record_transcript_attempt('{nobody}', 'owner_file', 'ok') is not null":
      'denied: anon token newcomer sam tom ana ben | PT403: service',
  },
  'public.get_cost_report': {
    "(public.get_cost_report() ->> 'creator_id')::uuid = '{ana}'":
      'denied: anon token | PT403: newcomer sam tom | true: ana | false: ben | PT400: service',
    "(public.get_cost_report('{ana}') ->> 'creator_id')::uuid = '{ana}'":
      'denied: anon token | PT403: newcomer sam tom ben | true: ana service',
    "(public.get_cost_report('{nobody}') ->> 'creator_id')::uuid = '{ana}'":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.roll_up_video_analytics': {
    'public.roll_up_video_analytics(0, true)': 'denied: anon token newcomer sam tom ana ben | 0: service',
  },
  'public.close_stale_watch_sessions': {
    'public.close_stale_watch_sessions()': 'denied: anon token newcomer sam tom ana ben | 0: service',
  },
  'public.ensure_event_partitions': {
    'public.ensure_event_partitions()': 'denied: anon token newcomer sam tom ana ben | 0: service',
  },
};
