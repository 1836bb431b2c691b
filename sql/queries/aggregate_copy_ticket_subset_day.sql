-- A batch's deltas, ascending by key.
copy pg_temp.staged_ticket_subset_day (
    slot, cohort, day, district, subset, nature, flags, tickets, replied, visited, result_1, result_2,
    result_3, result_4, result_5, result_not_rated)
from stdin (format binary)
