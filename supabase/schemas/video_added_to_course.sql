-- A video becomes a lesson: a step of the creator's pipeline, told by whoever makes the lesson, so by its table.

create function private.record_video_added_to_course() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.video_analytics_events (video_id, "timestamp", event_type, creator_id, course_id, module_id, metadata)
  select videos.id, now(), 'video_added_to_course', videos.creator_id, course_modules.course_id, course_modules.id,
    jsonb_build_object('lesson_id', new.id)
  from public.videos, public.course_modules
  where videos.id = new.video_id and course_modules.id = new.module_id;
  return null;
end;
$$;
comment on function private.record_video_added_to_course() is 'Trigger: records video_added_to_course, once per lesson. Definer: creators write no events.';
revoke all on function private.record_video_added_to_course() from public;

-- Not on update: a lesson that moves was added already.
create trigger record_video_added_to_course after insert on public.module_lessons
  for each row execute function private.record_video_added_to_course();
