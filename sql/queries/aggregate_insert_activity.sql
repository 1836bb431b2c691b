-- A batch's first activity states, ascending by key. A unique violation: somebody else wrote one meanwhile.
copy cityops.activity (
    authority, entity_id, row_version, state, done_at, type, district, unit, amount_fen, subject,
    flags)
from stdin (format binary)
