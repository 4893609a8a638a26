-- The floor: the least a database can do to remember anything about a session.
\set i :i + 1
\set n 1 + permute(:i % :share, :share) * :clients + :client_id
update bench.bare set x = x + 1 where id = :n;
