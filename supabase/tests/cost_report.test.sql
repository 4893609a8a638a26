-- What transcripts and storage cost.
begin;
create extension if not exists pgtap;
select plan(26);

insert into auth.users (id)
select ('00000000-0000-4000-8000-0000000000' || who)::uuid from unnest(array['e1', 'e2', 'd1']) as who;
insert into public.creators (id, user_id, name, time_zone) values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e1', 'One', 'Asia/Kolkata'),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000e2', 'Two', 'UTC');
insert into public.videos (id, creator_id, title, source_type, url, file_size_bytes, is_deleted) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', 'First', 'upload', '/x.mp4', 1073741824, false),
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000c1', 'Second', 'upload', '/y.mp4', 1073741824 * 1.5, true),
  ('00000000-0000-4000-8000-0000000000f3', '00000000-0000-4000-8000-0000000000c2', 'Foreign', 'upload', '/z.mp4', 1073741824 * 150::bigint, false);
delete from public.prices where kind = 'storage';
insert into public.prices (kind, item, unit, from_quantity, price, currency, valid_from, is_example) values
  ('storage', 'video_file', 'GB month', 0, 0, 'USD', '2026-01-01', false),
  ('storage', 'video_file', 'GB month', 1, 0.02, 'USD', '2026-01-01', false),
  ('storage', 'video_file', 'GB month', 100, 0.01, 'USD', '2026-01-01', true);
insert into public.transcript_attempts (video_id, method, outcome, attempted_at, seconds, words, unit, quantity, price, amount, currency) values
  ('00000000-0000-4000-8000-0000000000f1', 'youtube_captions', 'blocked', '2026-10-10 12:00Z', null, null, null, null, null, 0, null),
  ('00000000-0000-4000-8000-0000000000f1', 'speech_to_text', 'ok', '2026-10-10 12:01Z', 60, 100, 'minute', 1, 0.006, 0.006, 'USD'),
  ('00000000-0000-4000-8000-0000000000f1', 'speech_to_text', 'ok', '2026-10-11 12:01Z', 60, 100, 'minute', 1, 0.1, 0.1, 'EUR'),
  -- Still October in UTC, November for its creator.
  ('00000000-0000-4000-8000-0000000000f2', 'owner_file', 'ok', '2026-10-31 20:00Z', 90.5, 150, 'request', 1, 0, 0, 'USD'),
  ('00000000-0000-4000-8000-0000000000f2', 'speech_to_text', 'ok', '2026-11-10 12:00Z', 60, 100, 'minute', 1, 0.1, 0.1, 'USD'),
  ('00000000-0000-4000-8000-0000000000f2', 'speech_to_text', 'ok', '2026-11-11 12:00Z', 60, 100, 'minute', 1, 0.2, 0.2, 'USD'),
  ('00000000-0000-4000-8000-0000000000f3', 'speech_to_text', 'ok', '2026-11-10 12:00Z', 60, 100, 'minute', 1, 9, 9, 'USD');

create function pg_temp.report(p_creator text default null, p_from date default '2026-10-01', p_to date default '2026-11-30') returns jsonb language sql stable as $$
  select public.get_cost_report(('00000000-0000-4000-8000-0000000000' || p_creator)::uuid, p_from, p_to)
$$;
create function pg_temp.act_as(p_role text, p_user text default null) returns void language sql volatile as $$
  select set_config('role', p_role, true), set_config('request.jwt.claims', json_strip_nulls(json_build_object(
    'role', p_role, 'sub', '00000000-0000-4000-8000-0000000000' || p_user))::text, true)
$$;

-- who
select pg_temp.act_as('anon');
select throws_ok('select pg_temp.report()', '42501', null, 'anon asks about nobody');
select pg_temp.act_as('authenticated', 'd1');
select throws_ok('select pg_temp.report()', 'PT403', 'not allowed', 'who is no creator has no costs');
select throws_ok($$ select pg_temp.report('c1') $$, 'PT403', 'not allowed', 'and learns of no other''s');
select pg_temp.act_as('authenticated', 'e2');
select throws_ok($$ select pg_temp.report('c1') $$, 'PT403', 'not allowed', 'nor does another creator');
select pg_temp.act_as('service_role');
select throws_ok('select pg_temp.report()', 'PT400', 'p_creator_id is required', 'service_role says about whom');
select is(pg_temp.report('c2') #>> '{transcripts,totals,0,amount}', '9', 'and asks about anyone');
select throws_ok($$ select pg_temp.report('c9') $$, 'PT403', 'not allowed', 'who exists');
select throws_ok($$ select pg_temp.report('c1', '2026-11-30', '2026-11-01') $$, 'PT400', 'p_from and p_to are no range', 'a range that runs backwards');
select throws_ok($$ select pg_temp.report('c1', '-infinity') $$, 'PT400', 'a day is beyond the calendar', 'a range without a beginning');
select throws_ok($$ select pg_temp.report('c1', '1990-01-01') $$, 'PT400', 'p_from and p_to are no range', 'a range of decades');

-- transcripts
select pg_temp.act_as('authenticated', 'e1');
select is(pg_temp.report() -> 'transcripts' -> 'totals', '[{"amount": "0.1", "currency": "EUR"}, {"amount": "0.306", "currency": "USD"}]'::jsonb, 'currencies stay apart, and 0.1 + 0.2 is 0.3');
select is(pg_temp.report() #>> '{transcripts,free_percent}', '20.0', 'the share of free transcripts');
select is((pg_temp.report() #>> '{transcripts,attempts}')::integer, 6, 'failed attempts are attempts');
select is(
  (select jsonb_object_agg(m ->> 'month', m - 'month') from jsonb_array_elements(pg_temp.report() #> '{transcripts,months}') as m),
  '{
    "2026-10": {"attempts": 3, "transcribed": 2, "free": 0, "free_percent": 0.0, "totals": [{"amount": "0.1", "currency": "EUR"}, {"amount": "0.006", "currency": "USD"}]},
    "2026-11": {"attempts": 3, "transcribed": 3, "free": 1, "free_percent": 33.3, "totals": [{"amount": "0.3", "currency": "USD"}]}
  }'::jsonb, 'months are those of the creator'
);
select results_eq(
  $$ select row ->> 'month', row ->> 'title', row ->> 'method', (row ->> 'attempts')::integer, row ->> 'amount', row ->> 'currency'
     from jsonb_array_elements(pg_temp.report() #> '{transcripts,rows}') as row $$,
  $$ values ('2026-10', 'First', 'speech_to_text', 1, '0.1', 'EUR'), ('2026-10', 'First', 'speech_to_text', 1, '0.006', 'USD'),
       ('2026-10', 'First', 'youtube_captions', 1, '0', null), ('2026-11', 'Second', 'owner_file', 1, '0', 'USD'),
       ('2026-11', 'Second', 'speech_to_text', 2, '0.3', 'USD') $$,
  'a row per month, video and method'
);
select is(pg_temp.report(null, '2026-11-01', '2026-11-01') #>> '{transcripts,attempts}', '1', 'both days are included, in his time zone');
select is(pg_temp.report(null, '2020-01-01', '2020-01-31') -> 'transcripts',
  '{"attempts": 0, "transcribed": 0, "free": 0, "free_percent": null, "totals": [], "months": [], "rows": [], "is_cut": false}'::jsonb, 'nothing is nothing, not an error');

-- storage
select is((pg_temp.report() #>> '{storage,bytes}')::numeric, 1073741824 * 2.5, 'a deleted video costs until its file is gone');
select is(pg_temp.report() #> '{storage,totals_per_month}', '[{"amount": "0.03", "currency": "USD"}]'::jsonb, 'the first GB is free, the rest is not');
select is((pg_temp.report() #>> '{storage,is_example}')::boolean, false, 'prices in use are the operator''s');
select pg_temp.act_as('authenticated', 'e2');
select results_eq(
  $$ select (tier ->> 'from_gb')::numeric, (tier ->> 'to_gb')::numeric, (tier ->> 'gb')::numeric, tier ->> 'amount'
     from jsonb_array_elements(pg_temp.report() #> '{storage,tiers}') as tier $$,
  $$ values (0::numeric, 1::numeric, 1::numeric, '0'), (1, 100, 99, '1.98'), (100, null, 50, '0.5') $$,
  'each part at the price of its tier'
);
select is(pg_temp.report() #> '{storage,totals_per_month}', '[{"amount": "2.48", "currency": "USD"}]'::jsonb, 'which add up');
select is((pg_temp.report() #>> '{storage,is_example}')::boolean, true, 'an example among them is told');

reset role;
select set_config('request.jwt.claims', '{"role": "service_role"}', true);
select is(
  private.get_cost_report('00000000-0000-4000-8000-0000000000c1', null, null, '2026-10-31 20:00Z') - '{transcripts,storage}'::text[],
  '{"creator_id": "00000000-0000-4000-8000-0000000000c1", "from": "2025-12-01", "to": "2026-11-01", "time_zone": "Asia/Kolkata"}'::jsonb,
  'by default the last twelve months, as its creator counts them'
);
delete from public.prices;
select is(
  private.get_cost_report('00000000-0000-4000-8000-0000000000c1', null, null, now()) #> '{storage,totals_per_month}', '[]'::jsonb,
  'without prices nothing is claimed'
);
insert into public.transcript_attempts (video_id, method, outcome, attempted_at)
select '00000000-0000-4000-8000-0000000000f1', 'method_' || n, 'failed', '2024-05-05' from generate_series(1, 5001) as n;
select results_eq(
  $$ select jsonb_array_length(report -> 'rows'), report -> 'is_cut', report -> 'attempts'
     from (select private.get_cost_report('00000000-0000-4000-8000-0000000000c1', '2024-01-01', '2024-12-31', now()) -> 'transcripts' as report) as r $$,
  $$ values (5000, 'true'::jsonb, '5001'::jsonb) $$, 'a report has an end, and its sums are of all'
);

select * from finish();
rollback;
