-- Incident states with their typed columns, in the order of their keys.
-- Columns: authority text, entity_id text, state bytea, then the columns of core/incident.c in their order.
copy (
    select
        authority, entity_id, state,
        occurred_at, known_at, verified_at, first_report_due_at, first_reported_at, dispatched_at,
        arrived_at, reopened_at, cleared_at, closed_at, district, town, road_segment, category1,
        category2, level, flags, merged_into, units, bulletins, killed, severely_injured,
        slightly_injured
    from cityops.incident
    order by authority, entity_id
) to stdout (format binary)
