-- Which creator a call is about: the one who is signed in, or with the service key whomever p_creator_id names.

create function private.named_creator(p_creator_id uuid) returns public.creators
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_creator public.creators;
begin
  if p_creator_id is null and private.is_operator() then
    perform private.refuse_malformed('p_creator_id is required', 'Nobody is signed in: name the creator.');
  end if;
  select * into v_creator
  from public.creators
  where creators.id = coalesce(p_creator_id, private.my_creator_id())
    and (creators.id = private.my_creator_id() or private.is_operator());
  if not found then
    perform private.refuse('Sign in as the creator, or call with the service key and name him in p_creator_id.');
  end if;
  return v_creator;
end;
$$;
comment on function private.named_creator(uuid) is 'The creator, who must be the caller unless that is service_role; PT403 otherwise, PT400 when service_role names none. Definer: service_role has no policy.';
revoke all on function private.named_creator(uuid) from public;
