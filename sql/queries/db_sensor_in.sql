-- Sensors of a new reference version.
copy cityops.sensor (
    reference_version, authority, code, name, district, road_segment, length_m, free_flow_mm_per_s, window_s
) from stdin (format binary)
