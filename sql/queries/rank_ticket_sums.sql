-- What is counted of tickets in a range of days: sums of the rollup over writer slots and days.
-- Parameters: from date, until date (half open).
-- Columns: district text, cohort smallint, nature smallint, kind smallint, flags smallint (0 where the rollup has none), then
-- every measure of ticket_day as bigint, in the order of core/hotline.h.
select
    district, cohort, nature, 0::smallint as kind, flags,
    sum(tickets)::bigint as tickets, sum(closed)::bigint as closed,
    sum(closed_before_received)::bigint as closed_before_received, sum(within_24h)::bigint as within_24h,
    sum(within_72h)::bigint as within_72h, sum(within_7d)::bigint as within_7d,
    sum(within_30d)::bigint as within_30d, sum(handling_seconds)::bigint as handling_seconds,
    sum(due)::bigint as due, sum(on_time)::bigint as on_time, sum(late)::bigint as late,
    sum(due_open)::bigint as due_open, sum(contact_yes)::bigint as contact_yes,
    sum(contact_no)::bigint as contact_no, sum(unit_solved)::bigint as unit_solved,
    sum(unit_explained)::bigint as unit_explained, sum(visited)::bigint as visited,
    sum(contacted)::bigint as contacted, sum(solved)::bigint as solved, sum(result_1)::bigint as result_1,
    sum(result_2)::bigint as result_2, sum(result_3)::bigint as result_3, sum(result_4)::bigint as result_4,
    sum(result_5)::bigint as result_5, sum(result_not_rated)::bigint as result_not_rated,
    sum(double_satisfied)::bigint as double_satisfied, sum(second_rated)::bigint as second_rated,
    sum(second_satisfied)::bigint as second_satisfied, sum(reworked)::bigint as reworked,
    sum(closed_without_rework)::bigint as closed_without_rework, sum(escalated)::bigint as escalated,
    sum(extended)::bigint as extended
from ticket_day
where day >= $1 and day < $2
group by district, cohort, nature, flags
order by district, cohort, nature, flags
