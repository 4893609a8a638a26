-- What players call. Thin wrappers with the caller's own rights; the rules are in private.merge_watch_session().
-- The signature is frozen: a new fact goes into p_counters or p_context.
--
-- An argument that is none of its type (text for a number, a range that ends before it begins) never gets here: PostgREST
-- answers with Postgres' own code, 22P02, 22003 or 22000, and status 400. In a batch the same is PT400.

create function public.start_watch_session(
  p_session_id uuid,
  p_write_key text,
  p_video_id uuid,
  p_seq integer default 0,
  p_age_ms bigint default 0,
  p_watch_time_ms bigint default 0,
  p_content_ms bigint default 0,
  p_watched int4multirange default '{}',
  p_rewatched int4multirange default '{}',
  p_position_ms integer default 0,
  p_duration_ms integer default null,
  p_counters jsonb default null,
  p_context jsonb default null,
  p_anonymous_id uuid default null,
  p_viewer_token text default null
) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.merge_watch_session(
    'start',
    p_session_id, p_write_key, p_video_id, p_seq, p_age_ms, p_watch_time_ms, p_content_ms, p_watched,
    p_rewatched, p_position_ms, p_duration_ms, p_counters, p_context, p_anonymous_id, p_viewer_token
  );
end;
comment on function public.start_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text) is 'Opens a watch session, or repeats its newest totals until one answer arrives: the message that carries the viewer''s identity. Times in ms, ranges as {[a,b),[c,d)}. PT400 malformed, PT401 expired token, PT403 not allowed, PT429 too many sessions.';
revoke all on function public.start_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  from public, anon, authenticated, service_role;
grant execute on function public.start_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  to anon, authenticated, service_role;

create function public.update_watch_session(
  p_session_id uuid,
  p_write_key text,
  p_video_id uuid,
  p_seq integer default 0,
  p_age_ms bigint default 0,
  p_watch_time_ms bigint default 0,
  p_content_ms bigint default 0,
  p_watched int4multirange default '{}',
  p_rewatched int4multirange default '{}',
  p_position_ms integer default 0,
  p_duration_ms integer default null,
  p_counters jsonb default null,
  p_context jsonb default null,
  p_anonymous_id uuid default null,
  p_viewer_token text default null
) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.merge_watch_session(
    'update',
    p_session_id, p_write_key, p_video_id, p_seq, p_age_ms, p_watch_time_ms, p_content_ms, p_watched,
    p_rewatched, p_position_ms, p_duration_ms, p_counters, p_context, p_anonymous_id, p_viewer_token
  );
end;
comment on function public.update_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text) is 'Takes the newest running totals of a session. With close_reason in p_context it ends it too. Times in ms, ranges as {[a,b),[c,d)}. PT400 malformed, PT401 expired token, PT403 not allowed, PT429 too many sessions.';
revoke all on function public.update_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  from public, anon, authenticated, service_role;
grant execute on function public.update_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  to anon, authenticated, service_role;

create function public.end_watch_session(
  p_session_id uuid,
  p_write_key text,
  p_video_id uuid,
  p_seq integer default 0,
  p_age_ms bigint default 0,
  p_watch_time_ms bigint default 0,
  p_content_ms bigint default 0,
  p_watched int4multirange default '{}',
  p_rewatched int4multirange default '{}',
  p_position_ms integer default 0,
  p_duration_ms integer default null,
  p_counters jsonb default null,
  p_context jsonb default null,
  p_anonymous_id uuid default null,
  p_viewer_token text default null
) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.merge_watch_session(
    'end',
    p_session_id, p_write_key, p_video_id, p_seq, p_age_ms, p_watch_time_ms, p_content_ms, p_watched,
    p_rewatched, p_position_ms, p_duration_ms, p_counters, p_context, p_anonymous_id, p_viewer_token
  );
end;
comment on function public.end_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text) is 'Takes the last running totals of a session and ends it; close_reason in p_context says why, removed if it does not. Times in ms, ranges as {[a,b),[c,d)}. PT400 malformed, PT401 expired token, PT403 not allowed, PT429 too many sessions.';
revoke all on function public.end_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  from public, anon, authenticated, service_role;
grant execute on function public.end_watch_session(uuid, text, uuid, integer, bigint, bigint, bigint, int4multirange, int4multirange, integer, integer, jsonb, jsonb, uuid, text)
  to anon, authenticated, service_role;

create function private.to_uuid(p_text text) returns uuid
language sql immutable set search_path = ''
as $$
  select case when p_text ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then p_text::uuid end;
$$;
comment on function private.to_uuid(text) is 'The uuid, or null for any other text.';
revoke all on function private.to_uuid(text) from public;

-- Several sessions in one request: players on one page at its end, or an outbox after a night offline.
create function private.merge_watch_sessions(p_snapshots jsonb, p_now timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_max_snapshots constant integer := 50;
  v_snapshot jsonb;
  v_place integer;
  v_message private.watch_message;
  v_result jsonb;
  v_hint text;
  v_results jsonb[];
  v_videos uuid[];
  v_starts timestamptz[];
begin
  if jsonb_typeof(p_snapshots) is distinct from 'array' or jsonb_array_length(p_snapshots) > c_max_snapshots then
    perform private.refuse_malformed('p_snapshots is not a list of at most 50', 'Send an array of objects with the arguments of update_watch_session.');
  end if;

  -- All rows first and in one order, so that two requests about the same sessions never wait for each other in a circle.
  select array_agg(locked.video_id), array_agg(locked.session_start) into v_videos, v_starts
  from (
    select s.video_id, s.session_start
    from public.video_watch_sessions as s
    inner join jsonb_array_elements(p_snapshots) as snapshot
      on s.video_id = private.to_uuid(snapshot ->> 'p_video_id') and s.id = private.to_uuid(snapshot ->> 'p_session_id')
    order by s.video_id, s.viewer_id, s.id
    for no key update of s
  ) as locked;

  v_results := array_fill(null::jsonb, array[jsonb_array_length(p_snapshots)]);
  for v_snapshot, v_place in
    select snapshot.value, snapshot.place
    from jsonb_array_elements(p_snapshots) with ordinality as snapshot (value, place)
    left join public.video_watch_sessions as s
      on s.video_id = private.to_uuid(snapshot.value ->> 'p_video_id')
      and s.id = private.to_uuid(snapshot.value ->> 'p_session_id')
    order by private.to_uuid(snapshot.value ->> 'p_video_id'), s.viewer_id, s.id, snapshot.place
  loop
    begin
      v_message := jsonb_populate_record(null::private.watch_message, v_snapshot);
      v_result := jsonb_build_object('ok', true) || private.merge_watch_session(
        'update', v_message.p_session_id, v_message.p_write_key, v_message.p_video_id, v_message.p_seq, v_message.p_age_ms,
        v_message.p_watch_time_ms, v_message.p_content_ms, v_message.p_watched, v_message.p_rewatched,
        v_message.p_position_ms, v_message.p_duration_ms, v_message.p_counters, v_message.p_context,
        v_message.p_anonymous_id, v_message.p_viewer_token,
        p_marks_dirty => false,
        p_now => p_now
      );
    exception
      -- These concern the whole request, which is to be sent again.
      when transaction_rollback or operator_intervention or insufficient_resources then
        raise;
      when others then
        get stacked diagnostics v_hint = pg_exception_hint;
        v_result := jsonb_build_object(
          'ok', false, 'session_id', v_snapshot -> 'p_session_id', 'code', sqlstate, 'message', sqlerrm, 'hint', v_hint
        );
        -- A value that is none of its type: in a single call PostgREST itself finds that.
        if sqlstate like '22%' then
          v_result := v_result || jsonb_build_object(
            'code', 'PT400',
            'hint', 'Send uuids, whole numbers, and ranges such as {[0,1000),[5000,6000)}, as in a single call.'
          );
        end if;
    end;
    v_results[v_place] := v_result;
  end loop;

  -- Days last and in order, for the same reason; those the sessions stood on before, too, for a start may have moved
  -- back over midnight.
  insert into private.video_analytics_dirty_days (minute, video_id, date)
  select distinct date_trunc('minute', p_now), moment.video_id, (moment.session_start at time zone creators.time_zone)::date
  from (
    select s.video_id, s.session_start
    from jsonb_array_elements(p_snapshots) as snapshot
    inner join public.video_watch_sessions as s
      on s.video_id = private.to_uuid(snapshot ->> 'p_video_id') and s.id = private.to_uuid(snapshot ->> 'p_session_id')
    union all
    select * from unnest(v_videos, v_starts)
  ) as moment (video_id, session_start)
  inner join public.videos on videos.id = moment.video_id
  inner join public.creators on creators.id = videos.creator_id
  order by 2, 3
  on conflict (minute, video_id, date) do nothing;

  return to_jsonb(v_results);
end;
$$;
comment on function private.merge_watch_sessions(jsonb, timestamptz) is 'Merges up to 50 messages, each in its own subtransaction with its own result.';
revoke all on function private.merge_watch_sessions(jsonb, timestamptz) from public;
grant execute on function private.merge_watch_sessions(jsonb, timestamptz) to anon, authenticated, service_role;

create function public.update_watch_sessions(p_snapshots jsonb) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.merge_watch_sessions(p_snapshots);
end;
comment on function public.update_watch_sessions(jsonb) is 'Takes up to 50 objects with the arguments of update_watch_session; answers one result each, in order: ok true with the usual answer, or ok false with session_id, code, message and hint.';
revoke all on function public.update_watch_sessions(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.update_watch_sessions(jsonb) to anon, authenticated, service_role;
