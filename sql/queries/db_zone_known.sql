-- Whether PostgreSQL knows a time zone by this name. Parameters: name text. Columns: known boolean.
select exists (select from pg_timezone_names where name = $1)
