-- Times between two stages of incidents for exact order statistics, from the states.
-- Stages in the wrong order are left out. Names are as sent: the caller resolves them by its generation, on the day.
-- Parameters: cohort integer (1 known, 2 closed, 3 reopened), from timestamptz, until timestamptz (half open), zone text, pair
-- integer (1 first dispatch to first arrival, 2 known to closed, 3 known to roadway reopened).
-- Columns: district text, below text (the town), day date (civil day on which it was known, else of the cohort), nature
-- smallint (0), kind smallint (level), flags smallint, town text, village text (both empty), channel smallint (0), durations bigint[] (microseconds, in no order).
select
    coalesce(district, '') as district, coalesce(town, '') as below,
    (coalesce(known_at, cohort_at) at time zone $4)::date as day, 0::smallint as nature,
    coalesce(level, 0::smallint) as kind, flags,
    ''::text as town, ''::text as village, 0::smallint as channel,
    array_agg((extract(epoch from ended_at - began_at) * 1000000)::bigint) as durations
from (
    select
        district, town, level, flags, known_at,
        case $1::integer when 1 then known_at when 2 then closed_at else reopened_at end as cohort_at,
        case $5::integer when 1 then dispatched_at else known_at end as began_at,
        case $5::integer when 1 then arrived_at when 2 then closed_at else reopened_at end as ended_at
    from incident
) as incident
where cohort_at >= $2 and cohort_at < $3 and ended_at >= began_at
group by 1, 2, 3, 5, 6
