-- One rebuild at a time in a database, for as long as its session lasts.
-- Columns: locked boolean.
select pg_try_advisory_lock(7263951) as locked
