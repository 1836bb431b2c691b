-- Makes the journal's monthly partitions for the months between two instants.
-- Parameters: first and last arrival timestamptz.
-- Columns: months integer.
select count(cityops.journal_month(month))::integer as months
from generate_series(date_trunc('month', $1::timestamptz at time zone 'UTC') at time zone 'UTC',
    $2::timestamptz, interval '1 month') as month
