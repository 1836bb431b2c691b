-- Incidents: states and their rollup. Columns and measures are those of core/incident.c and core/incident_rollup.c, which say
-- what they mean.

create table cityops.incident (
    authority text collate "C" not null,
    entity_id text collate "C" not null,
    row_version bigint not null,   -- a state is written only over the version that it was merged from
    state bytea not null,          -- the fold's canonical bytes; everything below is derived from it
    occurred_at timestamptz,
    known_at timestamptz,          -- as stated, else the earliest receipt of a unit
    verified_at timestamptz,
    first_report_due_at timestamptz,
    first_reported_at timestamptz, -- its earliest bulletin
    dispatched_at timestamptz,     -- of the earliest unit; arrived_at likewise
    arrived_at timestamptz,
    reopened_at timestamptz,
    cleared_at timestamptz,
    closed_at timestamptz,         -- as stated, else the last return of its units, once all are back
    district text,                 -- names as sent; the view cityops.incidents resolves them
    town text,
    road_segment text,
    category1 text,
    category2 text,
    level smallint,                -- 1 especially serious .. 4 general
    flags smallint not null,       -- 1 void, 2 merged into another
    merged_into text,
    units integer not null,
    bulletins integer not null,
    killed integer,
    severely_injured integer,
    slightly_injured integer,
    constraint incident_pk primary key (authority, entity_id)
);

create table cityops.incident_day (
    slot integer not null,         -- of the daemon that writes: sum over it
    cohort smallint not null,      -- 1 known, 2 closed, 3 reopened
    day date not null,
    district text collate "C" not null,
    level smallint not null,       -- 0 not stated
    flags smallint not null,
    incidents bigint not null,
    units bigint not null,
    units_arrived bigint not null,
    hospital_before_transport bigint not null,
    verified bigint not null,
    dispatched bigint not null,
    arrived bigint not null,
    reopened bigint not null,
    cleared bigint not null,
    closed bigint not null,
    first_report_due bigint not null,
    first_reported bigint not null,
    first_report_on_time bigint not null,
    bulletins_flash bigint not null,
    bulletins_special bigint not null,
    bulletins_duty bigint not null,
    killed bigint not null,
    severely_injured bigint not null,
    slightly_injured bigint not null,
    arrived_within_480s bigint not null,
    known_verified bigint not null,
    known_verified_negative bigint not null,
    known_verified_seconds bigint not null,
    known_dispatched bigint not null,
    known_dispatched_negative bigint not null,
    known_dispatched_seconds bigint not null,
    known_arrived bigint not null,
    known_arrived_negative bigint not null,
    known_arrived_seconds bigint not null,
    dispatched_arrived bigint not null,
    dispatched_arrived_negative bigint not null,
    dispatched_arrived_seconds bigint not null,
    known_reopened bigint not null,
    known_reopened_negative bigint not null,
    known_reopened_seconds bigint not null,
    known_cleared bigint not null,
    known_cleared_negative bigint not null,
    known_cleared_seconds bigint not null,
    known_closed bigint not null,
    known_closed_negative bigint not null,
    known_closed_seconds bigint not null,
    constraint incident_day_pk primary key (slot, cohort, day, district, level, flags)
);
