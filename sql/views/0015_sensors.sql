-- The sensors of the current generation. Dropped by 0010_areas.sql.
create view cityops.sensors as
select s.authority, s.code, s.name, s.district, s.road_segment, s.length_m, s.free_flow_mm_per_s, s.window_s
from cityops.sensor s
where s.reference_version = (
    select max(v.reference_version)
    from cityops.reference_version v, cityops.current_generation g
    where v.kind = 'sensors' and v.reference_version <= g.reference_version
);
comment on view cityops.sensors is
    'The sensors of the current generation: district as written, length in m, free-flow speed in mm/s (0: not known), window in s.';
