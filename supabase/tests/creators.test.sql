-- What holds a creator's history: it outlives his sign-in.
begin;
create extension if not exists pgtap;
select plan(4);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000e001'), ('00000000-0000-4000-8000-00000000e002');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-00000000c001', '00000000-0000-4000-8000-00000000e001', 'School');
insert into public.students (id, user_id) values ('00000000-0000-4000-8000-00000000d001', '00000000-0000-4000-8000-00000000e002');
insert into public.students (id, creator_id, external_id)
values ('00000000-0000-4000-8000-00000000d002', '00000000-0000-4000-8000-00000000c001', 'one');

select throws_like(
  $$ delete from auth.users where id = '00000000-0000-4000-8000-00000000e001' $$, '%"creators_user_id_fkey"%',
  'deleting a sign-in does not take a creator and all his figures with it'
);
select lives_ok($$ delete from auth.users where id = '00000000-0000-4000-8000-00000000e002' $$, 'a student''s may go: he stays, without one');
set local role service_role;
select throws_ok('delete from public.students', '42501', null, 'a student goes by erase_student_data() alone');
select lives_ok($$ delete from public.creators where id = '00000000-0000-4000-8000-00000000c001' $$, 'a creator goes when the operator says so himself');
reset role;

select * from finish();
rollback;
