-- What a student has watched, for course platforms. A student asks about himself and a creator about his own videos;
-- anybody else learns nothing, which is the same answer as for nothing watched.

create function private.student_progress(p_student_id uuid, p_video_id uuid) returns public.video_progress
language sql stable security definer set search_path = ''
as $$
  select p
  from public.video_progress as p
  where p.video_id = p_video_id and p.viewer_id = p_student_id and p.student_id = p_student_id
    and (
      p_student_id = private.my_student_id()
      or p.creator_id = private.my_creator_id()
      or (select private.is_operator())
    );
$$;
comment on function private.student_progress(uuid, uuid) is 'Progress of a student in a video, if the caller may know. Definer, so that service_role needs no policy.';
revoke all on function private.student_progress(uuid, uuid) from public;
grant execute on function private.student_progress(uuid, uuid) to authenticated, service_role;

create function public.get_student_total_watch_time(p_student_id uuid, p_video_id uuid) returns bigint
language sql stable set search_path = ''
begin atomic
  select coalesce(round((private.student_progress(p_student_id, p_video_id)).watch_time_seconds), 0)::bigint;
end;
comment on function public.get_student_total_watch_time(uuid, uuid) is 'Watch time of a student in a video over all visits, in whole seconds.';
revoke all on function public.get_student_total_watch_time(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_student_total_watch_time(uuid, uuid) to authenticated, service_role;

create function public.get_student_highest_completion(p_student_id uuid, p_video_id uuid) returns integer
language sql stable set search_path = ''
begin atomic
  select coalesce((private.student_progress(p_student_id, p_video_id)).percent_complete, 0)::integer;
end;
comment on function public.get_student_highest_completion(uuid, uuid) is 'Percent of the video a student has covered over all visits, 0 to 100.';
revoke all on function public.get_student_highest_completion(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_student_highest_completion(uuid, uuid) to authenticated, service_role;

create function public.has_student_completed_video(p_student_id uuid, p_video_id uuid) returns boolean
language sql stable set search_path = ''
begin atomic
  select (private.student_progress(p_student_id, p_video_id)).completed_at is not null;
end;
comment on function public.has_student_completed_video(uuid, uuid) is 'Whether a student has completed a video.';
revoke all on function public.has_student_completed_video(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.has_student_completed_video(uuid, uuid) to authenticated, service_role;
