-- Whom the heartbeats of the bench belong to: 10,000 viewers, each three hours into a visit to one of 100 videos of an
-- hour, opened by the messages that open any session. Ids are digests of numbers, so that a script can name them.

create schema bench;
grant usage on schema bench to anon;

create table bench.bare (id integer primary key, x bigint not null) with (fillfactor = 70);
insert into bench.bare select n, 0 from generate_series(1, 10000) as n;
grant select, update on bench.bare to anon;

insert into auth.users (id) values (md5('user')::uuid);
insert into public.creators (id, user_id, name) values (md5('creator')::uuid, md5('user')::uuid, 'Bench');
insert into public.videos (id, creator_id, title, source_type, url, status, access, duration_ms, duration_source)
select md5('video' || n)::uuid, md5('creator')::uuid, 'Video ' || n, 'upload', '/' || n || '.mp4', 'ready', 'public', 3600000, 'pipeline'
from generate_series(0, 99) as n;

create table bench.batches (id integer primary key, snapshots text not null);
grant select on bench.batches to anon;
