-- What a job could not do. One bad row must not stop the work on all others, so a job sets it aside, says so here and
-- goes on; the row goes away by itself when a later run succeeds.
--
-- Trying costs nothing while all is well: a job tries its whole work in one block, and only when that fails piece by
-- piece, with one piece per block:
--
--   begin
--     perform private.settle(v_video_id);
--   exception when others then
--     perform private.report_job_failure('settle_video_durations', jsonb_build_object('video_id', v_video_id), sqlerrm);
--   end;
--
-- Neither a cancelled statement nor a server that shuts down ends in `others`, so a job can always be stopped.

create table public.job_failures (
  id uuid not null default gen_random_uuid(),
  job text not null,
  subject jsonb not null,
  error text not null,
  attempts integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint job_failures_pkey primary key (id),
  constraint job_failures_job_subject_key unique (job, subject),
  constraint job_failures_job_is_short check (length(job) between 1 and 63),
  constraint job_failures_subject_is_small check (jsonb_typeof(subject) = 'object' and pg_column_size(subject) <= 1024),
  constraint job_failures_error_is_short check (length(error) <= 1000),
  constraint job_failures_attempts_is_positive check (attempts > 0)
);

comment on table public.job_failures is 'Work a job set aside because it fails, until a later run succeeds with it. Empty when all is well: watch it.';
comment on column public.job_failures.id is 'The failure.';
comment on column public.job_failures.job is 'The function that failed, such as roll_up_video_analytics.';
comment on column public.job_failures.subject is 'What it failed with: an object of ids, such as {video_id, date}. Holds nobody''s personal data.';
comment on column public.job_failures.error is 'What Postgres said last, up to 1,000 characters.';
comment on column public.job_failures.attempts is 'How often it has failed so far.';
comment on column public.job_failures.created_at is 'When it failed first.';
comment on column public.job_failures.updated_at is 'When it failed last.';

-- job_failures_job_subject_key serves: what has this job set aside?

alter table public.job_failures enable row level security;

revoke all on table public.job_failures from anon, authenticated, service_role;
grant select on table public.job_failures to service_role;
-- Not granted: anything to users, whom it does not concern; any write, since jobs keep it themselves.

create function private.report_job_failure(p_job text, p_subject jsonb, p_error text) returns void
language sql volatile set search_path = ''
as $$
  insert into public.job_failures as failure (job, subject, error)
  values (p_job, p_subject, left(p_error, 1000))
  on conflict (job, subject) do update set
    error = excluded.error,
    attempts = failure.attempts + 1,
    updated_at = now();
$$;
comment on function private.report_job_failure(text, jsonb, text) is 'Sets a piece of work aside: says what failed, with what, and counts the attempts.';
revoke all on function private.report_job_failure(text, jsonb, text) from public;

create function private.clear_job_failure(p_job text, p_subject jsonb) returns void
language sql volatile set search_path = ''
as $$
  delete from public.job_failures as failure where failure.job = p_job and failure.subject = p_subject;
$$;
comment on function private.clear_job_failure(text, jsonb) is 'Takes a failure back: the work has been done.';
revoke all on function private.clear_job_failure(text, jsonb) from public;

-- Bad rows often are the oldest, and a job takes the oldest first: tried at every run, enough of them would fill it.
create function private.is_set_aside(p_job text, p_subject jsonb) returns boolean
language sql stable set search_path = ''
as $$
  select exists (
    select from public.job_failures as failure
    where failure.job = p_job and failure.subject = p_subject and failure.updated_at > now() - interval '1 day'
  );
$$;
comment on function private.is_set_aside(text, jsonb) is 'Whether this failed within a day, so that a job leaves it alone until tomorrow.';
revoke all on function private.is_set_aside(text, jsonb) from public;
