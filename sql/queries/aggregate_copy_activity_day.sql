-- A batch's deltas, ascending by key.
copy pg_temp.staged_activity_day (
    slot, day, district, unit, type, flags, activities, amount_fen)
from stdin (format binary)
