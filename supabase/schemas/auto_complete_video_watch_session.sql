-- What does not come by messages: an import of visits from elsewhere, a correction by hand. There nobody decides whether
-- a visit is complete, so this trigger does. Messages decide for themselves and never rely on it: the when clauses let
-- them pass unseen (a message always counts itself in messages_received, and a new row of theirs has no percentage).
-- The clause for updates is as short as can be, since Postgres reads it from its text again at every heartbeat: that costs
-- a heartbeat 2 µs of some 400, and no WAL.

create function public.auto_complete_video_watch_session() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  if new.percent_complete >= new.completion_threshold and not 'late' = any (new.integrity_flags)
    -- A visit made of messages has its percentage of a length the viewer claims until one is stored: that completes nothing.
    and (
      new.messages_received = 0
      or exists (select from public.videos where videos.id = new.video_id and videos.duration_ms is not null)
    )
  then
    new.completed := true;
  end if;
  return new;
end;
$$;
comment on function public.auto_complete_video_watch_session() is 'Trigger: a visit written past the watch session functions is completed when its percentage reaches its threshold, unless it is flagged late. Sets the bit of the visit alone: no progress, no event.';
revoke all on function public.auto_complete_video_watch_session() from public, anon, authenticated, service_role;
-- Not granted to anyone: a trigger needs no right to run.

create trigger auto_complete_inserted_video_watch_session before insert on public.video_watch_sessions
  for each row when (new.percent_complete >= new.completion_threshold)
  execute function public.auto_complete_video_watch_session();

create trigger auto_complete_video_watch_session before update of percent_complete on public.video_watch_sessions
  for each row when (new.messages_received = old.messages_received)
  execute function public.auto_complete_video_watch_session();
