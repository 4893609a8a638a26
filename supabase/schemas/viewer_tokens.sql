-- Signed viewer tokens: JWTs by which a course platform vouches for its own students (HS256 and nothing else).
-- Built on sha256() alone, which every Postgres has, so no extension is needed.

create function private.hmac_sha256(p_key bytea, p_message bytea) returns bytea
language sql immutable strict set search_path = ''
as $$
  -- RFC 2104. Postgres has no xor of bytea but one of bit strings; bit_send puts the length in its first four bytes.
  select sha256(
    substring(bit_send(padded.key # repeat('01011100', 64)::bit(512)) from 5)
    || sha256(substring(bit_send(padded.key # repeat('00110110', 64)::bit(512)) from 5) || p_message)
  )
  from (
    select ('x' || rpad(encode(case when length(p_key) > 64 then sha256(p_key) else p_key end, 'hex'), 128, '0'))::bit(512) as key
  ) as padded;
$$;
comment on function private.hmac_sha256(bytea, bytea) is 'HMAC with SHA-256 (RFC 2104).';
revoke all on function private.hmac_sha256(bytea, bytea) from public;

create function private.decode_base64url(p_text text) returns bytea
language sql immutable strict set search_path = ''
as $$
  select decode(rpad(translate(p_text, '-_', '+/'), (length(p_text) + 3) / 4 * 4, '='), 'base64');
$$;
comment on function private.decode_base64url(text) is 'Bytes of unpadded base64url (RFC 7515); raises class 22 for anything else.';
revoke all on function private.decode_base64url(text) from public;

create function private.request_origin() returns text
language sql stable set search_path = ''
as $$
  select nullif(current_setting('request.headers', true), '')::jsonb ->> 'origin';
$$;
comment on function private.request_origin() is 'The Origin header of the request, as PostgREST passes it on; null without a browser.';
revoke all on function private.request_origin() from public;

-- Every reason to refuse gives the same null, except for one: a token that was good and has expired says so, because
-- its holder can ask for another.
create function private.verify_viewer_token(p_token text, p_creator_id uuid, p_video_id uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  c_max_bytes constant integer := 2048;
  c_max_life constant integer := 86400; -- s
  v_parts text[];
  v_header jsonb;
  v_claims jsonb;
  v_secret bytea;
  v_now numeric := extract(epoch from now());
begin
  if octet_length(p_token) > c_max_bytes then return null; end if;
  v_parts := string_to_array(p_token, '.');
  if cardinality(v_parts) <> 3 then return null; end if;
  begin
    v_header := convert_from(private.decode_base64url(v_parts[1]), 'utf8')::jsonb;
    v_claims := convert_from(private.decode_base64url(v_parts[2]), 'utf8')::jsonb;

    select creator_keys.secret into v_secret
    from private.creator_keys
    where creator_keys.creator_id = p_creator_id and creator_keys.kid = v_header ->> 'kid'
      and creator_keys.not_before <= now() and (creator_keys.not_after is null or now() < creator_keys.not_after);

    -- Compared as digests, so that the time taken says nothing about the expected bytes.
    if v_header ->> 'alg' is distinct from 'HS256' or v_secret is null
      or sha256(private.hmac_sha256(v_secret, convert_to(v_parts[1] || '.' || v_parts[2], 'utf8')))
        is distinct from sha256(private.decode_base64url(v_parts[3]))
    then
      return null;
    end if;

    if (v_claims ->> 'exp')::numeric <= v_now then
      raise sqlstate 'PT401' using
        message = 'viewer token expired',
        hint = 'Ask the course platform for a new token and send the request again.';
    end if;
    if length(v_claims ->> 'sub') between 1 and 255
      and (v_claims ->> 'exp')::numeric <= v_now + c_max_life
      and (v_claims ->> 'nbf' is null or (v_claims ->> 'nbf')::numeric <= v_now)
      and (v_claims ->> 'video' is null or (v_claims ->> 'video')::uuid = p_video_id)
      and (v_claims ->> 'origin' is null or v_claims ->> 'origin' = coalesce(private.request_origin(), v_claims ->> 'origin'))
      and (v_claims ->> 'course' is null or (v_claims ->> 'course')::uuid is not null)
    then
      return v_claims;
    end if;
    return null;
  exception when data_exception then
    return null; -- Not base64url, not UTF-8, not JSON, or a claim of the wrong type.
  end;
end;
$$;
comment on function private.verify_viewer_token(text, uuid, uuid) is 'The claims of a viewer token signed for this creator and good for this video, or null; PT401 when it has expired.';
revoke all on function private.verify_viewer_token(text, uuid, uuid) from public;
