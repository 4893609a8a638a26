-- How a function says no, the same way everywhere: a code that PostgREST turns into a status, a message, and a hint that
-- gives the fix. What is malformed and what is forbidden are found in many places and said here; any other code (PT401,
-- PT409, PT429 and so on) is raised where its one rule stands.

create function private.refuse_malformed(p_message text, p_hint text) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  raise sqlstate 'PT400' using message = p_message, hint = p_hint;
end;
$$;
comment on function private.refuse_malformed(text, text) is 'Raises PT400.';
revoke all on function private.refuse_malformed(text, text) from public;

-- The same sentence for every refusal: who may not see a video must not learn whether it exists.
create function private.refuse(p_hint text default
  'Check the video id, and that this viewer may play it. A session takes messages only with its own write key, from its own viewer.'
) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  raise sqlstate 'PT403' using message = 'not allowed', hint = p_hint;
end;
$$;
comment on function private.refuse(text) is 'Raises PT403, the one answer for unknown, forbidden, foreign and wrongly keyed. The hint may say what the call is about, never which of these it was.';
revoke all on function private.refuse(text) from public;

-- For ids in open objects, which no signature checks: whoever reads one refuses the null. In plpgsql, whose plans are kept.
create function private.to_uuid(p_text text) returns uuid
language plpgsql immutable set search_path = ''
as $$
begin
  return case when p_text ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then p_text::uuid end;
end;
$$;
comment on function private.to_uuid(text) is 'The uuid, or null for any other text.';
revoke all on function private.to_uuid(text) from public;
