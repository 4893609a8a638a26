-- What a plan allows is read by everybody signed in and changed by the operator.
begin;
create extension if not exists pgtap;
select plan(5);

select results_eq(
  'select tier, max_video_bytes / 1073741824 from public.creator_tiers order by max_video_bytes',
  $$ values ('basic', 2::bigint), ('pro', 5), ('enterprise', 10) $$, '2, 5 and 10 GB'
);
select throws_ok($$ insert into public.creator_tiers values ('gold', 1) $$, '23514', null, 'no plan that no creator can have');

set local role authenticated;
select is((select count(*) from public.creator_tiers), 3::bigint, 'an upload form reads the limit before the first byte');
select throws_ok($$ update public.creator_tiers set max_video_bytes = 1 $$, '42501', null, 'but changes none');
set local role service_role;
select lives_ok($$ update public.creator_tiers set max_video_bytes = max_video_bytes + 1 $$, 'the operator does');

reset role;
select * from finish();
rollback;
