import type { FunctionAccess } from './access-matrix.ts';

/**
 * What each caller gets out of each exposed function.
 *
 * A key is a call, as SQL with names for ids (`cast.ts`); `{token}` is Vic's token for the caller `token`, null for all
 * others. Its value is what comes out: a value, `denied` (42501), or the SQLSTATE. Each function is called at least about
 * something of Ana's, of Ben's and of nobody's, as far as it takes arguments.
 */
export const FUNCTIONS: Record<string, FunctionAccess> = {
  'public.get_player_video': {
    "public.get_player_video('{ana public}', {token}) ->> 'src'": '/ana-public.mp4: everybody',
    "public.get_player_video('{ana enrolled}', {token}) ->> 'src'":
      'PT403: anon newcomer tom ben service | /ana-enrolled.mp4: token sam ana',
    "public.get_player_video('{ben public}') ->> 'src'": '/ben-public.mp4: everybody',
    "public.get_player_video('{ben enrolled}') ->> 'src'":
      'PT403: anon token newcomer sam ana service | /ben-enrolled.mp4: tom ben',
    "public.get_player_video('{ben enrolled}', {token}) ->> 'src'":
      'PT403: anon token newcomer sam ana service | /ben-enrolled.mp4: tom ben',
    "public.get_player_video('{nobody}', {token}) ->> 'src'": 'PT403: everybody',
  },
  'public.start_watch_session': {
    "public.start_watch_session('{nobody}', repeat('a', 32), '{ana public}', p_viewer_token => {token}) ->> 'seq'":
      '0: everybody',
    "public.start_watch_session('{nobody}', repeat('a', 32), '{ana enrolled}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: anon newcomer tom ben service | 0: token sam ana',
    "public.start_watch_session('{nobody}', repeat('a', 32), '{ben enrolled}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: anon token newcomer sam ana service | 0: tom ben',
    "public.start_watch_session('{nobody}', repeat('a', 32), '{nobody}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: everybody',
    "public.start_watch_session({session of sam}, repeat('a', 32), '{ana enrolled}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: everybody',
  },
  'public.update_watch_session': {
    "public.update_watch_session('{nobody}', repeat('a', 32), '{ana public}', p_viewer_token => {token}) ->> 'seq'":
      '0: everybody',
    "public.update_watch_session('{nobody}', repeat('a', 32), '{ana enrolled}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: anon newcomer tom ben service | 0: token sam ana',
    "public.update_watch_session('{nobody}', repeat('a', 32), '{ben enrolled}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: anon token newcomer sam ana service | 0: tom ben',
    "public.update_watch_session('{nobody}', repeat('a', 32), '{nobody}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: everybody',
    "public.update_watch_session({session of sam}, repeat('a', 32), '{ana enrolled}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: everybody',
    // Whoever has the write key speaks for the session, as the player of a student who has signed out does.
    "public.update_watch_session({session of sam}, md5('key of ' || {session of sam}), '{ana enrolled}') ->> 'seq'":
      '1: everybody',
  },
  'public.end_watch_session': {
    "public.end_watch_session('{nobody}', repeat('a', 32), '{ana public}', p_viewer_token => {token}) ->> 'seq'":
      '0: everybody',
    "public.end_watch_session('{nobody}', repeat('a', 32), '{ana enrolled}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: anon newcomer tom ben service | 0: token sam ana',
    "public.end_watch_session('{nobody}', repeat('a', 32), '{ben enrolled}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: anon token newcomer sam ana service | 0: tom ben',
    "public.end_watch_session('{nobody}', repeat('a', 32), '{nobody}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: everybody',
    "public.end_watch_session({session of sam}, repeat('a', 32), '{ana enrolled}', p_viewer_token => {token}) ->> 'seq'":
      'PT403: everybody',
  },
  'public.update_watch_sessions': {
    "jsonb_path_query_array(public.update_watch_sessions(jsonb_build_array(jsonb_build_object('p_session_id', '{nobody}', 'p_write_key', repeat('a', 32), 'p_video_id', '{ana enrolled}', 'p_viewer_token', {token}), jsonb_build_object('p_session_id', {session of sam}, 'p_write_key', repeat('a', 32), 'p_video_id', '{ana enrolled}'))), '$[*].code ? (@ <> \"\")')":
      '["PT403", "PT403"]: anon newcomer tom ben service | ["PT403"]: token sam ana',
  },
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
  'public.set_video_status': {
    "public.set_video_status('{ana waiting}', 'uploading') ->> 'status'":
      'denied: anon token | PT403: newcomer sam tom ben | uploading: ana service',
    "public.set_video_status('{ben waiting}', 'uploading') ->> 'status'":
      'denied: anon token | PT403: newcomer sam tom ana | uploading: ben service',
    "public.set_video_status('{nobody}', 'uploading') ->> 'status'":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.attest_video_watched': {
    "public.attest_video_watched('{ana public}', {token}) is not null":
      'PT401: anon service | PT409: token newcomer sam tom ana ben',
    "public.attest_video_watched('{ana attestable}', {token}) ->> 'completed'":
      'PT401: anon service | true: token newcomer sam tom ana ben',
    "public.attest_video_watched('{ben enrolled}', {token}) ->> 'completed'":
      'PT403: anon token newcomer sam ana service | PT409: tom ben',
    "public.attest_video_watched('{nobody}', {token}) ->> 'completed'": 'PT403: everybody',
  },
  'public.track_video_event': {
    "public.track_video_event('video_imported', '{ana public}') is not null":
      'denied: anon token | PT403: newcomer sam tom ben | true: ana service',
    "public.track_video_event('video_imported', '{ana public}', '{ana}') is not null":
      'denied: anon token | PT403: newcomer sam tom ben | true: ana service',
    "public.track_video_event('video_imported', '{ben public}', '{ana}') is not null":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
    "public.track_video_event('video_started', '{ana public}') is not null":
      'denied: anon token | PT400: newcomer sam tom ana ben service',
    "public.track_video_event('captions_toggled', '{ana enrolled}') is not null":
      'denied: anon token | PT403: newcomer tom ben service | true: sam ana',
    "public.track_video_event('captions_toggled', '{ana enrolled}', p_student_id => '{sam}') is not null":
      'denied: anon token | PT403: newcomer tom ana ben service | true: sam',
    "public.track_video_event('captions_toggled', '{ben enrolled}') is not null":
      'denied: anon token | PT403: newcomer sam ana service | true: tom ben',
    "public.track_video_event('captions_toggled', '{nobody}') is not null":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.rotate_creator_key': {
    'public.rotate_creator_key() is not null': 'denied: anon token | PT403: newcomer sam tom service | true: ana ben',
    "public.rotate_creator_key('{ana}') is not null":
      'denied: anon token | PT403: newcomer sam tom ben | true: ana service',
    "public.rotate_creator_key('{ben}') is not null":
      'denied: anon token | PT403: newcomer sam tom ana | true: ben service',
    "public.rotate_creator_key('{nobody}') is not null": 'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.retire_creator_key': {
    "concat('done', public.retire_creator_key('one'))":
      'denied: anon token | PT403: newcomer sam tom service | done: ana ben',
    "concat('done', public.retire_creator_key('one', '{ana}'))":
      'denied: anon token | PT403: newcomer sam tom ben | done: ana service',
    "concat('done', public.retire_creator_key('one', '{ben}'))":
      'denied: anon token | PT403: newcomer sam tom ana | done: ben service',
    "concat('done', public.retire_creator_key('one', '{nobody}'))":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.get_creator_keys': {
    'jsonb_array_length(public.get_creator_keys())':
      'denied: anon token | PT403: newcomer sam tom service | 1: ana ben',
    "jsonb_array_length(public.get_creator_keys('{ana}'))":
      'denied: anon token | PT403: newcomer sam tom ben | 1: ana service',
    "jsonb_array_length(public.get_creator_keys('{ben}'))":
      'denied: anon token | PT403: newcomer sam tom ana | 1: ben service',
    "jsonb_array_length(public.get_creator_keys('{nobody}'))":
      'denied: anon token | PT403: newcomer sam tom ana ben service',
  },
  'public.check_request': { "concat('done', public.check_request())": 'done: everybody' },
  'public.roll_up_recent_video_analytics': {
    'public.roll_up_recent_video_analytics()': 'denied: anon token newcomer sam tom ana ben | 0: service',
  },
  'public.auto_complete_video_watch_session': {
    "concat('done', public.auto_complete_video_watch_session())": 'denied: everybody',
  },
  'public.upsert_whop_lesson': {
    "public.upsert_whop_lesson('one', 'Lesson', 'vimeo', '76979871') is not null":
      'denied: anon token | PT403: newcomer sam tom service | true: ana ben',
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

/**
 * Who may execute what in `private`; what is not named here, its owner alone. No API role can call any of it by name, for
 * it has no usage on the schema: these are the bodies of exposed functions, and what policies, defaults and checks ask.
 */
export const PRIVATE_FUNCTIONS: Record<string, string> = {
  'private.are_captions': 'authenticated service_role',
  'private.are_chapters': 'authenticated service_role',
  'private.are_origins': 'authenticated service_role',
  'private.attest_video_watched': 'anon authenticated service_role',
  'private.check_request': 'anon authenticated service_role',
  'private.close_stale_watch_sessions': 'service_role',
  'private.ensure_event_partitions': 'service_role',
  'private.get_cost_report': 'authenticated service_role',
  'private.get_creator_keys': 'authenticated service_role',
  'private.get_player_video': 'anon authenticated service_role',
  'private.is_open_course': 'authenticated',
  'private.is_small_enough': 'authenticated',
  'private.is_source_id': 'authenticated service_role',
  'private.is_time_zone': 'authenticated service_role',
  'private.may_enroll': 'authenticated',
  'private.may_read_file': 'anon authenticated',
  'private.may_remove_file': 'authenticated',
  'private.may_write_file': 'authenticated',
  'private.merge_watch_session': 'anon authenticated service_role',
  'private.merge_watch_sessions': 'anon authenticated service_role',
  'private.my_course_ids': 'authenticated',
  'private.my_creator_id': 'authenticated service_role',
  'private.my_enrolled_course_ids': 'authenticated',
  'private.my_enrolled_module_ids': 'authenticated',
  'private.my_module_ids': 'authenticated',
  'private.my_student_id': 'authenticated',
  'private.my_taught_student_ids': 'authenticated',
  'private.my_video_ids': 'authenticated',
  'private.rebuild_video_analytics': 'service_role',
  'private.record_transcript_attempt': 'service_role',
  'private.retire_creator_key': 'authenticated service_role',
  'private.roll_up_marked_days': 'service_role',
  'private.roll_up_recent_days': 'service_role',
  'private.rotate_creator_key': 'authenticated service_role',
  'private.set_video_status': 'authenticated service_role',
  'private.student_progress': 'authenticated service_role',
  'private.track_video_event': 'authenticated service_role',
  'private.upsert_whop_lesson': 'authenticated service_role',
};
