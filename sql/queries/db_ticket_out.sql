-- Ticket states with their typed columns, in any order.
-- Columns: authority text, entity_id text, state bytea, then the columns of core/hotline.c in their order.
copy (
    select
        authority, entity_id, state,
        received_at, due_at, first_closed_at, last_closed_at, visited_at, district, unit, town,
        village, nature, channel, category1, category2, flags, dispatches, returns, closings,
        reworks, escalations, contact, solved, result, attitude
    from cityops.ticket
) to stdout (format binary)
