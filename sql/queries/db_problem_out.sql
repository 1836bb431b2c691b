-- Problem states with their typed columns, in any order.
-- Columns: authority text, entity_id text, state bytea, then the columns of core/inspection.c in their order.
copy (
    select
        authority, entity_id, state,
        found_at, due_at, first_assigned_at, first_rectified_at, last_rectified_at,
        last_rechecked_at, recheck_passed, district, town, village, unit, theme, origin, category1,
        category2, flags, notices, rectifications, rechecks, failed_rechecks
    from cityops.problem
) to stdout (format binary)
