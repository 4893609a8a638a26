-- The price list: the operator's, per day, in money.
begin;
create extension if not exists pgtap;
select plan(11);

delete from public.prices;
insert into public.prices (kind, item, unit, from_quantity, price, currency, valid_from) values
  ('transcript', 'speech', 'minute', 0, 0.006, 'USD', '2026-01-01'),
  ('transcript', 'speech', 'minute', 0, 0.003, 'USD', '2026-06-01'),
  ('transcript', 'speech', 'minute', 0, 0.005, 'EUR', '2026-01-01');

select results_eq(
  $$ select price, currency from private.prices_on('transcript', 'speech', '2026-05-31') $$,
  $$ values (0.005, 'EUR'), (0.006, 'USD') $$, 'a price holds from its day on'
);
select results_eq(
  $$ select price, currency from private.prices_on('transcript', 'speech', '2026-06-01') $$,
  $$ values (0.005, 'EUR'), (0.003, 'USD') $$, 'until the next'
);
select is_empty($$ select * from private.prices_on('transcript', 'speech', '2025-12-31') $$, 'and not before');

create function pg_temp.add(p_columns jsonb) returns text language plpgsql volatile as $$
begin
  insert into public.prices (kind, item, unit, from_quantity, price, currency, valid_from)
  select p.kind, p.item, p.unit, coalesce(p.from_quantity, 0), p.price, p.currency, '2026-01-01'
  from jsonb_populate_record(null::public.prices, '{"kind": "transcript", "item": "new", "unit": "minute", "price": 1, "currency": "USD"}' || p_columns) as p;
  return 'added';
exception when check_violation or not_null_violation then
  return 'refused';
end
$$;
select is(pg_temp.add('{"kind": "storage", "item": "video_file", "unit": "GB month", "from_quantity": 1}'), 'added', 'storage has tiers');
select is(pg_temp.add('{"from_quantity": 1}'), 'refused', 'transcripts have none');
select is(pg_temp.add('{"unit": "GB month"}'), 'refused', 'nor are they weighed');
select is(pg_temp.add('{"price": -1}'), 'refused', 'nobody is paid for using it');
select is(pg_temp.add('{"currency": "dollars"}'), 'refused', 'money has a currency');

set local role authenticated;
select cmp_ok((select count(*) from public.prices), '>', 0::bigint, 'a creator sees what a report charges');
select throws_ok('update public.prices set price = 0', '42501', null, 'and changes nothing');
set local role service_role;
select lives_ok('update public.prices set price = 1', 'the operator does');

reset role;
select * from finish();
rollback;
