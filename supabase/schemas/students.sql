-- A student is a viewer with a name: somebody signed in here, or somebody a course platform vouches for.
-- The row is made by the database on first contact, so no client has to register anybody.

create table public.students (
  id uuid not null default gen_random_uuid(),
  user_id uuid,
  creator_id uuid,
  external_id text,
  display_name text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint students_pkey primary key (id),
  constraint students_user_id_key unique (user_id),
  constraint students_creator_id_external_id_key unique (creator_id, external_id),
  constraint students_user_id_fkey foreign key (user_id) references auth.users (id) on delete set null,
  constraint students_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint students_external_id_is_whole check ((creator_id is null) = (external_id is null)),
  constraint students_external_id_is_short check (length(external_id) between 1 and 255),
  constraint students_display_name_is_short check (length(display_name) <= 200)
);

comment on table public.students is 'Known viewers. Made on first contact, from a verified sign-in or a signed viewer token.';
comment on column public.students.id is 'The student; also his viewer_id in sessions and progress.';
comment on column public.students.user_id is 'His sign-in: auth.users.id. Null for students a platform signs for.';
comment on column public.students.creator_id is 'Whose platform signs for him. Null for students who sign in here.';
comment on column public.students.external_id is 'His id on that platform: the sub of its viewer tokens. Unique per creator.';
comment on column public.students.display_name is 'What to call him; plain text, may be missing.';
comment on column public.students.created_at is 'First contact.';
comment on column public.students.updated_at is 'When the row last changed.';

-- students_user_id_key serves first contact by JWT; students_creator_id_external_id_key first contact by viewer token.

create trigger touch_updated_at before update on public.students
  for each row execute function private.touch_updated_at();

-- As private.my_creator_id(): policies ask it, so it must not be subject to them.
create function private.my_student_id() returns uuid
language sql stable security definer set search_path = ''
as $$
  select students.id from public.students where students.user_id = private.my_user_id();
$$;
comment on function private.my_student_id() is 'The student who is signed in, or null before his first contact.';
revoke all on function private.my_student_id() from public;
grant execute on function private.my_student_id() to authenticated;

-- Whoever is signed in becomes a student with the first thing he does: he plays a video or enrols himself.
create function private.register_student() returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
  v_id uuid := private.my_student_id();
begin
  if v_id is not null then return v_id; end if;
  -- The update makes a row that a parallel first contact inserted visible to returning. It names no key column: that
  -- would lock out every row that refers to the student.
  insert into public.students as s (user_id)
  values ((select auth.uid()))
  on conflict (user_id) do update set created_at = s.created_at
  returning s.id into v_id;
  return v_id;
exception when foreign_key_violation then
  -- The user was deleted; his token lives on for a while.
  perform private.refuse();
  return null;
end;
$$;
comment on function private.register_student() is 'The student who is signed in, whose row is made if need be; PT403 if his sign-in is gone.';
revoke all on function private.register_student() from public;

-- Between who he is and the first row of his, a student may be erased: a foreign key error then says nothing to a player,
-- which would drop what it has to tell.
create function private.hold_student(p_student_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform from public.students where students.id = p_student_id for key share;
  if not found and p_student_id is not null then
    raise sqlstate 'PT503' using
      message = 'this student was erased just now',
      hint = 'Send the request again: whoever is still signed in is a new student.';
  end if;
end;
$$;
comment on function private.hold_student(uuid) is 'Keeps a student from being erased until the transaction ends; PT503 where he was erased meanwhile. Null is nobody.';
revoke all on function private.hold_student(uuid) from public;

alter table public.students enable row level security;

create policy students_edit_themselves on public.students for update to authenticated
  using (user_id = (select auth.uid()));
comment on policy students_edit_themselves on public.students is 'A student edits his own row.';

-- The policy that says who sees a student stands in enrollments.sql, where courses are known.

revoke all on table public.students from anon, authenticated, service_role;
grant select on table public.students to authenticated;
grant update (display_name) on table public.students to authenticated;
grant select, insert, update on table public.students to service_role;
-- Not granted: insert to users: whoever could write user_id or external_id could be anybody. Delete to anyone: visits and
-- events would keep what erase_student_data() makes them forget.
