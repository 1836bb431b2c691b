-- The journal's months and how many blocks each has. The name says the month, in UTC: cityops.journal_month gives it.
-- Columns: month_from timestamptz, month_until timestamptz, blocks bigint; in the order of the months.
select
    month at time zone 'UTC' as month_from, (month + interval '1 month') at time zone 'UTC' as month_until, blocks
from (
    select
        to_date(substr(c.relname, length('journal_') + 1), 'YYYY_MM')::timestamp as month,
        pg_relation_size(c.oid) / current_setting('block_size')::bigint as blocks
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'cityops.journal'::regclass
) as months
order by month
