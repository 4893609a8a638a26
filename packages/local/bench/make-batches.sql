-- The next round of heartbeats as 500 calls of 20, each of other viewers and videos. $1 round, $2 counters, $3 context.
insert into bench.batches (id, snapshots)
select
  1 + n % 500,
  jsonb_agg(jsonb_build_object(
    'p_session_id', md5('session' || n)::uuid,
    'p_write_key', md5('key' || n),
    'p_video_id', md5('video' || n % 100)::uuid,
    'p_seq', $1::integer + 1,
    'p_age_ms', message.ms,
    'p_watch_time_ms', message.ms,
    'p_content_ms', message.ms,
    'p_watched', int4multirange(int4range(0, case when n % 5 = 0 then 30000 else 60000 end), int4range(60000, message.ms % 3600000)),
    'p_rewatched', '{}',
    'p_position_ms', message.ms % 3600000,
    'p_duration_ms', 3600000,
    'p_counters', $2::jsonb,
    'p_context', $3::jsonb
  ))::text
from generate_series(1, 10000) as n, lateral (select ((n * 7919) % 300 + 10 + $1::integer) * 10000 as ms) as message
group by n % 500
on conflict (id) do update set snapshots = excluded.snapshots;
