-- What is counted of tickets of subsets in a range of days; kind is the subset.
-- Parameters: from date, until date (half open).
-- Columns: district text, cohort smallint, nature smallint, kind smallint, flags smallint (0 where the rollup has none), then
-- every measure of ticket_subset_day as bigint, in the order of core/hotline.h.
select
    district, cohort, nature, subset as kind, flags,
    sum(tickets)::bigint as tickets, sum(replied)::bigint as replied, sum(visited)::bigint as visited,
    sum(result_1)::bigint as result_1, sum(result_2)::bigint as result_2, sum(result_3)::bigint as result_3,
    sum(result_4)::bigint as result_4, sum(result_5)::bigint as result_5,
    sum(result_not_rated)::bigint as result_not_rated
from ticket_subset_day
where day >= $1 and day < $2
group by district, cohort, nature, subset, flags
order by district, cohort, nature, subset, flags
