-- A batch's deltas, ascending by key.
copy pg_temp.staged_recheck_day (
    slot, day, district, theme, flags, rechecks, passed, failed)
from stdin (format binary)
