-- Rows of both creators in every table. Names in braces become ids that begin with their owner's digits, so that every
-- row shows whose it is. A new table gets its rows here: at least one of Ana's and one of Ben's.

insert into auth.users (id, email)
select id::uuid, left(id, 8) || '@example.com'
from unnest(array['{ana user}', '{ben user}', '{sam user}', '{tom user}', '{newcomer user}']) as id;

insert into public.creators (id, user_id, name) values
  ('{ana}', '{ana user}', 'Ana'),
  ('{ben}', '{ben user}', 'Ben');

insert into public.students (id, user_id, creator_id, external_id, display_name) values
  ('{sam}', '{sam user}', null, null, 'Sam'),
  ('{tom}', '{tom user}', null, null, 'Tom'),
  ('{vic}', null, '{ana}', 'vic', 'Vic'),
  ('{kim}', null, '{ben}', 'kim', 'Kim');

insert into public.courses (id, creator_id, title, is_published, enrollment) values
  ('{ana closed}', '{ana}', 'closed', true, 'closed'),
  ('{ana open}', '{ana}', 'open', true, 'open'),
  ('{ana draft}', '{ana}', 'draft', false, 'open'),
  ('{ben closed}', '{ben}', 'closed', true, 'closed'),
  ('{ben open}', '{ben}', 'open', true, 'open');

insert into public.course_modules (id, course_id, title, module_order) values
  ('{ana closed module}', '{ana closed}', 'closed', 1),
  ('{ana open module}', '{ana open}', 'open', 1),
  ('{ana draft module}', '{ana draft}', 'draft', 1),
  ('{ben closed module}', '{ben closed}', 'closed', 1);

insert into public.enrollments (course_id, student_id) values
  ('{ana closed}', '{sam}'),
  ('{ana open}', '{sam}'),
  ('{ana draft}', '{sam}'),
  ('{ana closed}', '{vic}'),
  ('{ben closed}', '{tom}'),
  ('{ben closed}', '{kim}'),
  ('{ben open}', '{tom}');

insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source) values
  ('{ana public}', '{ana}', 'public', 'upload', '/ana-public.mp4', 'ready', 'public', 100000, 'pipeline'),
  ('{ana enrolled}', '{ana}', 'enrolled', 'upload', '/ana-enrolled.mp4', 'ready', 'enrolled', 100000, 'pipeline'),
  ('{ben public}', '{ben}', 'public', 'upload', '/ben-public.mp4', 'ready', 'public', 100000, 'pipeline'),
  ('{ben enrolled}', '{ben}', 'enrolled', 'upload', '/ben-enrolled.mp4', 'ready', 'enrolled', 100000, 'pipeline');

insert into public.videos (id, creator_id, title, source_type, embed_type, embed_id, access, accepted_evidence) values
  ('{ana attestable}', '{ana}', 'attestable', 'loom', 'loom', md5('ana'), 'public', '{attested}'),
  ('{ben attestable}', '{ben}', 'attestable', 'loom', 'loom', md5('ben'), 'public', '{attested}');

insert into public.videos (id, creator_id, title, source_type, access) values
  ('{ana waiting}', '{ana}', 'enrolled', 'upload', 'enrolled'),
  ('{ben waiting}', '{ben}', 'enrolled', 'upload', 'enrolled');

insert into public.transcript_segments (video_id, language, place, text, source) values
  ('{ana public}', 'en', 1, 'one', 'owner_file'),
  ('{ben public}', 'en', 1, 'one', 'owner_file');
insert into public.transcript_chunks (video_id, language, place, start_ms, end_ms, text) values
  ('{ana public}', 'en', 1, 0, 1000, 'one'),
  ('{ben public}', 'en', 1, 0, 1000, 'one');
insert into public.transcript_attempts (video_id, method, outcome) values
  ('{ana public}', 'owner_file', 'ok'),
  ('{ben public}', 'owner_file', 'ok');

insert into public.videos (id, creator_id, title, source_type, storage_path, status, access) values
  ('{ana film}', '{ana}', 'film', 'upload', '{ana}/{ana film}/public.mp4', 'ready', 'public'),
  ('{ben film}', '{ben}', 'film', 'upload', '{ben}/{ben film}/public.mp4', 'ready', 'public');

insert into storage.objects (bucket_id, name, metadata) values
  ('chronos-videos', '{ana}/{ana film}/public.mp4', '{"size": 1}'),
  ('chronos-videos', '{ben}/{ben film}/public.mp4', '{"size": 1}'),
  ('chronos-videos', '{ana}/{ana waiting}/film.mp4', '{"contentLength": 1}'),
  ('chronos-videos', '{ben}/{ben waiting}/film.mp4', '{"contentLength": 1}'),
  ('chronos-thumbnails', '{ana}/{ana public}/poster.webp', '{"contentLength": 1}'),
  ('chronos-thumbnails', '{ben}/{ben public}/poster.webp', '{"contentLength": 1}');

-- The last one should not be there: Ben cannot make it, and if it is there it must open nothing.
insert into public.module_lessons (module_id, video_id, lesson_order, title) values
  ('{ana closed module}', '{ana enrolled}', 1, 'closed'),
  ('{ana open module}', '{ana public}', 1, 'open'),
  ('{ana draft module}', '{ana enrolled}', 1, 'draft'),
  ('{ben closed module}', '{ben enrolled}', 1, 'closed'),
  ('{ben closed module}', '{ana enrolled}', 2, 'theft');

insert into private.creator_keys (creator_id, kid, secret) values
  ('{ana}', 'one', convert_to('{secret}', 'utf8')),
  ('{ben}', 'one', convert_to('another ' || '{secret}', 'utf8'));

-- Watching: Sam and Vic Ana's, Tom and Sam Ben's, somebody without a name both. Half an hour ago, so that it counts.
create function pg_temp.watch(p_video_id uuid, p_student_id uuid) returns void language plpgsql as $$
declare
  v_user_id uuid := (select user_id from public.students where id = p_student_id);
  v_token text;
  v_session_id uuid := md5(p_video_id::text || coalesce(p_student_id::text, 'nobody'))::uuid;
begin
  if p_student_id = '{vic}' then
    v_token := {token of vic};
  end if;
  perform set_config('request.jwt.claims', jsonb_build_object('sub', v_user_id)::text, true);
  perform private.merge_watch_session(
    message, v_session_id, md5('key of ' || v_session_id), p_video_id, seq, 1000 * at_s, 1000 * at_s, 1000 * at_s,
    int4multirange(int4range(0, 1000 * at_s)), '{}', 1000 * at_s, 100000, '{}', '{}',
    case when p_student_id is null then md5('anonymous')::uuid end, v_token,
    p_now => now() - interval '30 min' + make_interval(secs => at_s)
  )
  from (values ('start', 0, 0), ('update', 1, 100)) as messages (message, seq, at_s);
end;
$$;
select pg_temp.watch('{ana enrolled}', '{sam}');
select pg_temp.watch('{ana enrolled}', '{vic}');
select pg_temp.watch('{ana public}', null);
select pg_temp.watch('{ben enrolled}', '{tom}');
select pg_temp.watch('{ben public}', '{sam}');
select pg_temp.watch('{ben public}', null);

select public.roll_up_video_analytics(0, true);

insert into public.video_analytics_revisions (video_id, date, creator_id, after) values
  ('{ana public}', '2026-01-01', '{ana}', '{}'),
  ('{ben public}', '2026-01-01', '{ben}', '{}');

insert into public.job_failures (job, subject, error) values
  ('roll_up_video_analytics', '{"video_id": "{ana public}", "date": "2026-01-01"}', 'poison'),
  ('roll_up_video_analytics', '{"video_id": "{ben public}", "date": "2026-01-01"}', 'poison');

insert into private.video_retests (video_id) values ('{ana public}'), ('{ben public}');

insert into private.dropped_sessions (video_id, session_id, dropped_at) values
  ('{ana public}', '{ana public}', now()),
  ('{ben public}', '{ben public}', now());
