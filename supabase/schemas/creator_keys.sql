-- With these secrets a course platform's own server signs viewer tokens; the database verifies them.
-- Two keys may be valid at once, so that a platform changes its key without a moment of refusal.

create table private.creator_keys (
  id uuid not null default gen_random_uuid(),
  creator_id uuid not null,
  kid text not null,
  secret bytea not null,
  not_before timestamptz not null default now(),
  not_after timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint creator_keys_pkey primary key (id),
  constraint creator_keys_creator_id_kid_key unique (creator_id, kid),
  constraint creator_keys_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint creator_keys_kid_is_short check (length(kid) between 1 and 64),
  constraint creator_keys_secret_is_long check (length(secret) between 32 and 128),
  constraint creator_keys_ends_after_it_begins check (not_after >= not_before)
);

comment on table private.creator_keys is 'Secrets by which platforms sign viewer tokens (HS256). Read by the verification alone.';
comment on column private.creator_keys.id is 'The key.';
comment on column private.creator_keys.creator_id is 'Whose viewers it signs for, and so whose videos it opens.';
comment on column private.creator_keys.kid is 'Its name, as the token header gives it.';
comment on column private.creator_keys.secret is 'The shared secret, 32 to 128 bytes.';
comment on column private.creator_keys.not_before is 'Tokens are refused before.';
comment on column private.creator_keys.not_after is 'Tokens are refused from here on; null: no end yet.';
comment on column private.creator_keys.created_at is 'When the row was made.';
comment on column private.creator_keys.updated_at is 'When the row last changed.';

-- creator_keys_creator_id_kid_key serves the verification of a token.

create trigger touch_updated_at before update on private.creator_keys
  for each row execute function private.touch_updated_at();

alter table private.creator_keys enable row level security;

revoke all on table private.creator_keys from public, anon, authenticated, service_role;
-- Not granted: anything to anyone. No policy either. The owner's functions read it.

create function private.rotate_creator_key(p_creator_id uuid, p_overlap_seconds integer, p_now timestamptz default now())
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_max_valid constant integer := 2;
  c_max_overlap_seconds constant integer := 31 * 86400;
  v_creator_id uuid := (private.named_creator(p_creator_id)).id;
  v_kid text := to_char(p_now at time zone 'UTC', 'YYYYMMDD') || '-' || substring(gen_random_uuid()::text from 1 for 8);
  -- 32 random bytes in hexadecimal. The text itself is the secret, so that no library has to be told to decode it.
  v_secret text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
  if p_overlap_seconds is null or p_overlap_seconds not between 0 and c_max_overlap_seconds then
    perform private.refuse_malformed('p_overlap_seconds is out of range', 'Send 0 to 2678400 seconds: how long the key in use still signs.');
  end if;
  -- Two rotations at once would leave three keys.
  perform from public.creators where creators.id = v_creator_id for no key update;
  if c_max_valid <= (
    select count(*)
    from private.creator_keys as keys
    where keys.creator_id = v_creator_id and (keys.not_after is null or keys.not_after > p_now)
  ) then
    raise sqlstate 'PT409' using
      message = 'two keys are valid already',
      hint = 'Wait until the older one ends, or end it now: retire_creator_key(p_kid).';
  end if;
  update private.creator_keys as keys
  set not_after = greatest(p_now + make_interval(secs => p_overlap_seconds), keys.not_before)
  where keys.creator_id = v_creator_id and keys.not_after is null;
  insert into private.creator_keys (creator_id, kid, secret, not_before)
  values (v_creator_id, v_kid, convert_to(v_secret, 'utf8'), p_now);
  return jsonb_build_object('creator_id', v_creator_id, 'kid', v_kid, 'alg', 'HS256', 'secret', v_secret);
end;
$$;
comment on function private.rotate_creator_key(uuid, integer, timestamptz) is 'Body of public.rotate_creator_key(). Definer: API roles reach no key.';
revoke all on function private.rotate_creator_key(uuid, integer, timestamptz) from public;
grant execute on function private.rotate_creator_key(uuid, integer, timestamptz) to authenticated, service_role;

create function public.rotate_creator_key(p_creator_id uuid default null, p_overlap_seconds integer default 86400) returns jsonb
language sql volatile set search_path = ''
begin atomic
  select private.rotate_creator_key(p_creator_id, p_overlap_seconds);
end;
comment on function public.rotate_creator_key(uuid, integer) is 'Makes a new key for signing viewer tokens and answers {creator_id, kid, alg, secret}; the secret is told this once. The key in use still signs for p_overlap_seconds, a day if not said. By the creator for himself, by service_role for p_creator_id. PT409 while two keys are valid.';
revoke all on function public.rotate_creator_key(uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.rotate_creator_key(uuid, integer) to authenticated, service_role;

create function private.retire_creator_key(p_kid text, p_creator_id uuid, p_now timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_creator_id uuid := (private.named_creator(p_creator_id)).id;
begin
  update private.creator_keys as keys
  set not_after = least(keys.not_after, greatest(p_now, keys.not_before))
  where keys.creator_id = v_creator_id and keys.kid = p_kid;
  if not found then
    raise sqlstate 'PT404' using
      message = 'no such key',
      hint = 'get_creator_keys() lists the keys there are.';
  end if;
end;
$$;
comment on function private.retire_creator_key(text, uuid, timestamptz) is 'Body of public.retire_creator_key(). Definer: API roles reach no key.';
revoke all on function private.retire_creator_key(text, uuid, timestamptz) from public;
grant execute on function private.retire_creator_key(text, uuid, timestamptz) to authenticated, service_role;

create function public.retire_creator_key(p_kid text, p_creator_id uuid default null) returns void
language sql volatile set search_path = ''
begin atomic
  select private.retire_creator_key(p_kid, p_creator_id);
end;
comment on function public.retire_creator_key(text, uuid) is 'Ends a key now: tokens it signed are refused from here on. For a secret that got out. PT404 for a kid that is not there.';
revoke all on function public.retire_creator_key(text, uuid) from public, anon, authenticated, service_role;
grant execute on function public.retire_creator_key(text, uuid) to authenticated, service_role;

create function private.get_creator_keys(p_creator_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_creator_id uuid := (private.named_creator(p_creator_id)).id;
begin
  return (
    select coalesce(jsonb_agg(
      jsonb_build_object('kid', keys.kid, 'not_before', keys.not_before, 'not_after', keys.not_after)
      order by keys.not_before, keys.kid
    ), '[]')
    from private.creator_keys as keys
    where keys.creator_id = v_creator_id
  );
end;
$$;
comment on function private.get_creator_keys(uuid) is 'Body of public.get_creator_keys(). Definer: API roles reach no key.';
revoke all on function private.get_creator_keys(uuid) from public;
grant execute on function private.get_creator_keys(uuid) to authenticated, service_role;

create function public.get_creator_keys(p_creator_id uuid default null) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_creator_keys(p_creator_id);
end;
comment on function public.get_creator_keys(uuid) is 'The keys of a creator, oldest first: [{kid, not_before, not_after}]. Never a secret.';
revoke all on function public.get_creator_keys(uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_creator_keys(uuid) to authenticated, service_role;
