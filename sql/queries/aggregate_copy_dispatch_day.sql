-- A batch's deltas, ascending by key.
copy pg_temp.staged_dispatch_day (
    slot, day, district, unit, nature, flags, dispatches, sign_due, signed, signed_on_time, returned)
from stdin (format binary)
