-- The ledger: written by one function, which computes what an attempt cost.
begin;
create extension if not exists pgtap;
select plan(16);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'e2']) as who;
insert into public.creators (id, user_id, name) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000e2', 'Two');
insert into public.videos (id, creator_id, title, source_type, url) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'Video', 'upload', '/x.mp4');
insert into public.prices (kind, item, unit, price, currency, valid_from) values
  ('transcript', 'by_minute', 'minute', 0.006, 'USD', '2026-01-01'),
  ('transcript', 'by_minute', 'minute', 0.005, 'EUR', '2026-01-01'),
  ('transcript', 'by_word', 'word', 0.0001, 'USD', '2026-01-01'),
  ('transcript', 'by_nature', 'request', 0, 'USD', '2026-01-01');

create function pg_temp.cost(p_method text, p_outcome text, p_seconds numeric default null, p_words integer default null, p_amount numeric default null, p_currency text default null)
returns text language plpgsql volatile as $$
declare
  v_id uuid;
begin
  v_id := public.record_transcript_attempt('00000000-0000-4000-8000-0000000000f1', p_method, p_outcome, p_seconds, p_words, 'en', null, p_amount, p_currency);
  return (select trim_scale(amount) || coalesce(' ' || currency, '') from public.transcript_attempts where id = v_id);
exception when sqlstate 'PT400' or sqlstate 'PT409' or sqlstate 'PT403' then
  return sqlstate;
end
$$;

set local role service_role;
select set_config('request.jwt.claims', '{"role": "service_role"}', true);
select is(pg_temp.cost('by_minute', 'ok', 90.5, 200, null, 'USD'), '0.00905 USD', 'minutes, to the last fraction');
select is(pg_temp.cost('by_minute', 'ok', 90.5, 200, null, 'EUR'), '0.007541667 EUR', 'in the currency asked for');
select is(pg_temp.cost('by_word', 'ok', 60, 333), '0.0333 USD', 'words');
select is(pg_temp.cost('by_nature', 'ok', 60, 333), '0 USD', 'a free method');
select is(pg_temp.cost('by_minute', 'empty', 60, 0, null, 'USD'), '0.006 USD', 'a service that heard nothing has listened all the same');
select is(pg_temp.cost('by_minute', 'failed', 60), '0', 'one that failed is not paid');
select is(pg_temp.cost('no_price', 'blocked'), '0', 'nor does it need a price');
select is(pg_temp.cost('no_price', 'ok', 60, 5), 'PT409', 'what was done needs one: unknown is not free');
select is(pg_temp.cost('no_price', 'ok', 60, 5, 0.25, 'USD'), '0.25 USD', 'or the bill of the vendor');
select is(pg_temp.cost('by_minute', 'ok'), 'PT400', 'minutes without a length');
select is(pg_temp.cost('by_minute', 'lost'), 'PT400', 'an unknown outcome');
select is(pg_temp.cost('by_minute', 'ok', 60, 5, 1), 'PT400', 'money without a currency');
select is(pg_temp.cost('By Minute', 'failed'), 'PT400', 'a method that is no name');
select throws_ok(
  $$ select public.record_transcript_attempt('00000000-0000-4000-8000-0000000000f9', 'by_minute', 'failed') $$,
  'PT403', 'not allowed', 'a video that is not there'
);

set local role authenticated;
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000e1"}', true);
select is((select count(*) from public.transcript_attempts), 8::bigint, 'a creator sees the attempts on his videos');
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000e2"}', true);
select is((select count(*) from public.transcript_attempts), 0::bigint, 'and nobody else''s');

reset role;
select * from finish();
rollback;
