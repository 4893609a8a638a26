-- What transcripts and storage cost, per creator. Amounts are decimal text beside their currency: a JSON number becomes a
-- float in most readers.

create function private.transcript_costs(p_creator_id uuid, p_from timestamptz, p_to timestamptz, p_time_zone text)
returns table (
  month text, video_id uuid, title text, method text, currency text,
  attempts bigint, transcribed bigint, free bigint, seconds numeric, words bigint, amount numeric
)
language sql stable set search_path = ''
as $$
  select to_char(a.attempted_at at time zone p_time_zone, 'YYYY-MM'), a.video_id, videos.title, a.method, a.currency,
    count(*),
    count(*) filter (where a.outcome = 'ok'),
    count(*) filter (where a.outcome = 'ok' and a.amount = 0),
    sum(a.seconds) filter (where a.outcome = 'ok'),
    sum(a.words) filter (where a.outcome = 'ok'),
    sum(a.amount)
  from public.videos
  inner join public.transcript_attempts as a on a.video_id = videos.id
  where videos.creator_id = p_creator_id and a.attempted_at >= p_from and a.attempted_at < p_to
  group by 1, 2, 3, 4, 5;
$$;
comment on function private.transcript_costs(uuid, timestamptz, timestamptz, text) is 'Attempts and amounts per month, video, method and currency.';
revoke all on function private.transcript_costs(uuid, timestamptz, timestamptz, text) from public;

create function private.storage_costs(p_creator_id uuid, p_date date, out bytes numeric, out tiers jsonb, out totals jsonb, out is_example boolean)
language sql stable set search_path = ''
as $$
  with stored as (
    select coalesce(sum(videos.file_size_bytes), 0) as bytes
    from public.videos
    where videos.creator_id = p_creator_id and videos.file_size_bytes is not null
  ),
  tier as (
    -- The last tier has no end, and least() passes over a null.
    select price.currency, price.from_quantity, price.to_quantity, price.price, price.is_example,
      greatest(least(stored.bytes / 1073741824, price.to_quantity) - price.from_quantity, 0) as quantity
    from stored, (
      select p.*, lead(p.from_quantity) over (partition by p.currency order by p.from_quantity) as to_quantity
      from private.prices_on('storage', 'video_file', p_date) as p
    ) as price
  ),
  total as (
    select tier.currency, sum(tier.quantity * tier.price) as amount from tier group by tier.currency
  )
  select stored.bytes,
    (
      select coalesce(jsonb_agg(jsonb_build_object(
        'from_gb', trim_scale(tier.from_quantity), 'to_gb', trim_scale(tier.to_quantity), 'gb', round(tier.quantity, 6),
        'price', trim_scale(tier.price)::text, 'amount', trim_scale(round(tier.quantity * tier.price, 9))::text, 'currency', tier.currency
      ) order by tier.currency, tier.from_quantity), '[]') from tier
    ),
    (
      select coalesce(jsonb_agg(jsonb_build_object(
        'amount', trim_scale(round(total.amount, 9))::text, 'currency', total.currency
      ) order by total.currency), '[]') from total
    ),
    (select coalesce(bool_or(tier.is_example), false) from tier where tier.quantity > 0)
  from stored;
$$;
comment on function private.storage_costs(uuid, date) is 'Bytes a creator has stored, and what a month of them costs by tiers.';
revoke all on function private.storage_costs(uuid, date) from public;

create function private.transcript_report(p_creator_id uuid, p_from timestamptz, p_to timestamptz, p_time_zone text)
returns jsonb
language sql stable set search_path = ''
as $$
  with cost as materialized (
    select * from private.transcript_costs(p_creator_id, p_from, p_to, p_time_zone)
  ),
  month as (
    select cost.month, sum(cost.attempts) as attempts, sum(cost.transcribed) as transcribed, sum(cost.free) as free
    from cost group by cost.month
  ),
  -- The dearest of the newest, should there be more than a reader can use; the sums are of all.
  line as (
    select * from cost order by cost.month desc, cost.amount desc, cost.title, cost.video_id, cost.method limit 5000
  )
  select jsonb_build_object(
    'attempts', (select coalesce(sum(month.attempts), 0) from month),
    'transcribed', (select coalesce(sum(month.transcribed), 0) from month),
    'free', (select coalesce(sum(month.free), 0) from month),
    'free_percent', (select round(100 * sum(month.free) / nullif(sum(month.transcribed), 0), 1) from month),
    'totals', (
      select coalesce(jsonb_agg(jsonb_build_object('amount', trim_scale(t.amount)::text, 'currency', t.currency) order by t.currency), '[]')
      from (select sum(cost.amount) as amount, cost.currency from cost where cost.amount > 0 group by cost.currency) as t
    ),
    'months', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'month', month.month, 'attempts', month.attempts, 'transcribed', month.transcribed, 'free', month.free,
        'free_percent', round(100 * month.free / nullif(month.transcribed, 0), 1),
        'totals', (
          select coalesce(jsonb_agg(jsonb_build_object('amount', trim_scale(t.amount)::text, 'currency', t.currency) order by t.currency), '[]')
          from (
            select sum(cost.amount) as amount, cost.currency
            from cost where cost.month = month.month and cost.amount > 0 group by cost.currency
          ) as t
        )
      ) order by month.month), '[]') from month
    ),
    'rows', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'month', line.month, 'video_id', line.video_id, 'title', line.title, 'method', line.method,
        'attempts', line.attempts, 'transcribed', line.transcribed, 'free', line.free, 'seconds', line.seconds, 'words', line.words,
        'amount', trim_scale(line.amount)::text, 'currency', line.currency
      ) order by line.month, line.title, line.video_id, line.method, line.currency), '[]') from line
    ),
    'is_cut', (select count(*) > 5000 from cost)
  );
$$;
comment on function private.transcript_report(uuid, timestamptz, timestamptz, text) is 'The part of the cost report about transcripts: sums, sums per month, and up to 5,000 rows per month, video and method.';
revoke all on function private.transcript_report(uuid, timestamptz, timestamptz, text) from public;

create function private.get_cost_report(p_creator_id uuid, p_from date, p_to date, p_now timestamptz) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  c_max_days constant integer := 3660;
  v_creator constant public.creators := private.named_creator(p_creator_id);
  v_to date;
  v_from date;
  v_storage record;
begin
  perform private.check_days(p_from, p_to);
  v_to := coalesce(p_to, (p_now at time zone v_creator.time_zone)::date);
  v_from := coalesce(p_from, (date_trunc('month', v_to) - interval '11 months')::date);
  if v_from > v_to or v_to - v_from > c_max_days then
    perform private.refuse_malformed('p_from and p_to are no range', 'Send two days, the earlier first, at most ten years apart.');
  end if;

  v_storage := private.storage_costs(v_creator.id, (p_now at time zone 'UTC')::date);
  return jsonb_build_object(
    'creator_id', v_creator.id, 'from', v_from, 'to', v_to, 'time_zone', v_creator.time_zone,
    'transcripts', private.transcript_report(
      v_creator.id, v_from::timestamp at time zone v_creator.time_zone,
      (v_to + 1)::timestamp at time zone v_creator.time_zone, v_creator.time_zone
    ),
    'storage', jsonb_build_object(
      'bytes', v_storage.bytes, 'tiers', v_storage.tiers, 'totals_per_month', v_storage.totals, 'is_example', v_storage.is_example
    )
  );
end;
$$;
comment on function private.get_cost_report(uuid, date, date, timestamptz) is 'Body of public.get_cost_report(). Definer, so that service_role asks about anyone.';
revoke all on function private.get_cost_report(uuid, date, date, timestamptz) from public;
grant execute on function private.get_cost_report(uuid, date, date, timestamptz) to authenticated, service_role;

create function public.get_cost_report(p_creator_id uuid default null, p_from date default null, p_to date default null) returns jsonb
language sql stable set search_path = ''
begin atomic
  select private.get_cost_report(p_creator_id, p_from, p_to, now());
end;
comment on function public.get_cost_report(uuid, date, date) is 'Transcripts per month, video and method with their cost and the share of free ones, and the monthly cost of what is stored today. Days in the creator''s time zone, both included; by default the last twelve months. A creator asks about himself, service_role about anyone.';
revoke all on function public.get_cost_report(uuid, date, date) from public, anon, authenticated, service_role;
grant execute on function public.get_cost_report(uuid, date, date) to authenticated, service_role;
