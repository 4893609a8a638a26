-- What a player needs in order to play, and nothing about videos the caller may not play.

create function private.get_player_video(p_video_id uuid, p_viewer_token text) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_video public.videos;
  v_viewer private.viewer;
  v_progress public.video_progress;
begin
  if p_video_id is null then
    perform private.refuse_malformed('p_video_id is required', 'Send the uuid of a video.');
  end if;
  select * into v_video from public.videos where videos.id = p_video_id and not videos.is_deleted;
  if not found then
    perform private.refuse();
  end if;
  -- Reading registers nobody: a student gets his row when he watches.
  v_viewer := private.identify_viewer(v_video, null, p_viewer_token, false);
  if not private.may_play(v_video, v_viewer) then
    perform private.refuse();
  end if;
  select * into v_progress
  from public.video_progress as p
  where p.video_id = v_video.id and p.viewer_id = v_viewer.viewer_id;

  return jsonb_build_object(
    'id', v_video.id,
    'title', v_video.title,
    'source_type', v_video.source_type,
    'src', case v_video.source_type
      when 'youtube' then 'youtube:' || v_video.youtube_video_id
      when 'mux' then 'mux:' || v_video.mux_playback_id
      -- A file of ours has no address of its own: the player lets Storage sign one, as the viewer.
      when 'upload' then coalesce(v_video.url, 'storage:chronos-videos/' || v_video.storage_path)
      else v_video.source_type || ':' || v_video.embed_id
    end,
    'poster', v_video.thumbnail_url,
    -- Constraints hold that nothing else is in them.
    'captions', v_video.captions,
    'chapters', v_video.chapters,
    'duration_ms', v_video.duration_ms,
    'completion_threshold', v_video.completion_threshold,
    'accepted_evidence', v_video.accepted_evidence,
    'resume_position_seconds', coalesce(v_progress.resume_position_seconds, 0),
    -- An age and no time of day: the player compares it with what its browser alone knows, and that clock may be wrong.
    'resume_age_ms', (extract(epoch from now() - v_progress.last_watched_at) * 1000)::bigint,
    'viewer_percent_complete', v_progress.percent_complete,
    'completed', v_progress.completed_at is not null
  );
end;
$$;
comment on function private.get_player_video(uuid, text) is 'Body of public.get_player_video(). Definer: viewers have no access to the table of videos.';
revoke all on function private.get_player_video(uuid, text) from public;
grant execute on function private.get_player_video(uuid, text) to anon, authenticated, service_role;

create function public.get_player_video(p_video_id uuid, p_viewer_token text default null) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_player_video(p_video_id, p_viewer_token);
end;
comment on function public.get_player_video(uuid, text) is 'Source (storage:bucket/path for a file of Supabase Storage, which the viewer''s own player has signed), poster, captions, chapters, completion rule and the viewer''s resume position. PT401 expired token; PT403 for a video that is unknown or that this viewer may not play.';
revoke all on function public.get_player_video(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.get_player_video(uuid, text) to anon, authenticated, service_role;
