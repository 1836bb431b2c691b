-- Problems found by inspection in villages in a range of civil months, void ones left out.
-- Parameters: from date, until date (half open, first days of months), theme integer (1 environment, 2 traffic order).
-- Columns: village text ("unassigned" when unknown, empty when none), problems bigint, rectified bigint, settled bigint.
select
    village, sum(problems)::bigint as problems, sum(rectified)::bigint as rectified, sum(settled)::bigint as settled
from problem_month
where cohort = 1 and month >= $1 and month < $2 and theme = $3 and flags = 0
group by village
having sum(problems) > 0
order by sum(problems) desc, village
