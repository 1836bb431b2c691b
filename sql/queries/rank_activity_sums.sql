-- What is counted of activities in a range of days; kind is the type.
-- Parameters: from date, until date (half open).
-- Columns: district text, cohort smallint, nature smallint, kind smallint, flags smallint (0 where the rollup has none), then
-- every measure of activity_day as bigint, in the order of core/activity.h.
select
    district, 0::smallint as cohort, 0::smallint as nature, type as kind, flags,
    sum(activities)::bigint as activities, sum(amount_fen)::bigint as amount_fen
from activity_day
where day >= $1 and day < $2
group by district, type, flags
order by district, type, flags
