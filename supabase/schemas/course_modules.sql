-- A module is a chapter of a course: an ordered group of lessons.

create table public.course_modules (
  id uuid not null default gen_random_uuid(),
  course_id uuid not null,
  title text not null,
  module_order integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint course_modules_pkey primary key (id),
  constraint course_modules_course_id_module_order_key unique (course_id, module_order) deferrable initially immediate,
  constraint course_modules_course_id_fkey foreign key (course_id) references public.courses (id) on delete cascade,
  constraint course_modules_title_is_short check (length(title) between 1 and 200),
  constraint course_modules_module_order_is_positive check (module_order > 0)
);

comment on table public.course_modules is 'Modules of courses, in their order.';
comment on column public.course_modules.id is 'The module.';
comment on column public.course_modules.course_id is 'The course it belongs to.';
comment on column public.course_modules.title is '1 to 200 characters of plain text.';
comment on column public.course_modules.module_order is 'Place within the course, from 1; unique per course, checked at commit when a reordering defers it.';
comment on column public.course_modules.created_at is 'When the row was made.';
comment on column public.course_modules.updated_at is 'When the row last changed.';

-- course_modules_course_id_module_order_key serves: the modules of a course in order.

create trigger touch_updated_at before update on public.course_modules
  for each row execute function private.touch_updated_at();

alter table public.course_modules enable row level security;

create policy creators_add_modules on public.course_modules for insert to authenticated
  with check (course_id in (select private.my_course_ids()));
comment on policy creators_add_modules on public.course_modules is 'A creator adds modules to his own courses.';

create policy creators_edit_their_modules on public.course_modules for update to authenticated
  using (course_id in (select private.my_course_ids()));
comment on policy creators_edit_their_modules on public.course_modules is 'A creator edits the modules of his own courses.';

create policy creators_remove_their_modules on public.course_modules for delete to authenticated
  using (course_id in (select private.my_course_ids()));
comment on policy creators_remove_their_modules on public.course_modules is 'A creator removes modules of his own courses.';

-- The policy that says who sees a module stands in enrollments.sql, as that of courses.

revoke all on table public.course_modules from anon, authenticated, service_role;
grant select, delete on table public.course_modules to authenticated;
grant insert (course_id, title, module_order) on table public.course_modules to authenticated;
grant update (title, module_order) on table public.course_modules to authenticated;
grant select, insert, update, delete on table public.course_modules to service_role;
-- Not granted: update of course_id. A module does not move between courses; its lessons can.
