-- A batch's first problem states, ascending by key. A unique violation: somebody else wrote one meanwhile.
copy cityops.problem (
    authority, entity_id, row_version, state, found_at, due_at, first_assigned_at,
    first_rectified_at, last_rectified_at, last_rechecked_at, recheck_passed, district, town,
    village, unit, theme, origin, category1, category2, flags, notices, rectifications, rechecks,
    failed_rechecks)
from stdin (format binary)
