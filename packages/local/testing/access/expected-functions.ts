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
  'private.close_stale_watch_sessions': 'service_role',
  'private.ensure_event_partitions': 'service_role',
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
  'private.roll_up_video_analytics': 'service_role',
  'private.set_video_status': 'authenticated service_role',
  'private.student_progress': 'authenticated service_role',
};
