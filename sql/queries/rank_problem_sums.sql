-- What is counted of problems found by inspection in a range of days; kind is the theme.
-- Parameters: from date, until date (half open).
-- Columns: district text, cohort smallint, nature smallint, kind smallint, flags smallint (0 where the rollup has none), then
-- every measure of problem_day as bigint, in the order of core/inspection.h.
select
    district, cohort, 0::smallint as nature, theme as kind, flags,
    sum(problems)::bigint as problems, sum(notices)::bigint as notices, sum(assigned)::bigint as assigned,
    sum(due)::bigint as due, sum(rectified)::bigint as rectified, sum(on_time)::bigint as on_time,
    sum(late)::bigint as late, sum(due_open)::bigint as due_open,
    sum(rectified_before_found)::bigint as rectified_before_found,
    sum(rectification_seconds)::bigint as rectification_seconds, sum(rechecked)::bigint as rechecked,
    sum(recheck_failed)::bigint as recheck_failed, sum(settled)::bigint as settled
from problem_day
where day >= $1 and day < $2
group by district, cohort, theme, flags
order by district, cohort, theme, flags
