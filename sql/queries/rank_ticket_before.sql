-- What entered and left the stocks of tickets before a day: the flows whose difference is the backlog and the overdue stock.
-- Parameters: before date.
-- Columns: district text, cohort smallint (1 received, 3 due, 5 backlog left, 6 overdue left), nature smallint, kind smallint
-- (0), flags smallint, tickets bigint.
select
    district, cohort, nature, 0::smallint as kind, flags, sum(tickets)::bigint as tickets
from ticket_day
where day < $1 and cohort in (1, 3, 5, 6)
group by district, cohort, nature, flags
order by district, cohort, nature, flags
