-- Several messages in one request: each is read as a single call is, and has its own answer.
begin;
create extension if not exists pgtap;
select plan(13);

insert into auth.users (id) values ('00000000-0000-4000-8000-00000000c001');
insert into public.creators (id, user_id, name)
values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-00000000c001', 'Creator');
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000c1', '100 s', 'upload', '/x.mp4', 'ready', 'public', 100000, 'pipeline');

create function pg_temp.message(p_session integer, p_with jsonb default '{}') returns jsonb language sql immutable as $$
  select jsonb_build_object(
    'p_session_id', '00000000-0000-4000-8000-00000000a' || lpad(p_session::text, 3, '0'), 'p_write_key', lpad(p_session::text, 32, '0'),
    'p_video_id', '00000000-0000-4000-8000-0000000000f1', 'p_seq', 1, 'p_age_ms', 5000, 'p_watch_time_ms', 5000, 'p_content_ms', 5000,
    'p_watched', '{[0,5000)}', 'p_position_ms', 5000
  ) || p_with
$$;
create function pg_temp.send(variadic p_messages jsonb[]) returns jsonb language sql volatile as $$
  select public.update_watch_sessions(to_jsonb(p_messages))
$$;
create function pg_temp.refusal(p_with jsonb) returns text language sql volatile as $$
  select concat_ws(' ', answer ->> 'ok', answer ->> 'code', nullif(answer ->> 'hint', '') is not null)
  from (select pg_temp.send(pg_temp.message(9, p_with)) -> 0 as answer) as sent
$$;

select is(pg_temp.send(pg_temp.message(1)) -> 0 ->> 'watch_time_seconds', '5.000', 'a message in a batch is a message');
select is(
  pg_temp.send(pg_temp.message(2, '{"p_counters": null, "p_context": null, "p_rewatched": null, "p_duration_ms": null, "p_anonymous_id": null, "p_viewer_token": null}')) -> 0 ->> 'ok',
  'true', 'null is nothing said, as in a single call'
);
select is(pg_temp.refusal('{"p_watched": "{[9,3)}"}'), 'false PT400 t', 'reversed ranges are malformed, and the hint says what to send');
select is(pg_temp.refusal('{"p_watched": "all of it"}'), 'false PT400 t', 'so is text for ranges');
select is(pg_temp.refusal('{"p_watch_time_ms": 1e30}'), 'false PT400 t', 'a number too large');
select is(pg_temp.refusal('{"p_watch_time_ms": "NaN"}'), 'false PT400 t', 'none at all');
select is(pg_temp.refusal('{"p_position_ms": -1}'), 'false PT400 t', 'a negative one');
select is(pg_temp.refusal('{"p_session_id": "x"}'), 'false PT400 t', 'and what is no uuid');
select is(pg_temp.refusal('{"p_counters": [1]}'), 'false PT400 t', 'a list for counters');
select is(pg_temp.refusal('{"p_write_key": "short"}'), 'false PT400 t', 'a key of another shape');
select is(pg_temp.refusal('{"p_video_id": "00000000-0000-4000-8000-0000000000f9"}'), 'false PT403 t', 'a video nobody may see is refused');
select results_eq(
  $$ select (answer ->> 'ok')::boolean, answer ->> 'code' from jsonb_array_elements(
       pg_temp.send(pg_temp.message(1, '{"p_seq": 2}'), '7', pg_temp.message(1, '{"p_write_key": "00000000000000000000000000000009"}'), pg_temp.message(2, '{"p_seq": 2}'))
     ) as answer $$,
  $$ values (true, null), (false, 'PT400'), (false, 'PT403'), (true, null) $$, 'answers come in the order of the messages, a bad one beside good ones'
);
select throws_ok($$ select public.update_watch_sessions('{}') $$, 'PT400', null, 'what is no list is refused as a whole');

select * from finish();
rollback;
