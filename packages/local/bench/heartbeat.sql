-- The next heartbeat of one of the sessions that bench.sql opened: ten seconds after its last one. Every fifth viewer has
-- skipped a part, so that his ranges are two.
\set i :i + 1
\set n 1 + permute(:i % :share, :share) * :clients + :client_id
\set round :i / :share
\set ms ((:n * 7919) % 300 + 10 + :round) * 10000
\set skipped case when :n % 5 = 0 then 30000 else 0 end
select public.update_watch_session(
  p_session_id => md5('session' || :n)::uuid,
  p_write_key => md5('key' || :n),
  p_video_id => md5('video' || :n % 100)::uuid,
  p_seq => :round + 1,
  p_age_ms => :ms,
  p_watch_time_ms => :ms,
  p_content_ms => :ms,
  p_watched => int4multirange(int4range(0, 60000 - :skipped), int4range(60000, :ms % 3600000)),
  p_rewatched => '{}',
  p_position_ms => :ms % 3600000,
  p_duration_ms => 3600000,
  p_counters => :counters,
  p_context => :context,
  p_anonymous_id => null,
  p_viewer_token => null
);
