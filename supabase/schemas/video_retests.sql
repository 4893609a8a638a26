-- Videos whose rule has changed: a duration was stored, other evidence is accepted, the threshold moved. What was watched
-- before is judged again by a job in bounded batches, never by the message or the edit that changed the rule. Nothing
-- reached is revoked by it.
--
-- Twice: at once all visits, and a minute later those heard from around the change, since a message that was on its way
-- may have been judged by the old rule and not been there to see.

create table private.video_retests (
  video_id uuid not null,
  queued_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  heard_since timestamptz not null default '-infinity',
  reached_at timestamptz not null default '-infinity',
  reached_id uuid not null default '00000000-0000-0000-0000-000000000000',
  constraint video_retests_pkey primary key (video_id),
  constraint video_retests_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade
);

comment on table private.video_retests is 'Videos whose visits are to be judged again. Worked off by settle_video_durations(), empty when all is done.';
comment on column private.video_retests.video_id is 'The video.';
comment on column private.video_retests.queued_at is 'When its rule changed last.';
comment on column private.video_retests.due_at is 'When to go on; the longest waiting comes first.';
comment on column private.video_retests.heard_since is 'Visits last heard from before are left out: -infinity in the first pass, ten minutes before the change in the second.';
comment on column private.video_retests.reached_at is 'first_contact_at of the visit judged last.';
comment on column private.video_retests.reached_id is 'Its id.';

-- video_retests_pkey serves everything: the table has few rows.

alter table private.video_retests enable row level security;

revoke all on table private.video_retests from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. No policy either.

create function private.queue_video_retest() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.video_retests as retest where retest.video_id = new.id;
  insert into private.video_retests (video_id) values (new.id);
  return null;
end;
$$;
comment on function private.queue_video_retest() is 'Trigger: has the visits to a video judged again, from the beginning. Definer: whoever edits a video may not see the queue.';
revoke all on function private.queue_video_retest() from public;

create trigger queue_video_retest
  after update of duration_ms, duration_seconds, completion_threshold, completion_accepts_late, accepted_evidence on public.videos
  for each row when (
    old.duration_ms is distinct from new.duration_ms
    or old.completion_threshold is distinct from new.completion_threshold
    or old.completion_accepts_late is distinct from new.completion_accepts_late
    or old.accepted_evidence is distinct from new.accepted_evidence
  )
  execute function private.queue_video_retest();

create type private.watch_session_key as (video_id uuid, id uuid, first_contact_at timestamptz);
comment on type private.watch_session_key is 'Names a watch session, and its place among those of the video.';

-- The next visits of each video, in the order in which they were first heard of: so a completion is told by the visit
-- that brought it.
create function private.sessions_to_retest(p_retests private.video_retests[], p_each integer)
returns setof private.watch_session_key
language sql stable set search_path = ''
as $$
  select session.video_id, session.id, session.first_contact_at
  from unnest(p_retests) as retest
  cross join lateral (
    select s.video_id, s.id, s.first_contact_at
    from public.video_watch_sessions as s
    where s.video_id = retest.video_id and s.last_seen_at >= retest.heard_since
      and (s.first_contact_at, s.id) > (retest.reached_at, retest.reached_id)
    order by s.first_contact_at, s.id
    limit p_each
  ) as session
  order by session.video_id, session.first_contact_at, session.id;
$$;
comment on function private.sessions_to_retest(private.video_retests[], integer) is 'Visits to judge next, so many of each video.';
revoke all on function private.sessions_to_retest(private.video_retests[], integer) from public;

create function private.sessions_set_aside(p_now timestamptz) returns setof private.watch_session_key
language sql stable set search_path = ''
as $$
  select s.video_id, s.id, s.first_contact_at
  from public.job_failures as failure
  inner join public.video_watch_sessions as s
    on s.video_id = (failure.subject ->> 'video_id')::uuid and s.id = (failure.subject ->> 'session_id')::uuid
  where failure.job = 'settle_video_durations' and failure.updated_at <= p_now - interval '1 hour'
  order by failure.updated_at
  limit 20;
$$;
comment on function private.sessions_set_aside(timestamptz) is 'Visits that could not be judged an hour ago or earlier: tried again, a few at a time.';
revoke all on function private.sessions_set_aside(timestamptz) from public;

-- Everything a batch will write, locked before the first of it is judged and in the order of the messages: visits, then
-- progress, then days. So neither a message nor a batch of messages ever waits for it in a circle.
create function private.lock_sessions(p_sessions private.watch_session_key[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform
  from public.video_watch_sessions as s
  inner join unnest(p_sessions) as key on key.video_id = s.video_id and key.id = s.id
  order by s.video_id, s.viewer_id, s.id
  for no key update of s;
end;
$$;
comment on function private.lock_sessions(private.watch_session_key[]) is 'Locks these visits, in one order.';
revoke all on function private.lock_sessions(private.watch_session_key[]) from public;

create function private.lock_progress_and_days(p_sessions private.watch_session_key[], p_now timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform
  from public.video_progress as p
  where (p.video_id, p.viewer_id) in (
    select s.video_id, s.viewer_id
    from public.video_watch_sessions as s
    inner join unnest(p_sessions) as key on key.video_id = s.video_id and key.id = s.id
  )
  order by p.video_id, p.viewer_id
  for no key update of p;

  insert into private.video_analytics_dirty_days (minute, video_id, date)
  select distinct date_trunc('minute', p_now), s.video_id, (s.session_start at time zone creators.time_zone)::date
  from public.video_watch_sessions as s
  inner join unnest(p_sessions) as key on key.video_id = s.video_id and key.id = s.id
  inner join public.creators on creators.id = s.creator_id
  order by 2, 3
  on conflict (minute, video_id, date) do nothing;
end;
$$;
comment on function private.lock_progress_and_days(private.watch_session_key[], timestamptz) is 'Locks the progress of these visits'' viewers and marks their days, in one order.';
revoke all on function private.lock_progress_and_days(private.watch_session_key[], timestamptz) from public;

-- All in one block; when that fails, each in its own, and the one that fails is set aside.
create function private.retest_watch_sessions(p_sessions private.watch_session_key[], p_now timestamptz) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_job constant text := 'settle_video_durations';
  v_session private.watch_session_key;
begin
  begin
    perform private.retest_watch_session(session.video_id, session.id, p_now) from unnest(p_sessions) as session;
  exception
    when transaction_rollback or operator_intervention or insufficient_resources then
      raise;
    when others then
      foreach v_session in array p_sessions loop
        begin
          perform private.retest_watch_session(v_session.video_id, v_session.id, p_now);
        exception
          when transaction_rollback or operator_intervention or insufficient_resources then
            raise;
          when others then
            perform private.report_job_failure(
              c_job, jsonb_build_object('video_id', v_session.video_id, 'session_id', v_session.id), sqlerrm
            );
        end;
      end loop;
      return;
  end;
  perform private.clear_job_failure(c_job, failure.subject)
  from public.job_failures as failure
  inner join unnest(p_sessions) as session
    on failure.subject = jsonb_build_object('video_id', session.video_id, 'session_id', session.id)
  where failure.job = c_job;
end;
$$;
comment on function private.retest_watch_sessions(private.watch_session_key[], timestamptz) is 'Judges these visits again; one that fails is set aside in job_failures and stops no other.';
revoke all on function private.retest_watch_sessions(private.watch_session_key[], timestamptz) from public;

create function private.advance_video_retests(
  p_retests private.video_retests[],
  p_sessions private.watch_session_key[],
  p_each integer,
  p_now timestamptz
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_on_their_way constant interval := interval '10 minutes';
  c_arrived constant interval := interval '1 minute';
  v_retest private.video_retests;
  v_last record;
begin
  foreach v_retest in array p_retests loop
    select session.first_contact_at, session.id, count(*) over () as judged into v_last
    from unnest(p_sessions) as session
    where session.video_id = v_retest.video_id
    order by session.first_contact_at desc, session.id desc
    limit 1;
    -- Unless the rule has changed again since: then it begins again.
    if v_last.judged = p_each then
      update private.video_retests as retest
      set reached_at = v_last.first_contact_at, reached_id = v_last.id, due_at = p_now
      where retest.video_id = v_retest.video_id and retest.queued_at = v_retest.queued_at;
    elsif v_retest.heard_since = '-infinity' then
      update private.video_retests as retest
      set reached_at = default, reached_id = default, heard_since = retest.queued_at - c_on_their_way, due_at = p_now + c_arrived
      where retest.video_id = v_retest.video_id and retest.queued_at = v_retest.queued_at;
    else
      delete from private.video_retests as retest
      where retest.video_id = v_retest.video_id and retest.queued_at = v_retest.queued_at;
    end if;
  end loop;
end;
$$;
comment on function private.advance_video_retests(private.video_retests[], private.watch_session_key[], integer, timestamptz) is 'Notes how far each video has come: on to the next batch, to the second pass, or done.';
revoke all on function private.advance_video_retests(private.video_retests[], private.watch_session_key[], integer, timestamptz) from public;
