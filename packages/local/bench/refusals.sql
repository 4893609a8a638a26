-- Four ways to be refused, and how long each takes. Whoever asks must not learn from the time which one it was: that a
-- video exists, or that a key is right.

insert into auth.users (id) values (md5('student 1')::uuid), (md5('student 2')::uuid);
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
values (md5('hidden video')::uuid, md5('creator')::uuid, 'Hidden', 'upload', '/h.mp4', 'ready', 'enrolled', 3600000, 'pipeline');

grant usage on schema bench to authenticated;

create function bench.be_student(p_number integer) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object('sub', md5('student ' || p_number)::uuid, 'role', 'authenticated')::text, false);
$$;

create function bench.message(p_rpc text, p_session text, p_key text, p_video text) returns void language plpgsql as $$
begin
  if p_rpc = 'start' then
    perform public.start_watch_session(md5(p_session)::uuid, md5(p_key), md5(p_video)::uuid, 1, 10000, 10000, 10000, '{[0,10000)}');
  else
    perform public.update_watch_session(md5(p_session)::uuid, md5(p_key), md5(p_video)::uuid, 1, 10000, 10000, 10000, '{[0,10000)}');
  end if;
end;
$$;

-- Both are known here; the first one's session is what the second one wants.
select bench.be_student(2), bench.message('start', 'session of 2', 'key of 2', 'video1');
select bench.be_student(1), bench.message('start', 'session of 1', 'key of 1', 'video1');

-- Kinds take turns, so that whatever else the machine does falls on all alike.
create function bench.time_refusals(p_calls integer) returns table (rpc text, kind text, median_us numeric)
language plpgsql as $$
declare
  v_case record;
  v_started timestamptz;
begin
  create temporary table taken (rpc text, kind text, us numeric);
  for v_call in 1 .. p_calls loop
    for v_case in
      select * from (values
        ('start', 'unknown video', 'some session', 'some key', 'no video'),
        ('start', 'enrolled only', 'some session', 'some key', 'hidden video'),
        ('start', 'wrong key', 'session of 1', 'some key', 'video1'),
        ('start', 'foreign session', 'session of 1', 'key of 1', 'video1'),
        ('update', 'unknown video', 'some session', 'some key', 'no video'),
        ('update', 'enrolled only', 'some session', 'some key', 'hidden video'),
        ('update', 'wrong key', 'session of 1', 'some key', 'video1')
      ) as cases (rpc, kind, session, key, video)
    loop
      v_started := clock_timestamp();
      begin
        perform bench.message(v_case.rpc, v_case.session, v_case.key, v_case.video);
        raise exception '% % was not refused', v_case.rpc, v_case.kind;
      exception when sqlstate 'PT403' then
        null;
      end;
      insert into taken values (v_case.rpc, v_case.kind, 1e6 * extract(epoch from clock_timestamp() - v_started));
    end loop;
  end loop;
  return query
    select taken.rpc, taken.kind, (percentile_cont(0.5) within group (order by taken.us))::numeric
    from taken group by 1, 2;
end;
$$;
