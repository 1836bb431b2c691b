-- Writes staged incident states, each only over the row version that it was merged from.
-- The number of rows is that of states written; fewer than staged: somebody else wrote one meanwhile.
insert into cityops.incident as t (
    authority, entity_id, row_version, state, occurred_at, known_at, verified_at,
    first_report_due_at, first_reported_at, dispatched_at, arrived_at, reopened_at, cleared_at,
    closed_at, district, town, road_segment, category1, category2, level, flags, merged_into,
    units, bulletins, killed, severely_injured, slightly_injured)
select
    authority, entity_id, row_version, state, occurred_at, known_at, verified_at,
    first_report_due_at, first_reported_at, dispatched_at, arrived_at, reopened_at, cleared_at,
    closed_at, district, town, road_segment, category1, category2, level, flags, merged_into,
    units, bulletins, killed, severely_injured, slightly_injured
from pg_temp.staged_incident
order by authority, entity_id
on conflict on constraint incident_pk do update
set row_version = excluded.row_version, state = excluded.state, occurred_at = excluded.occurred_at,
    known_at = excluded.known_at, verified_at = excluded.verified_at,
    first_report_due_at = excluded.first_report_due_at,
    first_reported_at = excluded.first_reported_at, dispatched_at = excluded.dispatched_at,
    arrived_at = excluded.arrived_at, reopened_at = excluded.reopened_at,
    cleared_at = excluded.cleared_at, closed_at = excluded.closed_at, district = excluded.district,
    town = excluded.town, road_segment = excluded.road_segment, category1 = excluded.category1,
    category2 = excluded.category2, level = excluded.level, flags = excluded.flags,
    merged_into = excluded.merged_into, units = excluded.units, bulletins = excluded.bulletins,
    killed = excluded.killed, severely_injured = excluded.severely_injured,
    slightly_injured = excluded.slightly_injured
where t.row_version = excluded.row_version - 1
