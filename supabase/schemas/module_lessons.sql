-- A lesson is a video at a place in a module. The same video may be a lesson of many modules, each with its own title.

create table public.module_lessons (
  id uuid not null default gen_random_uuid(),
  module_id uuid not null,
  video_id uuid not null,
  lesson_order integer not null,
  title text,
  description text,
  is_required boolean not null default true,
  estimated_duration_minutes integer,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint module_lessons_pkey primary key (id),
  constraint module_lessons_module_id_video_id_key unique (module_id, video_id),
  constraint module_lessons_module_id_lesson_order_key unique (module_id, lesson_order) deferrable initially immediate,
  constraint module_lessons_module_id_fkey foreign key (module_id) references public.course_modules (id) on delete cascade,
  constraint module_lessons_video_id_fkey foreign key (video_id) references public.videos (id) on delete cascade,
  constraint module_lessons_lesson_order_is_positive check (lesson_order > 0),
  constraint module_lessons_title_is_short check (length(title) between 1 and 200),
  constraint module_lessons_description_is_short check (length(description) <= 10000),
  constraint module_lessons_estimated_duration_minutes_is_positive check (estimated_duration_minutes > 0),
  constraint module_lessons_metadata_is_small check (jsonb_typeof(metadata) = 'object' and pg_column_size(metadata) <= 16384)
);

comment on table public.module_lessons is 'Lessons: which video stands where in which module.';
comment on column public.module_lessons.id is 'The lesson.';
comment on column public.module_lessons.module_id is 'The module it belongs to.';
comment on column public.module_lessons.video_id is 'The video to watch; once per module.';
comment on column public.module_lessons.lesson_order is 'Place within the module, from 1; unique per module, checked at commit when a reordering defers it.';
comment on column public.module_lessons.title is 'Title here; null shows the title of the video.';
comment on column public.module_lessons.description is 'Text here; null shows that of the video.';
comment on column public.module_lessons.is_required is 'Whether the course counts as done only with it.';
comment on column public.module_lessons.estimated_duration_minutes is 'How long a student will need, in minutes.';
comment on column public.module_lessons.metadata is 'Room for the platform; an object.';
comment on column public.module_lessons.created_at is 'When the row was made.';
comment on column public.module_lessons.updated_at is 'When the row last changed.';

-- module_lessons_module_id_lesson_order_key serves: the lessons of a module in order.
-- The modules that use a video; the access rule and the course context of a session.
create index module_lessons_video_id_idx on public.module_lessons (video_id);

create trigger touch_updated_at before update on public.module_lessons
  for each row execute function private.touch_updated_at();

create function private.my_module_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select course_modules.id
  from public.course_modules
  where course_modules.course_id in (select private.my_course_ids());
$$;
comment on function private.my_module_ids() is 'Modules of the courses the signed-in creator owns.';
revoke all on function private.my_module_ids() from public;
grant execute on function private.my_module_ids() to authenticated;

create function private.my_enrolled_module_ids() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select course_modules.id
  from public.course_modules
  where course_modules.course_id in (select private.my_enrolled_course_ids());
$$;
comment on function private.my_enrolled_module_ids() is 'Modules of the published courses the signed-in student is in.';
revoke all on function private.my_enrolled_module_ids() from public;
grant execute on function private.my_enrolled_module_ids() to authenticated;

alter table public.module_lessons enable row level security;

create policy creators_and_students_see_lessons on public.module_lessons for select to authenticated
  using (
    module_id in (select private.my_module_ids())
    or module_id in (select private.my_enrolled_module_ids())
  );
comment on policy creators_and_students_see_lessons on public.module_lessons is 'A creator sees the lessons of his own courses, a student those of the courses he is in.';

create policy creators_add_lessons on public.module_lessons for insert to authenticated
  with check (module_id in (select private.my_module_ids()) and video_id in (select private.my_video_ids()));
comment on policy creators_add_lessons on public.module_lessons is 'A creator adds lessons to his own courses, from his own videos: a lesson opens a video to students.';

create policy creators_edit_their_lessons on public.module_lessons for update to authenticated
  using (module_id in (select private.my_module_ids()));
comment on policy creators_edit_their_lessons on public.module_lessons is 'A creator edits the lessons of his own courses, and moves them between modules of his own.';

create policy creators_remove_their_lessons on public.module_lessons for delete to authenticated
  using (module_id in (select private.my_module_ids()));
comment on policy creators_remove_their_lessons on public.module_lessons is 'A creator removes lessons of his own courses.';

revoke all on table public.module_lessons from anon, authenticated, service_role;
grant select, delete on table public.module_lessons to authenticated;
grant insert (module_id, video_id, lesson_order, title, description, is_required, estimated_duration_minutes, metadata)
  on table public.module_lessons to authenticated;
grant update (module_id, lesson_order, title, description, is_required, estimated_duration_minutes, metadata)
  on table public.module_lessons to authenticated;
grant select, insert, update, delete on table public.module_lessons to service_role;
-- Not granted: update of video_id. Another video is another lesson.
