-- The ledger of transcripts: every attempt, what came of it and what it cost. Free methods are tried first and often
-- fail; only a ledger of all attempts shows whether that is worth it.

create table public.transcript_attempts (
  id uuid not null default gen_random_uuid(),
  video_id uuid not null,
  method text not null,
  outcome text not null,
  attempted_at timestamptz not null default now(),
  seconds numeric(12, 3),
  words integer,
  language text,
  unit text,
  quantity numeric(24, 12),
  price numeric(18, 9),
  amount numeric(18, 9) not null default 0,
  currency text,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transcript_attempts_pkey primary key (id),
  constraint transcript_attempts_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint transcript_attempts_method_is_a_name check (method ~ '^[a-z][a-z0-9_]{0,63}$'),
  constraint transcript_attempts_outcome_is_known
    check (outcome in ('ok', 'none', 'blocked', 'empty', 'private', 'too_large', 'unsupported', 'failed')),
  constraint transcript_attempts_counts_are_not_negative check (seconds >= 0 and words >= 0 and quantity >= 0),
  constraint transcript_attempts_language_is_a_tag check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$'),
  constraint transcript_attempts_unit_is_known check (unit in ('second', 'minute', 'hour', 'word', 'request')),
  constraint transcript_attempts_price_is_whole check (
    (unit is null) = (price is null) and (unit is null) = (quantity is null) and price >= 0
  ),
  constraint transcript_attempts_amount_has_a_currency check (amount >= 0 and (amount = 0 or currency is not null)),
  constraint transcript_attempts_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
  constraint transcript_attempts_error_is_short check (length(error) between 1 and 1000)
);

comment on table public.transcript_attempts is 'Every attempt to get a transcript, free or paid. Written once, by record_transcript_attempt().';
comment on column public.transcript_attempts.id is 'The attempt.';
comment on column public.transcript_attempts.video_id is 'The video.';
comment on column public.transcript_attempts.method is 'How: owner_file, youtube_captions, loom_transcript, mux_text_track, speech_to_text or an extractor of your own.';
comment on column public.transcript_attempts.outcome is 'ok, or why not: none (there is no transcript), blocked (the service refuses servers), empty (an answer without words), private, too_large, unsupported, failed.';
comment on column public.transcript_attempts.attempted_at is 'When; its month is the month of the bill.';
comment on column public.transcript_attempts.seconds is 'Length of the media that was heard, in seconds.';
comment on column public.transcript_attempts.words is 'Words of the transcript.';
comment on column public.transcript_attempts.language is 'Language of the transcript, BCP 47.';
comment on column public.transcript_attempts.unit is 'What was charged for: second, minute, hour, word or request; null when nothing was.';
comment on column public.transcript_attempts.quantity is 'How many units.';
comment on column public.transcript_attempts.price is 'Price of a unit that day.';
comment on column public.transcript_attempts.amount is 'What it cost: price x quantity, or what the vendor''s own bill says; 0 is free.';
comment on column public.transcript_attempts.currency is 'ISO 4217 code of price and amount.';
comment on column public.transcript_attempts.error is 'What the service answered, as a sentence without addresses or keys.';
comment on column public.transcript_attempts.created_at is 'When the row was made.';
comment on column public.transcript_attempts.updated_at is 'When the row last changed.';

-- What was tried for a video; per creator through his videos, for the cost report.
create index transcript_attempts_video_id_attempted_at_idx on public.transcript_attempts (video_id, attempted_at);

create trigger touch_updated_at before update on public.transcript_attempts
  for each row execute function private.touch_updated_at();

alter table public.transcript_attempts enable row level security;

create policy creators_see_attempts_on_their_videos on public.transcript_attempts for select to authenticated
  using (video_id in (select private.my_video_ids()));
comment on policy creators_see_attempts_on_their_videos on public.transcript_attempts is 'A creator sees what was tried for his own videos, and what it cost.';

revoke all on table public.transcript_attempts from anon, authenticated, service_role;
grant select on table public.transcript_attempts to authenticated, service_role;
-- Not granted: any write. A ledger is written by its function and corrected by nobody.

create function private.record_transcript_attempt(
  p_video_id uuid,
  p_method text,
  p_outcome text,
  p_seconds numeric,
  p_words integer,
  p_language text,
  p_error text,
  p_amount numeric,
  p_currency text,
  p_now timestamptz
) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_price public.prices;
  -- Not rounded before it is multiplied.
  v_quantity numeric;
  v_id uuid;
begin
  if not exists (select from public.videos where videos.id = p_video_id) then
    perform private.refuse('Check the video id: there is no such video.');
  end if;
  -- A service that heard nothing has listened all the same; what it refused or failed to do is not charged.
  if p_outcome in ('ok', 'empty') and p_amount is null then
    select price.* into v_price
    from private.prices_on('transcript', p_method, (p_now at time zone 'UTC')::date) as price
    order by price.currency = p_currency desc nulls last, price.currency
    limit 1;
    if not found then
      raise sqlstate 'PT409' using
        message = format('method %s has no price', p_method),
        hint = 'Insert one into prices (0 for a free method), or send p_amount and p_currency.';
    end if;
    v_quantity := case v_price.unit
      when 'request' then 1
      when 'word' then p_words
      when 'second' then p_seconds
      when 'minute' then p_seconds / 60
      when 'hour' then p_seconds / 3600
    end;
    if v_quantity is null then
      perform private.refuse_malformed(format('%s is charged per %s', p_method, v_price.unit), 'Send p_seconds, or p_words where words are charged.');
    end if;
  end if;
  insert into public.transcript_attempts (
    video_id, method, outcome, attempted_at, seconds, words, language, unit, quantity, price, amount, currency, error
  )
  values (
    p_video_id, p_method, p_outcome, p_now, p_seconds, p_words, p_language, v_price.unit, v_quantity,
    v_price.price, coalesce(p_amount, v_price.price * v_quantity, 0),
    coalesce(v_price.currency, p_currency), left(p_error, 1000)
  )
  returning id into v_id;
  return v_id;
exception when check_violation or not_null_violation or numeric_value_out_of_range then
  raise sqlstate 'PT400' using message = sqlerrm, hint = 'See the columns of transcript_attempts for what each may hold.';
end;
$$;
comment on function private.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text, timestamptz) is 'Body of public.record_transcript_attempt(). Definer: nobody writes the ledger directly.';
revoke all on function private.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text, timestamptz) from public;
grant execute on function private.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text, timestamptz) to service_role;

create function public.record_transcript_attempt(
  p_video_id uuid,
  p_method text,
  p_outcome text,
  p_seconds numeric default null,
  p_words integer default null,
  p_language text default null,
  p_error text default null,
  p_amount numeric default null,
  p_currency text default null
) returns uuid
language sql volatile set search_path = ''
begin atomic
  select private.record_transcript_attempt(
    p_video_id, p_method, p_outcome, p_seconds, p_words, p_language, p_error, p_amount, p_currency, now()
  );
end;
comment on function public.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text) is 'Writes an attempt into the ledger and answers its id. The amount is computed here from prices, so that money is never a float; p_amount replaces it by the vendor''s own bill. PT409 for a method without a price.';
revoke all on function public.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text) from public, anon, authenticated, service_role;
grant execute on function public.record_transcript_attempt(uuid, text, text, numeric, integer, text, text, numeric, text) to service_role;
