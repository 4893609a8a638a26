-- Arithmetic of what was watched. Ranges are media time in ms, half open.

-- In plpgsql, whose plans are kept.
create function private.range_length(p_ranges int4multirange) returns bigint
language plpgsql immutable set search_path = ''
as $$
begin
  return (select coalesce(sum(upper(piece)::bigint - lower(piece)), 0) from unnest(p_ranges) as piece);
end;
$$;
comment on function private.range_length(int4multirange) is 'Length of the union, in ms.';
revoke all on function private.range_length(int4multirange) from public;

-- A milestone is added here, at the end, and mirrored in packages/tracker/src/milestones.ts; a test holds the two equal.
create function private.milestone_percents() returns integer[]
language sql immutable set search_path = ''
as $$
  select '{10,25,50,75,90}'::integer[];
$$;
comment on function private.milestone_percents() is 'Milestones in percent, in the order in which they were introduced. Bit n of a milestones column stands for the n-th; at most 15.';
revoke all on function private.milestone_percents() from public;

create function private.milestone_bit(p_percent integer) returns integer
language sql immutable set search_path = ''
as $$
  select 1 << (array_position(private.milestone_percents(), p_percent) - 1);
$$;
comment on function private.milestone_bit(integer) is 'The bit of one milestone; null for a percentage that is none.';
revoke all on function private.milestone_bit(integer) from public;

-- A constant to the planner, so a heartbeat reads one element of it and calls nothing.
create function private.milestone_bits_by_percent() returns integer[]
language sql immutable set search_path = ''
as $$
  select array_agg(
    (
      select coalesce(bit_or(private.milestone_bit(milestone)), 0)
      from unnest(private.milestone_percents()) as milestone
      where milestone <= percent
    )
    order by percent
  )
  from generate_series(0, 100) as percent;
$$;
comment on function private.milestone_bits_by_percent() is 'The milestones reached at 0, 1, ... 100 percent, as bits; element 1 is that of 0 percent.';
revoke all on function private.milestone_bits_by_percent() from public;

-- Evidence grades, best last. A session may claim at most what its source can show, and keeps the best it ever showed.
create function private.join_evidence(p_known text, p_claimed text, p_source_type text) returns text
language sql immutable set search_path = ''
as $$
  select grades.all_of_them[greatest(
    array_position(grades.all_of_them, p_known),
    least(
      array_position(grades.all_of_them, case
        when p_claimed is null then 'measured'
        when p_claimed in ('measured', 'polled', 'reported') then p_claimed
        else 'estimated'
      end),
      array_position(grades.all_of_them, case
        when p_source_type in ('youtube', 'vimeo') then 'polled'
        when p_source_type = 'loom' then 'reported'
        else 'measured'
      end)
    )
  )]
  from (select '{attested,estimated,reported,polled,measured}'::text[] as all_of_them) as grades;
$$;
comment on function private.join_evidence(text, text, text) is 'The better of what is known and what is claimed, capped by the source; no claim means the best the source can show.';
revoke all on function private.join_evidence(text, text, text) from public;
