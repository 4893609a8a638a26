-- The shape of a message: what the merge takes from its two open objects, and why it refuses one. Only refusals run
-- through this file's function, so it may take its time and say exactly what is wrong.

create type private.watch_counters as (
  paused_ms integer,
  buffering_ms integer,
  buffering_count integer,
  seeks_forward integer,
  seeks_back integer,
  hidden_ms integer,
  muted_ms integer,
  ad_ms integer,
  startup_ms integer,
  rate_changes integer,
  caption_ms integer,
  error_count integer,
  rewatch_after_complete_ms integer,
  messages_sent integer,
  furthest_position_ms integer
);
comment on type private.watch_counters is 'What p_counters may hold; all only grow. Other keys are ignored.';

create type private.watch_context as (
  device_type text,
  referrer_type text,
  course_id uuid,
  module_id uuid,
  previous_session_id uuid,
  player_version text,
  evidence text,
  truncated boolean,
  close_reason text
);
comment on type private.watch_context is 'What p_context may hold; the newest message speaks. Other keys are ignored.';

create type private.watch_message as (
  p_session_id uuid,
  p_write_key text,
  p_video_id uuid,
  p_seq integer,
  p_age_ms bigint,
  p_watch_time_ms bigint,
  p_content_ms bigint,
  p_watched int4multirange,
  p_rewatched int4multirange,
  p_position_ms integer,
  p_duration_ms integer,
  p_counters jsonb,
  p_context jsonb,
  p_anonymous_id uuid,
  p_viewer_token text
);
comment on type private.watch_message is 'One message of a batch: the arguments of update_watch_session, read as PostgREST reads those of a single call.';

create function private.refuse_large_object(p_object jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_bytes constant integer := 4096;
begin
  if pg_column_size(p_object) > c_max_bytes or jsonb_typeof(p_object) <> 'object' or jsonb_path_exists(p_object, 'lax $.**{3}') then
    perform private.refuse_malformed('p_counters or p_context is not a small object', 'Send objects of at most 4 kB and depth 2.');
  end if;
end;
$$;
comment on function private.refuse_large_object(jsonb) is 'Raises PT400 for what is no object, larger than 4 kB or deeper than 2.';
revoke all on function private.refuse_large_object(jsonb) from public;

-- The merge asks cheap questions and comes here when one is answered badly; here time does not matter.
create function private.refuse_bad_shape(
  p_fault text,
  p_write_key text,
  p_least_number bigint,
  p_greatest_number bigint,
  p_watched int4multirange,
  p_rewatched int4multirange,
  p_counters jsonb
) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  c_max_ms constant bigint := 2678400000; -- 31 days
  c_max_ranges constant integer := 512;
begin
  if p_least_number < 0 or p_greatest_number > c_max_ms then
    perform private.refuse_malformed('a number is out of range', 'Send whole, not negative milliseconds of at most 31 days.');
  end if;
  if lower_inf(p_watched) or upper_inf(p_watched) or lower(p_watched) < 0
    or lower_inf(p_rewatched) or upper_inf(p_rewatched) or lower(p_rewatched) < 0
  then
    perform private.refuse_malformed('ranges are out of bounds', 'Send ranges from 0 upwards, such as {[0,1000),[5000,6000)}.');
  end if;
  -- A range takes 13 bytes: of 100,000 nobody needs the number.
  if greatest(pg_column_size(p_watched), pg_column_size(p_rewatched)) > 16 * c_max_ranges
    or greatest((select count(*) from unnest(p_watched)), (select count(*) from unnest(p_rewatched))) > c_max_ranges
  then
    perform private.refuse_malformed('too many ranges', 'Send the longest 512 and say so by truncated in p_context. Never join over a gap: nobody watched it.');
  end if;
  perform private.refuse_large_object(p_counters);
  perform private.refuse_bad_key(p_write_key);
  if p_fault is not null then
    perform private.refuse_malformed('a value in p_counters has the wrong type: ' || p_fault, 'Send whole numbers, uuids and booleans as such.');
  end if;
  if exists (
    select from jsonb_each(to_jsonb(jsonb_populate_record(null::private.watch_counters, p_counters))) as counter
    where counter.value::text like '-%'
  ) then
    perform private.refuse_malformed('a counter is negative', 'Send counters from 0 upwards.');
  end if;
end;
$$;
comment on function private.refuse_bad_shape(text, text, bigint, bigint, int4multirange, int4multirange, jsonb) is 'Raises PT400 for what is out of range, too large or of a wrong type; returns when only many bytes had looked like too many ranges.';
revoke all on function private.refuse_bad_shape(text, text, bigint, bigint, int4multirange, int4multirange, jsonb) from public;

create function private.read_context(p_context jsonb) returns private.watch_context
language plpgsql volatile set search_path = ''
as $$
declare
  c private.watch_context;
begin
  perform private.refuse_large_object(p_context);
  begin
    c := jsonb_populate_record(null::private.watch_context, p_context);
  exception when data_exception then
    perform private.refuse_malformed('a value in p_context has the wrong type: ' || sqlerrm, 'Send whole numbers, uuids and booleans as such.');
  end;
  if c.close_reason not in ('removed', 'source_change', 'viewer_change', 'page_end', 'idle') then
    perform private.refuse_malformed('close_reason is unknown', 'Send removed, source_change, viewer_change, page_end or idle.');
  end if;
  return c;
end;
$$;
comment on function private.read_context(jsonb) is 'What p_context says; raises PT400 for what it must not hold.';
revoke all on function private.read_context(jsonb) from public;

-- A key of another shape matches no session, so it is asked about only when it did not match.
create function private.refuse_bad_key(p_write_key text) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if p_write_key !~ '^[0-9a-fA-F]{32}$' then
    perform private.refuse_malformed('p_write_key is no write key', 'Send 32 hexadecimal digits.');
  end if;
end;
$$;
comment on function private.refuse_bad_key(text) is 'Raises PT400 for a write key that is not 32 hexadecimal digits.';
revoke all on function private.refuse_bad_key(text) from public;
