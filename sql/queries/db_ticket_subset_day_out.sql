-- The cells of rollup ticket_subset_day, summed over the slots, in the order of their keys.
-- Columns: cohort smallint, day date, district text, subset smallint, nature smallint, flags smallint;
-- then the measures of core/hotline_rollup.c in their order, bigint.
copy (
    select
        cohort, day, district, subset, nature, flags,
        sum(tickets)::bigint as tickets,
        sum(replied)::bigint as replied,
        sum(visited)::bigint as visited,
        sum(result_1)::bigint as result_1,
        sum(result_2)::bigint as result_2,
        sum(result_3)::bigint as result_3,
        sum(result_4)::bigint as result_4,
        sum(result_5)::bigint as result_5,
        sum(result_not_rated)::bigint as result_not_rated
    from cityops.ticket_subset_day
    group by cohort, day, district, subset, nature, flags
    order by cohort, day, district, subset, nature, flags
) to stdout (format binary)
