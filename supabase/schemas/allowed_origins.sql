-- Which web pages may embed a video. A browser says in the Origin header where a request comes from, and private.may_play()
-- compares it with the list: what is not written as browsers write it would never match, and keep everybody out.

create function private.is_origin(p_text text) returns boolean
language sql immutable set search_path = ''
as $$
  select coalesce(
    length(p_text) <= 255
    and p_text ~ '^[a-z][a-z0-9+.-]*://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?$'
    -- Browsers leave out the port that the scheme implies.
    and p_text !~ '^(http://.*:80|https://.*:443)$',
    false
  );
$$;
comment on function private.is_origin(text) is 'Whether a text is an origin as browsers send it: scheme://host or scheme://host:port in lower case, without a path.';
revoke all on function private.is_origin(text) from public;

create function private.check_allowed_origins() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_origin text;
begin
  foreach v_origin in array coalesce(new.allowed_origins, '{}') loop
    if not private.is_origin(v_origin) then
      raise check_violation using
        message = format('"%s" is no origin', left(v_origin, 255)),
        constraint = 'videos_allowed_origins_are_origins',
        hint = 'Send scheme://host or scheme://host:port in lower case, such as https://school.example: no path, no slash at the end, no port that the scheme implies, no star. Null lets every page embed the video.';
    end if;
  end loop;
  return new;
end;
$$;
comment on function private.check_allowed_origins() is 'Trigger: only origins are stored. Definer: whoever writes the row may look up no names in private.';
revoke all on function private.check_allowed_origins() from public;

create trigger check_allowed_origins before insert or update of allowed_origins on public.videos
  for each row execute function private.check_allowed_origins();
