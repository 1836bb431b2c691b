-- Activity states with their typed columns, in the order of their keys.
-- Columns: authority text, entity_id text, state bytea, then the columns of core/activity.c in their order.
copy (
    select
        authority, entity_id, state,
        done_at, type, district, unit, amount_fen, subject, flags
    from cityops.activity
    order by authority, entity_id
) to stdout (format binary)
