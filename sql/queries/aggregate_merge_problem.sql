-- Writes staged problem states, each only over the row version that it was merged from.
-- The number of rows is that of states written; fewer than staged: somebody else wrote one meanwhile.
insert into cityops.problem as t (
    authority, entity_id, row_version, state, found_at, due_at, first_assigned_at,
    first_rectified_at, last_rectified_at, last_rechecked_at, recheck_passed, district, town,
    village, unit, theme, origin, category1, category2, flags, notices, rectifications, rechecks,
    failed_rechecks)
select
    authority, entity_id, row_version, state, found_at, due_at, first_assigned_at,
    first_rectified_at, last_rectified_at, last_rechecked_at, recheck_passed, district, town,
    village, unit, theme, origin, category1, category2, flags, notices, rectifications, rechecks,
    failed_rechecks
from pg_temp.staged_problem
order by authority, entity_id
on conflict on constraint problem_pk do update
set row_version = excluded.row_version, state = excluded.state, found_at = excluded.found_at,
    due_at = excluded.due_at, first_assigned_at = excluded.first_assigned_at,
    first_rectified_at = excluded.first_rectified_at,
    last_rectified_at = excluded.last_rectified_at, last_rechecked_at = excluded.last_rechecked_at,
    recheck_passed = excluded.recheck_passed, district = excluded.district, town = excluded.town,
    village = excluded.village, unit = excluded.unit, theme = excluded.theme,
    origin = excluded.origin, category1 = excluded.category1, category2 = excluded.category2,
    flags = excluded.flags, notices = excluded.notices, rectifications = excluded.rectifications,
    rechecks = excluded.rechecks, failed_rechecks = excluded.failed_rechecks
where t.row_version = excluded.row_version - 1
