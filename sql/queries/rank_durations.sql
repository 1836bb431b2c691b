-- Handling times for exact order statistics, from the states: elapsed time from receipt to the last closing.
-- A closing before the receipt is left out. Names are as sent: the caller resolves them by its generation, on the day.
-- Parameters: cohort integer (1 received, 2 closed), from timestamptz, until timestamptz (half open), zone text, by place
-- boolean (tell towns, villages and channels apart too), with begins boolean.
-- Columns: district text, below text (the unit), day date (civil day of the receipt), nature smallint, kind smallint (0), flags
-- smallint, town text, village text, channel smallint, durations bigint[] (microseconds, in no order), begins bigint[]
-- (their receipts in microseconds since 1970, in the same order; null where they are not asked for).
-- Scans the table, 1.2 s for a month of a million tickets on two busy cores. An index on the closing, which every ticket
-- changes, would cost the daemon the updates that stay on their page, to save this once a month.
select
    coalesce(district, '') as district, coalesce(unit, '') as below, (received_at at time zone $4)::date as day,
    coalesce(nature, 0::smallint) as nature, 0::smallint as kind, flags,
    case when $5::boolean then coalesce(town, '') else '' end as town,
    case when $5::boolean then coalesce(village, '') else '' end as village,
    case when $5::boolean then coalesce(channel, 0::smallint) else 0::smallint end as channel,
    array_agg((extract(epoch from last_closed_at - received_at) * 1000000)::bigint) as durations,
    array_agg((extract(epoch from received_at) * 1000000)::bigint) filter (where $6::boolean) as begins
from (
    select
        district, unit, town, village, channel, nature, flags, received_at, last_closed_at,
        case $1::integer when 1 then received_at else last_closed_at end as cohort_at
    from ticket
) as ticket
where cohort_at >= $2 and cohort_at < $3 and last_closed_at >= received_at
group by 1, 2, 3, 4, 6, 7, 8, 9
