-- A batch's first ticket states, ascending by key. A unique violation: somebody else wrote one meanwhile.
copy cityops.ticket (
    authority, entity_id, row_version, state, received_at, due_at, first_closed_at, last_closed_at,
    visited_at, district, unit, town, village, nature, channel, category1, category2, flags,
    dispatches, returns, closings, reworks, escalations, contact, solved, result, attitude)
from stdin (format binary)
