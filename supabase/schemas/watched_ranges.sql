-- Arithmetic of what was watched. Ranges are media time in ms, half open.

create function private.range_length(p_ranges int4multirange) returns bigint
language sql immutable set search_path = ''
as $$
  select coalesce(sum(upper(piece)::bigint - lower(piece)), 0)::bigint from unnest(p_ranges) as piece;
$$;
comment on function private.range_length(int4multirange) is 'Length of the union, in ms.';
revoke all on function private.range_length(int4multirange) from public;

-- A milestone is added here, and mirrored in packages/tracker/src/milestones.ts; a test holds the two equal.
create function private.milestone_percents() returns integer[]
language sql immutable set search_path = ''
as $$
  select '{10,25,50,75,90}'::integer[];
$$;
comment on function private.milestone_percents() is 'Milestones in percent, ascending. Bit n of a milestones column stands for the n-th; at most 15.';
revoke all on function private.milestone_percents() from public;

-- Coverage crosses milestones in order, so those reached are always the lowest bits.
create function private.milestone_bits(p_percent integer) returns integer
language sql immutable set search_path = ''
as $$
  select (1 << width_bucket(p_percent, private.milestone_percents())) - 1;
$$;
comment on function private.milestone_bits(integer) is 'The milestones reached at so many percent.';
revoke all on function private.milestone_bits(integer) from public;

-- Evidence grades, best last; a session may claim at most what its source can show.
create function private.evidence_grades() returns text[]
language sql immutable set search_path = ''
as $$
  select '{attested,estimated,reported,polled,measured}'::text[];
$$;
comment on function private.evidence_grades() is 'How a session knows what was watched, from weakest to strongest.';
revoke all on function private.evidence_grades() from public;

create function private.best_evidence(p_source_type text) returns text
language sql immutable set search_path = ''
as $$
  select case p_source_type
    when 'youtube' then 'polled'
    when 'vimeo' then 'polled'
    when 'loom' then 'reported'
    else 'measured'
  end;
$$;
comment on function private.best_evidence(text) is 'The strongest evidence a source can give.';
revoke all on function private.best_evidence(text) from public;
