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
  constraint creator_keys_validity_has_a_length check (not_after > not_before)
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
