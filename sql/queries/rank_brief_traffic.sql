-- Vehicles and readings by civil day and hour: readings say whether anything was measured at all.
-- Parameters: from timestamptz, until timestamptz (half open), zone text, district text (its code; empty: all).
-- Columns: day date, hour smallint, vehicles bigint, readings bigint.
select
    (hour at time zone $3)::date as day, extract(hour from hour at time zone $3)::smallint as of_day,
    sum(vehicles)::bigint as vehicles, sum(readings)::bigint as readings
from traffic_hour
where hour >= $1 and hour < $2 and ($4::text = '' or district = $4::text)
group by 1, 2
