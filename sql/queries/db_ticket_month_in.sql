-- New cells of rollup ticket_month: the slot, the key, the measures in their order.
copy cityops.ticket_month (
    slot,
    cohort, month, district, unit, category1, channel,
    tickets, closed, closed_before_received, within_24h, within_72h, within_7d, within_30d,
    handling_seconds, due, on_time, late, due_open, contact_yes, contact_no, unit_solved,
    unit_explained, visited, contacted, solved, result_1, result_2, result_3, result_4, result_5,
    result_not_rated, double_satisfied, second_rated, second_satisfied, reworked,
    closed_without_rework, escalated, extended
) from stdin (format binary)
