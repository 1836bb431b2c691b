-- The cells of rollup traffic_hour, summed over the slots, in the order of their keys.
-- Columns: hour timestamptz, district text, segment text;
-- then the measures of core/traffic.c in their order, bigint.
copy (
    select
        hour, district, segment,
        sum(readings)::bigint as readings,
        sum(overlapping_readings)::bigint as overlapping_readings,
        sum(vehicles)::bigint as vehicles,
        sum(timed_vehicles)::bigint as timed_vehicles,
        sum(travel_ms)::bigint as travel_ms,
        sum(free_flow_ms)::bigint as free_flow_ms,
        sum(occupancy_seconds)::bigint as occupancy_seconds,
        sum(occupancy_permille_seconds)::bigint as occupancy_permille_seconds,
        sum(queue_seconds)::bigint as queue_seconds,
        sum(queue_metre_seconds)::bigint as queue_metre_seconds
    from cityops.traffic_hour
    group by hour, district, segment
    order by hour, district, segment
) to stdout (format binary)
