-- The cells of rollup recheck_day, summed over the slots, in the order of their keys.
-- Columns: day date, district text, theme smallint, flags smallint;
-- then the measures of core/inspection_rollup.c in their order, bigint.
copy (
    select
        day, district, theme, flags,
        sum(rechecks)::bigint as rechecks,
        sum(passed)::bigint as passed,
        sum(failed)::bigint as failed
    from cityops.recheck_day
    group by day, district, theme, flags
    order by day, district, theme, flags
) to stdout (format binary)
