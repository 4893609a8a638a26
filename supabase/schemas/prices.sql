-- What transcripts and storage cost the operator. Money is numeric with its currency, never a float and never converted.

create table public.prices (
  id uuid not null default gen_random_uuid(),
  kind text not null,
  item text not null,
  unit text not null,
  from_quantity numeric(18, 6) not null default 0,
  price numeric(18, 9) not null,
  currency text not null,
  valid_from date not null,
  is_example boolean not null default false,
  source text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint prices_pkey primary key (id),
  constraint prices_item_from_quantity_valid_from_key unique (kind, item, currency, from_quantity, valid_from),
  constraint prices_kind_is_known check (kind in ('transcript', 'storage')),
  constraint prices_item_is_a_name check (item ~ '^[a-z][a-z0-9_]{0,63}$'),
  constraint prices_unit_is_known check (
    case kind when 'storage' then unit = 'GB month' else unit in ('second', 'minute', 'hour', 'word', 'request') end
  ),
  constraint prices_only_storage_has_tiers check (from_quantity >= 0 and (kind = 'storage' or from_quantity = 0)),
  constraint prices_price_is_not_negative check (price >= 0),
  constraint prices_currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
  constraint prices_source_is_short check (length(source) between 1 and 1000)
);

comment on table public.prices is 'Price list of the operator. A new price is a new row with its first day; the old one stays, for what it was asked then.';
comment on column public.prices.id is 'The price.';
comment on column public.prices.kind is 'What is paid for: transcript or storage.';
comment on column public.prices.item is 'transcript: the method, as in transcript_attempts. storage: video_file.';
comment on column public.prices.unit is 'What one price buys: second, minute or hour of media, word, request; GB month for storage, a GB being 1,073,741,824 bytes.';
comment on column public.prices.from_quantity is 'storage: units above which this price holds, up to the next; each part is charged at its own. 0 for transcripts.';
comment on column public.prices.price is 'Price of one unit.';
comment on column public.prices.currency is 'ISO 4217 code, such as USD.';
comment on column public.prices.valid_from is 'First day it holds, in UTC.';
comment on column public.prices.is_example is 'Shipped as an example and not checked by the operator; reports say so.';
comment on column public.prices.source is 'Where the price was read, and when.';
comment on column public.prices.created_at is 'When the row was made.';
comment on column public.prices.updated_at is 'When the row last changed.';

-- prices_item_from_quantity_valid_from_key serves: what does this cost on that day?

create trigger touch_updated_at before update on public.prices
  for each row execute function private.touch_updated_at();

-- Examples, so that a report has something to say on the first day. Replace them by what you pay.
insert into public.prices (kind, item, unit, from_quantity, price, currency, valid_from, is_example, source)
values
  ('storage', 'video_file', 'GB month', 0, 0, 'USD', '2026-01-01', true, 'Example: the first GB of a creator is free.'),
  ('storage', 'video_file', 'GB month', 1, 0.021, 'USD', '2026-01-01', true,
    'Example: Supabase''s price of storage beyond the quota of a paid plan, as its billing guide had it in 2026.'),
  ('storage', 'video_file', 'GB month', 100, 0.021, 'USD', '2026-01-01', true, 'Example: the same.'),
  ('transcript', 'owner_file', 'request', 0, 0, 'USD', '2026-01-01', true, 'Example: a file the owner brings costs nothing.'),
  ('transcript', 'youtube_captions', 'request', 0, 0, 'USD', '2026-01-01', true, 'Example: read from public captions.'),
  ('transcript', 'loom_transcript', 'request', 0, 0, 'USD', '2026-01-01', true, 'Example: read from the share page.'),
  ('transcript', 'mux_text_track', 'request', 0, 0, 'USD', '2026-01-01', true, 'Example: a text track that is there already.'),
  ('transcript', 'speech_to_text', 'minute', 0, 0.006, 'USD', '2026-01-01', true,
    'Example: OpenAI''s price of whisper-1 per minute of audio, until that model ends in February 2027.');

alter table public.prices enable row level security;

create policy everyone_signed_in_sees_prices on public.prices for select to authenticated using (true);
comment on policy everyone_signed_in_sees_prices on public.prices is 'Whoever is signed in sees what a report charges.';

revoke all on table public.prices from anon, authenticated, service_role;
grant select on table public.prices to authenticated;
grant select, insert, update, delete on table public.prices to service_role;
-- Not granted: any write to a creator. Prices are the operator's.

create function private.prices_on(p_kind text, p_item text, p_date date) returns setof public.prices
language sql stable set search_path = ''
as $$
  select distinct on (prices.currency, prices.from_quantity) prices.*
  from public.prices
  where prices.kind = p_kind and prices.item = p_item and prices.valid_from <= p_date
  order by prices.currency, prices.from_quantity, prices.valid_from desc;
$$;
comment on function private.prices_on(text, text, date) is 'The prices of an item that hold on a day: one per currency and tier.';
revoke all on function private.prices_on(text, text, date) from public;
