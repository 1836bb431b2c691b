-- What is counted of dispatches in a range of days, for the district of the dispatch's own unit.
-- Parameters: from date, until date (half open).
-- Columns: district text, cohort smallint, nature smallint, kind smallint, flags smallint (0 where the rollup has none), then
-- every measure of dispatch_day as bigint, in the order of core/hotline.h.
select
    district, 0::smallint as cohort, nature, 0::smallint as kind, flags,
    sum(dispatches)::bigint as dispatches, sum(sign_due)::bigint as sign_due, sum(signed)::bigint as signed,
    sum(signed_on_time)::bigint as signed_on_time, sum(returned)::bigint as returned
from dispatch_day
where day >= $1 and day < $2
group by district, nature, flags
order by district, nature, flags
