-- Whether the last day of appeals is over. It decides whether a period may be closed, never a figure.
-- Parameters: last day date, zone text.
-- Columns: is_over boolean.
select (clock_timestamp() at time zone $2)::date > $1 as is_over
