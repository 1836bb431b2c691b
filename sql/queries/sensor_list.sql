-- The sensors that count at a reference version: those of the newest load of sensors up to it.
-- Parameters: reference_version integer.
-- Columns: authority text, code text, name text, district text, road_segment text, length_m integer,
-- free_flow_mm_per_s integer, window_s integer.
select authority, code, name, district, road_segment, length_m, free_flow_mm_per_s, window_s
from cityops.sensor
where reference_version = (
    select max(reference_version)
    from cityops.reference_version
    where kind = 'sensors' and reference_version <= $1
)
order by authority, code
