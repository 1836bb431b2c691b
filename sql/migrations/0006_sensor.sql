-- Sensors of traffic: where each stands and how long its windows are. Reference data like areas: append-only, versioned.

alter table cityops.reference_version
    drop constraint reference_version_kind,
    add constraint reference_version_kind check (kind in ('areas', 'aliases', 'calendar', 'sources', 'sensors'));

create table cityops.sensor (
    reference_version integer not null,
    authority text collate "C" not null, -- with the code, as readings name their entity
    code text collate "C" not null,
    name text not null default '',
    district text not null default '',    -- as written; resolved like the names in events
    road_segment text not null default '',
    length_m integer not null default 0,  -- of the segment that it stands for; 0 not known
    free_flow_mm_per_s integer not null default 0, -- 0 not known
    window_s integer not null,            -- length of the windows that its readings are kept in
    constraint sensor_pk primary key (reference_version, authority, code),
    constraint sensor_version_fk foreign key (reference_version) references cityops.reference_version,
    constraint sensor_length check (length_m >= 0),
    constraint sensor_free_flow check (free_flow_mm_per_s >= 0),
    constraint sensor_window check (window_s in (300, 900))
);
