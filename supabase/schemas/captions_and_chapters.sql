-- Captions and chapters are handed to every viewer as they stand: no key but those named, no text without an end.
create function private.is_text(p_value jsonb, p_longest integer) returns boolean
language sql immutable set search_path = ''
as $$
  select coalesce(jsonb_typeof(p_value) = 'string' and length(p_value #>> '{}') between 1 and p_longest, false);
$$;
comment on function private.is_text(jsonb, integer) is 'Whether a value is text of 1 to so many characters.';
revoke all on function private.is_text(jsonb, integer) from public;

create function private.is_caption(p_value jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select case when jsonb_typeof(p_value) = 'object' then
    p_value - '{src,srclang,label}'::text[] = '{}'
    and private.is_text(p_value -> 'src', 2048)
    and private.is_text(p_value -> 'srclang', 35)
    and private.is_text(p_value -> 'label', 200)
  else false end;
$$;
comment on function private.is_caption(jsonb) is 'Whether a value is {src, srclang, label} and nothing else.';
revoke all on function private.is_caption(jsonb) from public;

create function private.is_chapter(p_value jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select case when jsonb_typeof(p_value) = 'object' then
    p_value - '{start_ms,end_ms,title}'::text[] = '{}'
    and private.is_text(p_value -> 'title', 200)
    and coalesce(jsonb_typeof(p_value -> 'start_ms') = 'number' and p_value ->> 'start_ms' ~ '^\d+$', false)
    and coalesce(jsonb_typeof(p_value -> 'end_ms') = 'number' and p_value ->> 'end_ms' ~ '^\d+$', false)
    and p_value -> 'start_ms' < p_value -> 'end_ms' and p_value -> 'end_ms' <= '2147483647'
  else false end;
$$;
comment on function private.is_chapter(jsonb) is 'Whether a value is {start_ms, end_ms, title} and nothing else, in whole ms and ending after its start.';
revoke all on function private.is_chapter(jsonb) from public;

create function private.are_captions(p_list jsonb) returns boolean
language sql immutable security definer set search_path = ''
as $$
  select case when jsonb_typeof(p_list) = 'array' then (
    select coalesce(bool_and(private.is_caption(caption)), true) from jsonb_array_elements(p_list) as caption
  ) else false end;
$$;
comment on function private.are_captions(jsonb) is 'Whether a value is a list of captions. Definer: a check runs as the caller, who may look up no names in private.';
revoke all on function private.are_captions(jsonb) from public;
grant execute on function private.are_captions(jsonb) to authenticated, service_role;

create function private.are_chapters(p_list jsonb) returns boolean
language sql immutable security definer set search_path = ''
as $$
  select case when jsonb_typeof(p_list) = 'array' then (
    select coalesce(bool_and(
      case when private.is_chapter(chapter.value) and private.is_chapter(coalesce(chapter.before, chapter.value))
        then chapter.before is null or chapter.before -> 'end_ms' <= chapter.value -> 'start_ms'
      else false end
    ), true)
    from (
      select element.value, lag(element.value) over (order by element.place) as before
      from jsonb_array_elements(p_list) with ordinality as element (value, place)
    ) as chapter
  ) else false end;
$$;
comment on function private.are_chapters(jsonb) is 'Whether a value is a list of chapters in their order, none beginning before the last has ended. Definer: a check runs as the caller, who may look up no names in private.';
revoke all on function private.are_chapters(jsonb) from public;
grant execute on function private.are_chapters(jsonb) to authenticated, service_role;
