-- Expiry: after creators.retention_days a day is frozen, and what it was computed from is dropped. The figures of the
-- day stay as they are for good: nothing computes a frozen day again, neither a rebuild nor a moved time zone nor a late
-- message. docs/decisions/0107 says what is dropped, what stays and why.

-- A player keeps what was not acknowledged for 7 days and sends it again. A session dropped before that time is up must
-- not come back as a new one and be counted twice.
create table private.dropped_sessions (
  video_id uuid not null,
  session_id uuid not null,
  dropped_at timestamptz not null,
  constraint dropped_sessions_pkey primary key (video_id, session_id)
);

comment on table private.dropped_sessions is 'Sessions dropped while a player may still send for them; forgotten 8 days later. Holds nobody''s name: no foreign key, since the video may go first.';
comment on column private.dropped_sessions.video_id is 'The video.';
comment on column private.dropped_sessions.session_id is 'The session that was.';
comment on column private.dropped_sessions.dropped_at is 'When it was dropped.';

-- dropped_sessions_pkey serves the first message of a session: is it one that was?

alter table private.dropped_sessions enable row level security;
revoke all on table private.dropped_sessions from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. No policy either.

create function private.refuse_dropped_session(p_video_id uuid, p_session_id uuid) returns void
language plpgsql stable set search_path = ''
as $$
begin
  if exists (
    select from private.dropped_sessions as dropped
    where dropped.video_id = p_video_id and dropped.session_id = p_session_id
  ) then
    raise sqlstate 'PT410' using
      message = 'this session has been counted and dropped',
      hint = 'Its day has expired on the course platform. Open a new session for a new visit.';
  end if;
end;
$$;
comment on function private.refuse_dropped_session(uuid, uuid) is 'Raises PT410 for a session that has expired and was dropped.';
revoke all on function private.refuse_dropped_session(uuid, uuid) from public;

-- The days of a creator that have expired, at most 31 at a time. Each is published once more before it is
-- frozen; one that cannot be computed stays open, with those after it, until somebody has seen to it.
create function private.freeze_days(p_creator public.creators, p_now timestamptz) returns public.creators
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_days constant integer := 31;
  v_first date;
  v_target date := (p_now at time zone p_creator.time_zone)::date - p_creator.retention_days;
  v_until timestamptz;
  v_days private.video_day[];
begin
  if p_creator.frozen_before >= v_target then return p_creator; end if;
  -- From where there are sessions again: a gap of years is one step. A session begins at most 24 h before its contact.
  select coalesce(greatest(p_creator.frozen_before, (min(s.first_contact_at) at time zone p_creator.time_zone)::date - 1), v_target)
  into v_first
  from public.video_watch_sessions as s
  where s.creator_id = p_creator.id and s.first_contact_at >= coalesce(p_creator.frozen_until, '-infinity');
  v_target := least(v_target, v_first + c_max_days);

  -- No rollup in between: it would publish from rows that are about to go.
  perform pg_advisory_xact_lock(hashtext('chronos.roll_up_video_analytics'));
  select array_agg(row(day.video_id, day.date)::private.video_day) into v_days
  from (
    select s.video_id, (s.session_start at time zone p_creator.time_zone)::date as date
    from public.video_watch_sessions as s
    where s.creator_id = p_creator.id
      and s.first_contact_at >= v_first::timestamp at time zone p_creator.time_zone
      and s.first_contact_at < (v_target + 1)::timestamp at time zone p_creator.time_zone
    union
    select analytics.video_id, analytics.date
    from public.video_analytics as analytics
    where analytics.creator_id = p_creator.id and analytics.date >= v_first and analytics.date < v_target
  ) as day
  where day.date < v_target;
  perform private.publish_or_set_aside(coalesce(v_days, '{}'), p_now);

  select least(v_target, min(coalesce((failure.subject ->> 'date')::date, v_first))) into v_target
  from public.job_failures as failure
  inner join public.videos on videos.id = (failure.subject ->> 'video_id')::uuid
  where failure.job = 'roll_up_video_analytics' and videos.creator_id = p_creator.id
    and coalesce((failure.subject ->> 'date')::date, v_first) >= v_first;
  update public.creators as c
  set frozen_before = v_target,
    frozen_until = greatest(c.frozen_until, v_target::timestamp at time zone c.time_zone)
  where c.id = p_creator.id and v_target > coalesce(c.frozen_before, '-infinity')
  returning c.frozen_before, c.frozen_until into v_first, v_until;
  if found then
    p_creator.frozen_before := v_first;
    p_creator.frozen_until := v_until;
  end if;
  return p_creator;
end;
$$;
comment on function private.freeze_days(public.creators, timestamptz) is 'Freezes what has expired of a creator; answers his row as it is then.';
revoke all on function private.freeze_days(public.creators, timestamptz) from public;
