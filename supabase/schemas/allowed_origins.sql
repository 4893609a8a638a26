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

create function private.are_origins(p_list text[]) returns boolean
language sql immutable security definer set search_path = ''
as $$
  select coalesce(bool_and(private.is_origin(origin)), true) from unnest(p_list) as origin;
$$;
comment on function private.are_origins(text[]) is 'Whether every element is an origin. Definer: a check runs as the caller, who may look up no names in private.';
revoke all on function private.are_origins(text[]) from public;
grant execute on function private.are_origins(text[]) to authenticated, service_role;
