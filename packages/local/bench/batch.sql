-- Twenty heartbeats in one call. make-batches.sql has written them down, as text, since a client sends text.
\set i :i + 1
\set n 1 + permute(:i % :share, :share) * :clients + :client_id
select public.update_watch_sessions((select snapshots::jsonb from bench.batches where id = :n));
