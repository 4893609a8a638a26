-- Opens the audience's sessions, one transaction each as they come: then the room on the pages is as it would be.
-- A file of its own, because a script with more in it runs as one transaction.

do $$
begin
  for n in 1 .. 10000 loop
    perform private.merge_watch_session(
      p_message => 'start',
      p_session_id => md5('session' || n)::uuid,
      p_write_key => md5('key' || n),
      p_video_id => md5('video' || n % 100)::uuid,
      p_seq => 0,
      p_age_ms => 0,
      p_watch_time_ms => 0,
      p_content_ms => 0,
      p_watched => '{}',
      p_rewatched => '{}',
      p_position_ms => 0,
      p_duration_ms => 3600000,
      p_counters => '{}',
      p_context => '{"device_type": "desktop", "evidence": "measured", "referrer_type": "direct_link", "player_version": "1.0.0"}',
      p_anonymous_id => md5('viewer' || n)::uuid,
      p_viewer_token => null,
      p_now => now() - interval '3 hours'
    );
    commit;
  end loop;
end;
$$;
