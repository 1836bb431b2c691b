-- Adds staged deltas to the rows of their writer slot, in the order of their keys.
insert into cityops.ticket_subset_day as r (
    slot, cohort, day, district, subset, nature, flags, tickets, replied, visited, result_1, result_2,
    result_3, result_4, result_5, result_not_rated)
select
    slot, cohort, day, district, subset, nature, flags, tickets, replied, visited, result_1, result_2,
    result_3, result_4, result_5, result_not_rated
from pg_temp.staged_ticket_subset_day
order by slot, cohort, day, district, subset, nature, flags
on conflict on constraint ticket_subset_day_pk do update
set tickets = r.tickets + excluded.tickets, replied = r.replied + excluded.replied,
    visited = r.visited + excluded.visited, result_1 = r.result_1 + excluded.result_1,
    result_2 = r.result_2 + excluded.result_2, result_3 = r.result_3 + excluded.result_3,
    result_4 = r.result_4 + excluded.result_4, result_5 = r.result_5 + excluded.result_5,
    result_not_rated = r.result_not_rated + excluded.result_not_rated
