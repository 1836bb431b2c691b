-- Traffic readings: windows of sensors and their rollup. Columns and measures are those of core/traffic.c, which says what they
-- mean. Readings are not journalled: a window's state holds the value and the version of each of its slots.

create table cityops.traffic_window (
    authority text collate "C" not null,
    entity_id text collate "C" not null, -- the sensor
    row_version bigint not null,   -- a state is written only over the version that it was merged from
    state bytea not null,          -- the fold's canonical bytes; everything below is derived from it
    window_start timestamptz not null,-- at a multiple of the sensor's window, 5 or 15 minutes
    first_from timestamptz,        -- of its earliest slot
    last_until timestamptz,        -- of its latest
    series integer not null,
    readings integer not null,     -- slots
    overlapping_readings integer not null,-- kept, but in no sum
    vehicles bigint,               -- null: no slot counts any
    speed_vehicles bigint not null,-- vehicles whose speed is known
    speed_sum_mm_per_s bigint not null,-- their speeds, summed
    occupancy_seconds bigint not null,
    occupancy_permille_seconds bigint not null,
    queue_most_m integer,
    constraint traffic_window_pk primary key (authority, entity_id, window_start)
) with (fillfactor = 70);

create table cityops.traffic_hour (
    slot integer not null,         -- of the daemon that writes: sum over it
    hour timestamptz not null,     -- start of the civil hour
    district text collate "C" not null,
    segment text collate "C" not null, -- of road
    readings bigint not null,
    overlapping_readings bigint not null,
    vehicles bigint not null,
    timed_vehicles bigint not null,
    travel_ms bigint not null,
    free_flow_ms bigint not null,
    occupancy_seconds bigint not null,
    occupancy_permille_seconds bigint not null,
    queue_seconds bigint not null,
    queue_metre_seconds bigint not null,
    constraint traffic_hour_pk primary key (slot, hour, district, segment)
) with (fillfactor = 60);

-- Of the records applied and unchanged, those of readings: the journal does not hold them (law 4 is proven by these counts).
alter table cityops.batch_range add column unjournalled bigint not null default 0;
