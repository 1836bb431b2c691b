-- The cells of rollup problem_day, summed over the slots, in the order of their keys.
-- Columns: cohort smallint, day date, district text, theme smallint, flags smallint;
-- then the measures of core/inspection_rollup.c in their order, bigint.
copy (
    select
        cohort, day, district, theme, flags,
        sum(problems)::bigint as problems,
        sum(notices)::bigint as notices,
        sum(assigned)::bigint as assigned,
        sum(due)::bigint as due,
        sum(rectified)::bigint as rectified,
        sum(on_time)::bigint as on_time,
        sum(late)::bigint as late,
        sum(due_open)::bigint as due_open,
        sum(rectified_before_found)::bigint as rectified_before_found,
        sum(rectification_seconds)::bigint as rectification_seconds,
        sum(rechecked)::bigint as rechecked,
        sum(recheck_failed)::bigint as recheck_failed,
        sum(settled)::bigint as settled
    from cityops.problem_day
    group by cohort, day, district, theme, flags
    order by cohort, day, district, theme, flags
) to stdout (format binary)
