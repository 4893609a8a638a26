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

create function private.merge_snapshot(p_snapshot jsonb, p_now timestamptz) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  m private.watch_message := jsonb_populate_record(null::private.watch_message, p_snapshot);
begin
  return '{"ok": true}'::jsonb || private.merge_watch_session(
    'update', m.p_session_id, m.p_write_key, m.p_video_id, m.p_seq, m.p_age_ms, m.p_watch_time_ms, m.p_content_ms, m.p_watched,
    m.p_rewatched, m.p_position_ms, m.p_duration_ms, m.p_counters, m.p_context, m.p_anonymous_id, m.p_viewer_token,
    p_marks_dirty => false,
    p_now => p_now
  );
end;
$$;
comment on function private.merge_snapshot(jsonb, timestamptz) is 'Merges one message of a batch; raises what it is refused for.';
revoke all on function private.merge_snapshot(jsonb, timestamptz) from public;

-- The answer to a message that was refused.
create function private.refusal(p_snapshot jsonb, p_code text, p_message text, p_hint text) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object(
    'ok', false,
    'session_id', p_snapshot -> 'p_session_id',
    -- A value that is none of its type: in a single call PostgREST itself finds that.
    'code', case when p_code like '22%' then 'PT400' else p_code end,
    'message', p_message,
    'hint', case
      when p_code like '22%' then 'Send uuids, whole numbers, and ranges such as {[0,1000),[5000,6000)}, as in a single call.'
      else nullif(p_hint, '')
    end
  );
$$;
comment on function private.refusal(jsonb, text, text, text) is 'What a batch answers for a message that raised: ok false, session_id, code, message and hint.';
revoke all on function private.refusal(jsonb, text, text, text) from public;

-- Several sessions in one request: players on one page at its end, or an outbox after a night offline.
--
-- First all together. Only when one is refused each gets its own subtransaction: those write a multixact for every row
-- that was locked outside of them, and cost more than the messages themselves.
create function private.merge_watch_sessions(p_snapshots jsonb, p_now timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_max_snapshots constant integer := 50;
  v_video_ids uuid[];
  v_session_ids uuid[];
  v_places integer[];
  v_place integer;
  v_is_each_apart boolean;
  v_hint text;
  v_results jsonb[];
  v_videos uuid[]; -- of the rows as they stood
  v_starts timestamptz[];
begin
  if jsonb_typeof(p_snapshots) is distinct from 'array' or jsonb_array_length(p_snapshots) > c_max_snapshots then
    perform private.refuse_malformed('p_snapshots is not a list of at most 50', 'Send an array of objects with the arguments of update_watch_session.');
  end if;
  select array_agg(private.to_uuid(snapshot.value ->> 'p_video_id') order by snapshot.place),
    array_agg(private.to_uuid(snapshot.value ->> 'p_session_id') order by snapshot.place)
  into v_video_ids, v_session_ids
  from jsonb_array_elements(p_snapshots) with ordinality as snapshot (value, place);

  foreach v_is_each_apart in array array[false, true] loop
    begin
      -- All rows first and in one order, so that two requests about the same sessions never wait for each other in a circle.
      select array_agg(locked.video_id), array_agg(locked.session_start) into v_videos, v_starts
      from (
        select s.video_id, s.session_start
        from unnest(v_video_ids, v_session_ids) as message (video_id, session_id)
        inner join public.video_watch_sessions as s on s.video_id = message.video_id and s.id = message.session_id
        order by s.video_id, s.viewer_id, s.id
        for no key update of s
      ) as locked;
      select array_agg(message.place order by message.video_id, s.viewer_id, message.session_id, message.place) into v_places
      from unnest(v_video_ids, v_session_ids) with ordinality as message (video_id, session_id, place)
      left join public.video_watch_sessions as s on s.video_id = message.video_id and s.id = message.session_id;

      v_results := array_fill(null::jsonb, array[jsonb_array_length(p_snapshots)]);
      foreach v_place in array coalesce(v_places, '{}') loop
        if not v_is_each_apart then
          v_results[v_place] := private.merge_snapshot(p_snapshots -> v_place - 1, p_now);
          continue;
        end if;
        begin
          v_results[v_place] := private.merge_snapshot(p_snapshots -> v_place - 1, p_now);
        exception
          when transaction_rollback or operator_intervention or insufficient_resources then
            raise;
          when others then
            get stacked diagnostics v_hint = pg_exception_hint;
            v_results[v_place] := private.refusal(p_snapshots -> v_place - 1, sqlstate, sqlerrm, v_hint);
        end;
      end loop;
      exit;
    exception
      -- These concern the whole request, which is to be sent again.
      when transaction_rollback or operator_intervention or insufficient_resources then
        raise;
      when others then
        if v_is_each_apart then raise; end if;
    end;
  end loop;

  -- Days last and in order, for the same reason; those the sessions stood on before, too, for a start may have moved
  -- back over midnight.
  insert into private.video_analytics_dirty_days (minute, video_id, date)
  select distinct date_trunc('minute', p_now), moment.video_id, (moment.session_start at time zone creators.time_zone)::date
  from (
    select s.video_id, s.session_start
    from unnest(v_video_ids, v_session_ids) as message (video_id, session_id)
    inner join public.video_watch_sessions as s on s.video_id = message.video_id and s.id = message.session_id
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
comment on function private.merge_watch_sessions(jsonb, timestamptz) is 'Merges up to 50 messages, each with its own result; a refused one leaves the others alone.';
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
