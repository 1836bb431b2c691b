-- What is counted of re-checks in a range of days; kind is the theme of the problem.
-- Parameters: from date, until date (half open).
-- Columns: district text, cohort smallint, nature smallint, kind smallint, flags smallint (0 where the rollup has none), then
-- every measure of recheck_day as bigint, in the order of core/inspection.h.
select
    district, 0::smallint as cohort, 0::smallint as nature, theme as kind, flags,
    sum(rechecks)::bigint as rechecks, sum(passed)::bigint as passed, sum(failed)::bigint as failed
from recheck_day
where day >= $1 and day < $2
group by district, theme, flags
order by district, theme, flags
