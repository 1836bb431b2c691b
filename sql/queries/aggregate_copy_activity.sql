-- A batch's activity states, ascending by key.
copy pg_temp.staged_activity (
    authority, entity_id, row_version, state, done_at, type, district, unit, amount_fen, subject,
    flags)
from stdin (format binary)
