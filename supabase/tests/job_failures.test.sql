-- What a job sets aside: reported once per subject, counted, and taken back when the work succeeds.
begin;
create extension if not exists pgtap;
select plan(8);

select private.report_job_failure('purge_expired_data', '{"video_id": 1}', 'division by zero');
select private.report_job_failure('purge_expired_data', '{"video_id": 1}', repeat('x', 2000));
select private.report_job_failure('purge_expired_data', '{"video_id": 2}', 'division by zero');
select private.report_job_failure('roll_up_video_analytics', '{"video_id": 1}', 'division by zero');
select results_eq(
  $$ select job, subject ->> 'video_id', attempts, length(error) from public.job_failures order by 1, 2 $$,
  $$ values ('purge_expired_data', '1', 2, 1000), ('purge_expired_data', '2', 1, 16), ('roll_up_video_analytics', '1', 1, 16) $$,
  'one row per job and subject, with the last error cut short and the attempts counted'
);
select private.clear_job_failure('purge_expired_data', '{"video_id": 1}');
select results_eq(
  $$ select job, subject ->> 'video_id' from public.job_failures order by 1, 2 $$,
  $$ values ('purge_expired_data', '2'), ('roll_up_video_analytics', '1') $$,
  'success takes back the failure of that job with that subject alone'
);
select throws_ok($$ select private.report_job_failure('x', '[]', 'x') $$, '23514', null, 'a subject is an object');

set local role service_role;
select is((select count(*) from public.job_failures), 2::bigint, 'the operator reads them');
select throws_ok('delete from public.job_failures', '42501', null, 'and leaves them to the jobs');
set local role authenticated;
select throws_ok('select * from public.job_failures', '42501', null, 'users do not');
set local role anon;
select throws_ok('select * from public.job_failures', '42501', null, 'nor does anybody else');
select throws_ok($$ select private.report_job_failure('x', '{}', 'x') $$, '42501', null, 'and nobody reports failures but jobs');
reset role;

select * from finish();
rollback;
