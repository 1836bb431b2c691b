-- Activity states with their typed columns, in any order.
-- Columns: authority text, entity_id text, state bytea, then the columns of core/activity.c in their order.
copy (
    select
        authority, entity_id, state,
        done_at, type, district, unit, amount_fen, subject, flags
    from cityops.activity
) to stdout (format binary)
