-- How long is a video that the pipeline has not measured? What its creator's player said when he watched it himself, or
-- what three viewers say independently. Completion waits for it.
--
-- Anonymous ids are cheap, so three is a low bar for a forger; hence a vote is one per viewer, from a visit that really
-- played and does not contradict itself, and the three must be the majority of all who voted. The pipeline's word and the
-- creator's own playback, once there, are never overruled.

create function private.agreed_duration_ms(p_video_id uuid) returns integer
language sql stable set search_path = ''
as $$
  with visits as (
    -- A bound: live streams have visits without end, and no duration.
    select s.*
    from public.video_watch_sessions as s
    where s.video_id = p_video_id
    order by s.first_contact_at desc, s.id desc
    limit 1000
  ),
  votes as (
    -- One vote per viewer, his newest.
    select distinct on (viewer_id) claimed_duration_ms as duration_ms
    from visits
    where viewer_id is not null and started and claimed_duration_ms > 0 and evidence in ('measured', 'polled', 'reported')
      and coalesce(upper(watched), 0) <= claimed_duration_ms + 1000::bigint
    order by viewer_id, last_seen_at desc, id desc
  ),
  spans as (
    select duration_ms, count(*) over (order by duration_ms range between current row and 1000 following) as viewers,
      count(*) over () as voters
    from votes
  ),
  -- The second most agree in; of equal ones the longer, so that nothing completes too early.
  agreed as (
    select duration_ms
    from spans
    where viewers >= 3 and 2 * viewers > voters
    order by viewers desc, duration_ms desc
    limit 1
  )
  -- The one in the middle: somebody has said it, and a stray one does not move it.
  select percentile_disc(0.5) within group (order by votes.duration_ms)
  from votes
  inner join agreed on votes.duration_ms between agreed.duration_ms and agreed.duration_ms + 1000::bigint;
$$;
comment on function private.agreed_duration_ms(uuid) is 'The length that at least three viewers and more than half of those who say one report within a second, in ms: the median of theirs. Null while they do not agree.';
revoke all on function private.agreed_duration_ms(uuid) from public;

-- A start stores it at once (watch_session_identity.sql), but many players learn the length only while they play, and by
-- then a message no longer says who sends it.
create function private.creators_duration_ms(p_video_id uuid) returns integer
language sql stable set search_path = ''
as $$
  select s.claimed_duration_ms
  from public.videos
  inner join public.creators on creators.id = videos.creator_id
  inner join public.students on students.user_id = creators.user_id
  inner join public.video_watch_sessions as s on s.video_id = videos.id and s.viewer_id = students.id
  where videos.id = p_video_id and s.started and s.claimed_duration_ms > 0
  order by s.first_contact_at desc, s.id desc
  limit 1;
$$;
comment on function private.creators_duration_ms(uuid) is 'The length that the player of the video''s own creator reported last, in ms; null when he has not watched it.';
revoke all on function private.creators_duration_ms(uuid) from public;

create type private.video_duration as (video_id uuid, duration_ms integer, duration_source text);
comment on type private.video_duration is 'A length to be stored, and whose word it is.';

-- Videos nobody has measured yet.
create index videos_without_duration_idx on public.videos (id) where duration_ms is null and not is_deleted;

-- From a random place on, so that videos nobody agrees about never keep others from their turn.
create function private.agreed_durations(p_max_asked integer, p_max_settled integer) returns setof private.video_duration
language sql volatile set search_path = ''
as $$
  with start as materialized (
    select gen_random_uuid() as id
  ),
  unmeasured as (
    select videos.id
    from public.videos
    where videos.duration_ms is null and not videos.is_deleted
      and exists (select from public.video_watch_sessions as s where s.video_id = videos.id)
  ),
  asked as materialized (
    (select unmeasured.id from unmeasured where unmeasured.id >= (select id from start) order by unmeasured.id limit p_max_asked)
    union all
    (select unmeasured.id from unmeasured where unmeasured.id < (select id from start) order by unmeasured.id limit p_max_asked)
    limit p_max_asked
  ),
  agreed as materialized (
    select asked.id, private.creators_duration_ms(asked.id) as creators, private.agreed_duration_ms(asked.id) as viewers from asked
  )
  select agreed.id, coalesce(agreed.creators, agreed.viewers), case when agreed.creators is null then 'viewers' else 'creator' end
  from agreed
  where coalesce(agreed.creators, agreed.viewers) is not null
  order by agreed.id
  limit p_max_settled;
$$;
comment on function private.agreed_durations(integer, integer) is 'Videos without a stored duration whose length their creator has played or viewers agree on, of so many asked and so many at most.';
revoke all on function private.agreed_durations(integer, integer) from public;

create function private.store_agreed_durations(p_durations private.video_duration[]) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
  c_job constant text := 'settle_video_durations';
  v_duration private.video_duration;
  v_settled integer := 0;
begin
  foreach v_duration in array p_durations loop
    begin
      update public.videos set duration_ms = v_duration.duration_ms, duration_source = v_duration.duration_source
      where videos.id = v_duration.video_id and videos.duration_ms is null;
      v_settled := v_settled + case when found then 1 else 0 end;
    exception
      when transaction_rollback or operator_intervention or insufficient_resources then
        raise;
      when others then
        perform private.report_job_failure(c_job, jsonb_build_object('video_id', v_duration.video_id), sqlerrm);
    end;
  end loop;
  perform private.clear_job_failure(c_job, failure.subject)
  from public.job_failures as failure
  inner join public.videos on failure.subject = jsonb_build_object('video_id', videos.id)
  where failure.job = c_job and videos.duration_ms is not null;
  return v_settled;
end;
$$;
comment on function private.store_agreed_durations(private.video_duration[]) is 'Stores these lengths where none is stored yet; a video that refuses is set aside. Answers how many were.';
revoke all on function private.store_agreed_durations(private.video_duration[]) from public;

create function private.settle_video_durations(p_now timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_max_videos constant integer := 20;
  c_max_asked constant integer := 500;
  c_max_sessions constant integer := 1000;
  v_durations private.video_duration[];
  v_retests private.video_retests[];
  v_batch private.watch_session_key[];
  v_sessions private.watch_session_key[];
  v_each integer;
  v_settled integer;
begin
  -- One at a time; a second caller has nothing to add.
  if not pg_try_advisory_xact_lock(hashtext('chronos.settle_video_durations')) then
    return 0;
  end if;

  -- What to do is decided before anything is locked. A video that settles now is judged again at once.
  select coalesce(array_agg(agreed order by agreed.video_id), '{}') into v_durations
  from private.agreed_durations(c_max_asked, c_max_videos) as agreed;
  select coalesce(array_agg(due.retest), '{}') into v_retests
  from (
    select retest from private.video_retests as retest
    where retest.due_at <= p_now and retest.video_id not in (select video_id from unnest(v_durations))
    order by retest.due_at, retest.video_id
    limit c_max_videos
  ) as due;
  v_retests := v_retests || array(
    select row(video_id, now(), now(), '-infinity', '-infinity', '00000000-0000-0000-0000-000000000000')::private.video_retests
    from unnest(v_durations)
  );
  v_each := c_max_sessions / greatest(1, cardinality(v_retests));
  v_batch := array(select private.sessions_to_retest(v_retests, v_each));
  v_sessions := v_batch || array(select private.sessions_set_aside(p_now));

  -- In the order in which messages take them: visits, the video, what waits for it, progress, days.
  perform private.lock_sessions(v_sessions);
  v_settled := private.store_agreed_durations(v_durations);
  perform from private.video_retests as retest
  where retest.video_id in (select video_id from unnest(v_retests))
  order by retest.video_id
  for update;
  perform private.lock_progress_and_days(v_sessions, p_now);

  perform private.retest_watch_sessions(v_sessions, p_now);
  perform private.advance_video_retests(v_retests, v_batch, v_each, p_now);
  return v_settled;
end;
$$;
comment on function private.settle_video_durations(timestamptz) is 'Body of public.settle_video_durations(). Definer: nobody else writes sessions and lengths.';
revoke all on function private.settle_video_durations(timestamptz) from public;
grant execute on function private.settle_video_durations(timestamptz) to service_role;

create function public.settle_video_durations() returns integer
language sql volatile set search_path = ''
begin atomic
  select private.settle_video_durations();
end;
comment on function public.settle_video_durations() is 'Stores the length of videos that their creator has played or on which three viewers agree, and judges again, in batches, the visits to videos whose length or completion rule has changed. Answers how many lengths it stored. Harmless when repeated; what fails is set aside in job_failures.';
revoke all on function public.settle_video_durations() from public, anon, authenticated, service_role;
grant execute on function public.settle_video_durations() to service_role;
