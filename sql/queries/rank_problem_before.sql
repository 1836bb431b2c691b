-- What entered and left the stocks of problems before a day: the flows whose difference is the backlog and the overdue stock.
-- Parameters: before date.
-- Columns: district text, cohort smallint (1 found, 2 due, 4 backlog left, 5 overdue left), nature smallint (0), kind smallint
-- (theme), flags smallint, problems bigint.
select
    district, cohort, 0::smallint as nature, theme as kind, flags, sum(problems)::bigint as problems
from problem_day
where day < $1 and cohort in (1, 2, 4, 5)
group by district, cohort, theme, flags
order by district, cohort, theme, flags
