-- A batch's deltas, ascending by key.
copy pg_temp.staged_problem_day (
    slot, cohort, day, district, theme, flags, problems, notices, assigned, due, rectified,
    on_time, late, due_open, rectified_before_found, rectification_seconds, rechecked,
    recheck_failed, settled)
from stdin (format binary)
