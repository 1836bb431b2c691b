-- Adds staged deltas to the rows of their writer slot, in the order of their keys.
insert into cityops.problem_day as r (
    slot, cohort, day, district, theme, flags, problems, notices, assigned, due, rectified,
    on_time, late, due_open, rectified_before_found, rectification_seconds, rechecked,
    recheck_failed, settled)
select
    slot, cohort, day, district, theme, flags, problems, notices, assigned, due, rectified,
    on_time, late, due_open, rectified_before_found, rectification_seconds, rechecked,
    recheck_failed, settled
from pg_temp.staged_problem_day
order by slot, cohort, day, district, theme, flags
on conflict on constraint problem_day_pk do update
set problems = r.problems + excluded.problems, notices = r.notices + excluded.notices,
    assigned = r.assigned + excluded.assigned, due = r.due + excluded.due,
    rectified = r.rectified + excluded.rectified, on_time = r.on_time + excluded.on_time,
    late = r.late + excluded.late, due_open = r.due_open + excluded.due_open,
    rectified_before_found = r.rectified_before_found + excluded.rectified_before_found,
    rectification_seconds = r.rectification_seconds + excluded.rectification_seconds,
    rechecked = r.rechecked + excluded.rechecked,
    recheck_failed = r.recheck_failed + excluded.recheck_failed,
    settled = r.settled + excluded.settled
