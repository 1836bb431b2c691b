-- New cells of rollup problem_day: the slot, the key, the measures in their order.
copy cityops.problem_day (
    slot,
    cohort, day, district, theme, flags,
    problems, notices, assigned, due, rectified, on_time, late, due_open, rectified_before_found,
    rectification_seconds, rechecked, recheck_failed, settled
) from stdin (format binary)
