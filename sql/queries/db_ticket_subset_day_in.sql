-- New cells of rollup ticket_subset_day: the slot, the key, the measures in their order.
copy cityops.ticket_subset_day (
    slot,
    cohort, day, district, subset, nature, flags,
    tickets, replied, visited, result_1, result_2, result_3, result_4, result_5, result_not_rated
) from stdin (format binary)
