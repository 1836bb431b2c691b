-- A batch's first incident states, ascending by key. A unique violation: somebody else wrote one meanwhile.
copy cityops.incident (
    authority, entity_id, row_version, state, occurred_at, known_at, verified_at,
    first_report_due_at, first_reported_at, dispatched_at, arrived_at, reopened_at, cleared_at,
    closed_at, district, town, road_segment, category1, category2, level, flags, merged_into,
    units, bulletins, killed, severely_injured, slightly_injured)
from stdin (format binary)
