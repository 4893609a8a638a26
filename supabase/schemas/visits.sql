-- Visits: all sessions but the merely attested, as the figures count them. What is a view, and what it brings to its day,
-- is said here and nowhere else, so that daily figures, dashboards and explanations cannot disagree.

-- Watch time counts as witnessed as far as contacts with the server span it, plus some grace: the part before the first
-- and after the last contact (docs/decisions/0104 has its size). The merge says late where a session claims more.
create function private.witnessed_bound_ms(p_first_contact_at timestamptz, p_last_seen_at timestamptz, p_duration_ms integer)
returns bigint
language sql immutable set search_path = ''
as $$
  select (extract(epoch from p_last_seen_at - p_first_contact_at) * 1000)::bigint + least(15000, p_duration_ms / 6);
$$;
comment on function private.witnessed_bound_ms(timestamptz, timestamptz, integer) is 'Watch time the server can have witnessed between two contacts, in ms; with 15 s of grace, for a short video a sixth of it.';
revoke all on function private.witnessed_bound_ms(timestamptz, timestamptz, integer) from public;

create view private.visits as
select
  s.video_id,
  s.id as session_id,
  s.creator_id,
  s.viewer_id,
  s.student_id,
  s.session_start,
  s.first_contact_at,
  s.evidence,
  s.device_type,
  s.percent_complete,
  s.integrity_flags,
  -- A view without a viewer id is one of its own.
  coalesce(s.viewer_id, s.id) as viewer,
  s.started as is_view,
  s.started and (s.watch_time_seconds >= 30 or s.percent_complete >= 50) as is_valid_view,
  s.started and (s.completed or s.has_completed) as is_completion,
  s.started and s.has_rewatched as is_rewatch,
  s.referrer_type is not distinct from 'chat_reference' as is_ai_interaction,
  case when s.started then s.milestones else 0 end as milestones,
  case when s.started then s.watch_time_seconds end as watch_time_seconds,
  case when s.started and 'late' = any (s.integrity_flags) then
    greatest(0, s.watch_time_seconds
      - private.witnessed_bound_ms(s.first_contact_at, s.last_seen_at, (1000 * s.duration_seconds)::integer) / 1000.0)
  end as late_watch_time_seconds,
  case when s.started and not 'coverage_bounded' = any (s.integrity_flags) then s.watched end as watched,
  case when s.started and not 'coverage_bounded' = any (s.integrity_flags) then s.rewatched end as rewatched
from public.video_watch_sessions as s
-- Nobody came to watch: "mark as watched" is no visit.
where s.evidence <> 'attested';

comment on view private.visits is 'Watch sessions as figures count them: what each adds to the day it started.';
comment on column private.visits.video_id is 'The video.';
comment on column private.visits.session_id is 'The session.';
comment on column private.visits.creator_id is 'Owner of the video.';
comment on column private.visits.viewer_id is 'Who watched; null when nobody is named.';
comment on column private.visits.student_id is 'The student, when known.';
comment on column private.visits.session_start is 'When it began; says to which day it belongs.';
comment on column private.visits.first_contact_at is 'First arrival of any message; 0 to 24 h after session_start, and indexed.';
comment on column private.visits.evidence is 'How the player knows.';
comment on column private.visits.device_type is 'desktop, mobile or tablet.';
comment on column private.visits.percent_complete is 'Whole percent of the video it covered; null while its length is unknown.';
comment on column private.visits.integrity_flags is 'What was not credited as claimed.';
comment on column private.visits.viewer is 'viewer_id, or the session where nobody is named: different values are different viewers.';
comment on column private.visits.is_view is 'Whether content really advanced. Nothing below counts without.';
comment on column private.visits.is_valid_view is 'A view of at least 30 s of watch time or 50 % of the video.';
comment on column private.visits.is_completion is 'A view that covered the threshold alone, or carries the viewer''s video_completed.';
comment on column private.visits.is_rewatch is 'A view in which a viewer who had completed the video watched it again.';
comment on column private.visits.is_ai_interaction is 'Whether it was opened from a chat''s citation, played or not.';
comment on column private.visits.milestones is 'Milestones the view covered by itself, as bits.';
comment on column private.visits.watch_time_seconds is 'Watch time of the view, in seconds; null where it is none.';
comment on column private.visits.late_watch_time_seconds is 'The part of it that no contact with the server witnessed, in seconds; null where there is none.';

comment on column private.visits.watched is 'What the view played, in ms of the video; null where it claims more than it is credited, since nobody can tell which part is true.';
comment on column private.visits.rewatched is 'What the view played twice or more, in ms of the video; null as watched.';

revoke all on table private.visits from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. Functions of the owner read it.
