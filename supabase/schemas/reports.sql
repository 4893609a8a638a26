-- Who may ask for figures of a video, and about which days: a creator about his own, service_role about anybody's. The
-- functions that answer are in the files after this one.

create function private.reported_video(p_video_id uuid) returns public.videos
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_video public.videos;
begin
  if p_video_id is null then
    perform private.refuse_malformed('p_video_id is required', 'Send the uuid of a video.');
  end if;
  select * into v_video
  from public.videos
  where videos.id = p_video_id
    and (videos.creator_id = private.my_creator_id() or private.is_operator());
  if not found then
    perform private.refuse('Check the video id: figures are told to the creator of the video and to service_role.');
  end if;
  return v_video;
end;
$$;
comment on function private.reported_video(uuid) is 'The video, if the caller may see its figures, removed or not; raises PT403 otherwise. Definer: service_role has no policy.';
revoke all on function private.reported_video(uuid) from public;

-- Beyond these years dates have no moments, and arithmetic with them ends in an error that helps nobody.
create function private.check_days(p_from date, p_to date) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if p_from not between '0001-01-01' and '9999-12-31' or p_to not between '0001-01-01' and '9999-12-31' then
    perform private.refuse_malformed('a day is beyond the calendar', 'Send days of the years 1 to 9999, or leave one out.');
  end if;
end;
$$;
comment on function private.check_days(date, date) is 'Raises PT400 for a day that is infinite or absurdly far away; null is open.';
revoke all on function private.check_days(date, date) from public;

-- The moments between which a session starts to belong to these days, as the rollup has it.
create function private.period(p_creator public.creators, p_from date, p_to date) returns tstzrange
language sql stable set search_path = ''
as $$
  select case when ending.moment < beginning.moment then 'empty' else tstzrange(beginning.moment, ending.moment) end
  from
    (select private.day_start(p_from, p_creator.time_zone, p_creator.frozen_before, p_creator.frozen_until)) as beginning (moment),
    (select private.day_start(p_to + 1, p_creator.time_zone, p_creator.frozen_before, p_creator.frozen_until)) as ending (moment);
$$;
comment on function private.period(public.creators, date, date) is 'From the beginning of the first day to the end of the last in the creator''s time zone; null is open.';
revoke all on function private.period(public.creators, date, date) from public;
