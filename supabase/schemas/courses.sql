-- A course is what a creator sells or gives away: modules of lessons, each lesson one video.

create table public.courses (
  id uuid not null default gen_random_uuid(),
  creator_id uuid not null default private.my_creator_id(),
  title text not null,
  description text,
  is_published boolean not null default false,
  enrollment text not null default 'closed',
  gating text not null default 'none',
  is_deleted boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint courses_pkey primary key (id),
  constraint courses_creator_id_fkey foreign key (creator_id) references public.creators (id) on delete cascade,
  constraint courses_title_is_short check (length(title) between 1 and 200),
  constraint courses_description_is_short check (length(description) <= 10000),
  constraint courses_enrollment_is_known check (enrollment in ('closed', 'open')),
  constraint courses_gating_is_known check (gating in ('none', 'sequential', 'required'))
);

comment on table public.courses is 'Courses. Removed by is_deleted, so that what was watched in them keeps its meaning.';
comment on column public.courses.id is 'The course.';
comment on column public.courses.creator_id is 'Its owner; the signed-in creator when he makes it himself.';
comment on column public.courses.title is '1 to 200 characters of plain text.';
comment on column public.courses.description is 'Plain text, up to 10,000 characters.';
comment on column public.courses.is_published is 'Whether students see it.';
comment on column public.courses.enrollment is 'closed: the creator enrols students. open: students of a published course enrol themselves.';
comment on column public.courses.gating is 'Which lessons are offered: none (all), sequential (after every lesson before it), required (after every required one before it). Advice for whoever shows the course; it locks no video.';
comment on column public.courses.is_deleted is 'Removed. Its lessons open no video any more.';
comment on column public.courses.created_at is 'When the row was made.';
comment on column public.courses.updated_at is 'When the row last changed.';

-- The courses of a creator; also every policy below.
create index courses_creator_id_idx on public.courses (creator_id);

create trigger touch_updated_at before update on public.courses
  for each row execute function private.touch_updated_at();

-- Sets for the policies of this table and those under it; definer, so that policies never ask each other in a circle.
create function private.my_course_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select courses.id from public.courses where courses.creator_id = (select private.my_creator_id());
$$;
comment on function private.my_course_ids() is 'Courses the signed-in creator owns.';
revoke all on function private.my_course_ids() from public;
grant execute on function private.my_course_ids() to authenticated;

alter table public.courses enable row level security;

-- One policy per table, role and command, here and everywhere: Postgres would ask every one of several for every row.
-- An update without a check of its own must leave a row that its `using` still allows.
create policy creators_make_their_courses on public.courses for insert to authenticated
  with check (creator_id = (select private.my_creator_id()));
comment on policy creators_make_their_courses on public.courses is 'A creator makes courses of his own.';

create policy creators_edit_their_courses on public.courses for update to authenticated
  using (creator_id = (select private.my_creator_id()));
comment on policy creators_edit_their_courses on public.courses is 'A creator edits his own courses.';

-- The policy that says who sees a course stands in enrollments.sql, where students in courses are known.

revoke all on table public.courses from anon, authenticated, service_role;
grant select on table public.courses to authenticated;
grant insert (title, description, is_published, enrollment, gating) on table public.courses to authenticated;
grant update (title, description, is_published, enrollment, gating, is_deleted) on table public.courses to authenticated;
grant select, insert, update, delete on table public.courses to service_role;
-- Not granted: creator_id (a course never changes hands by its owner's word), delete (set is_deleted instead).
