import type { FunctionAccess } from './access-matrix.ts';

/** What players call, signed in or not; read as in `expected-functions.ts`. */
export const PLAYER_FUNCTIONS: Record<string, FunctionAccess> = {
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
  'public.check_request': { "concat('done', public.check_request())": 'done: everybody' },
};
