-- Reordering in one call. The unique constraints on places are checked at the end of a statement, so all places change
-- at once and nobody ever sees two lessons in one.

create function private.refuse_order(p_what text) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  raise sqlstate 'PT409' using
    message = format('these are not the %s there are', p_what),
    hint = format('Send every one of them once, in the new order. Read the %s again: somebody may have added or removed one.', p_what);
end;
$$;
comment on function private.refuse_order(text) is 'Raises PT409: an order that leaves out, repeats or invents something.';
revoke all on function private.refuse_order(text) from public;

create function private.owns_course(p_course_id uuid) returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.courses
    where courses.id = p_course_id and not courses.is_deleted
      and ((select private.is_operator()) or courses.creator_id = private.my_creator_id())
  );
$$;
comment on function private.owns_course(uuid) is 'Whether the caller may change the course: its creator, or service_role.';
revoke all on function private.owns_course(uuid) from public;

create function private.reorder_lessons(p_module_id uuid, p_lesson_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_course_id uuid;
  v_moved integer;
begin
  -- Two reorderings of one module follow each other.
  select course_modules.course_id into v_course_id
  from public.course_modules where course_modules.id = p_module_id for no key update;
  if not found or not private.owns_course(v_course_id) then
    perform private.refuse('Check the module id: its course must be yours and not deleted.');
  end if;
  update public.module_lessons
  set lesson_order = given.place
  from unnest(p_lesson_ids) with ordinality as given (id, place)
  where module_lessons.id = given.id and module_lessons.module_id = p_module_id;
  get diagnostics v_moved = row_count;
  if v_moved is distinct from cardinality(p_lesson_ids)
    or v_moved <> (select count(*) from public.module_lessons where module_lessons.module_id = p_module_id)
  then
    perform private.refuse_order('lessons of the module');
  end if;
exception when unique_violation then
  perform private.refuse_order('lessons of the module');
end;
$$;
comment on function private.reorder_lessons(uuid, uuid[]) is 'Body of public.reorder_lessons(). Definer, so that service_role needs no policy.';
revoke all on function private.reorder_lessons(uuid, uuid[]) from public;
grant execute on function private.reorder_lessons(uuid, uuid[]) to authenticated, service_role;

create function public.reorder_lessons(p_module_id uuid, p_lesson_ids uuid[]) returns void
language sql volatile set search_path = ''
begin atomic
  select private.reorder_lessons(p_module_id, p_lesson_ids);
end;
comment on function public.reorder_lessons(uuid, uuid[]) is 'Puts the lessons of a module into the order given: every one of them, once. PT409 when they are not exactly those there are. By the course''s creator or service_role.';
revoke all on function public.reorder_lessons(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function public.reorder_lessons(uuid, uuid[]) to authenticated, service_role;

create function private.reorder_modules(p_course_id uuid, p_module_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_moved integer;
begin
  perform from public.courses where courses.id = p_course_id for no key update;
  if not private.owns_course(p_course_id) then
    perform private.refuse('Check the course id: the course must be yours and not deleted.');
  end if;
  update public.course_modules
  set module_order = given.place
  from unnest(p_module_ids) with ordinality as given (id, place)
  where course_modules.id = given.id and course_modules.course_id = p_course_id;
  get diagnostics v_moved = row_count;
  if v_moved is distinct from cardinality(p_module_ids)
    or v_moved <> (select count(*) from public.course_modules where course_modules.course_id = p_course_id)
  then
    perform private.refuse_order('modules of the course');
  end if;
exception when unique_violation then
  perform private.refuse_order('modules of the course');
end;
$$;
comment on function private.reorder_modules(uuid, uuid[]) is 'Body of public.reorder_modules(). Definer, so that service_role needs no policy.';
revoke all on function private.reorder_modules(uuid, uuid[]) from public;
grant execute on function private.reorder_modules(uuid, uuid[]) to authenticated, service_role;

create function public.reorder_modules(p_course_id uuid, p_module_ids uuid[]) returns void
language sql volatile set search_path = ''
begin atomic
  select private.reorder_modules(p_course_id, p_module_ids);
end;
comment on function public.reorder_modules(uuid, uuid[]) is 'Puts the modules of a course into the order given: every one of them, once. PT409 when they are not exactly those there are. By the course''s creator or service_role.';
revoke all on function public.reorder_modules(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function public.reorder_modules(uuid, uuid[]) to authenticated, service_role;
