-- Adds staged deltas to the rows of their writer slot, in the order of their keys.
insert into cityops.ticket_day as r (
    slot, cohort, day, district, nature, flags, tickets, closed, closed_before_received, within_24h,
    within_72h, within_7d, within_30d, handling_seconds, due, on_time, late, due_open, contact_yes,
    contact_no, unit_solved, unit_explained, visited, contacted, solved, result_1, result_2,
    result_3, result_4, result_5, result_not_rated, double_satisfied, second_rated,
    second_satisfied, reworked, closed_without_rework, escalated, extended)
select
    slot, cohort, day, district, nature, flags, tickets, closed, closed_before_received, within_24h,
    within_72h, within_7d, within_30d, handling_seconds, due, on_time, late, due_open, contact_yes,
    contact_no, unit_solved, unit_explained, visited, contacted, solved, result_1, result_2,
    result_3, result_4, result_5, result_not_rated, double_satisfied, second_rated,
    second_satisfied, reworked, closed_without_rework, escalated, extended
from pg_temp.staged_ticket_day
order by slot, cohort, day, district, nature, flags
on conflict on constraint ticket_day_pk do update
set tickets = r.tickets + excluded.tickets, closed = r.closed + excluded.closed,
    closed_before_received = r.closed_before_received + excluded.closed_before_received,
    within_24h = r.within_24h + excluded.within_24h,
    within_72h = r.within_72h + excluded.within_72h, within_7d = r.within_7d + excluded.within_7d,
    within_30d = r.within_30d + excluded.within_30d,
    handling_seconds = r.handling_seconds + excluded.handling_seconds, due = r.due + excluded.due,
    on_time = r.on_time + excluded.on_time, late = r.late + excluded.late,
    due_open = r.due_open + excluded.due_open, contact_yes = r.contact_yes + excluded.contact_yes,
    contact_no = r.contact_no + excluded.contact_no,
    unit_solved = r.unit_solved + excluded.unit_solved,
    unit_explained = r.unit_explained + excluded.unit_explained,
    visited = r.visited + excluded.visited, contacted = r.contacted + excluded.contacted,
    solved = r.solved + excluded.solved, result_1 = r.result_1 + excluded.result_1,
    result_2 = r.result_2 + excluded.result_2, result_3 = r.result_3 + excluded.result_3,
    result_4 = r.result_4 + excluded.result_4, result_5 = r.result_5 + excluded.result_5,
    result_not_rated = r.result_not_rated + excluded.result_not_rated,
    double_satisfied = r.double_satisfied + excluded.double_satisfied,
    second_rated = r.second_rated + excluded.second_rated,
    second_satisfied = r.second_satisfied + excluded.second_satisfied,
    reworked = r.reworked + excluded.reworked,
    closed_without_rework = r.closed_without_rework + excluded.closed_without_rework,
    escalated = r.escalated + excluded.escalated, extended = r.extended + excluded.extended
