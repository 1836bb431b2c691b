-- Inspection: states of problems and their rollups. Columns and measures are those of core/inspection.c and
-- core/inspection_rollup.c, which say what they mean.

create table cityops.problem (
    authority text collate "C" not null,
    entity_id text collate "C" not null,
    row_version bigint not null,   -- a state is written only over the version that it was merged from
    state bytea not null,          -- the fold's canonical bytes; everything below is derived from it
    found_at timestamptz,
    due_at timestamptz,
    first_assigned_at timestamptz,
    first_rectified_at timestamptz,
    last_rectified_at timestamptz,
    last_rechecked_at timestamptz,
    recheck_passed boolean,        -- the last re-check
    district text,                 -- names as sent; the view cityops.problems resolves them
    town text,
    village text,
    unit text,                     -- of the last notice
    theme smallint,                -- 1 environment, 2 traffic order
    origin smallint,               -- 1 patrol, 2 video, 3 citizen
    category1 text,
    category2 text,
    flags smallint not null,       -- 1 void
    notices integer not null,
    rectifications integer not null,
    rechecks integer not null,
    failed_rechecks integer not null,
    constraint problem_pk primary key (authority, entity_id)
);

create table cityops.problem_day (
    slot integer not null,         -- of the daemon that writes: sum over it
    cohort smallint not null,      -- 1 found, 2 due, 3 rectified, 4 backlog left, 5 overdue left
    day date not null,
    district text collate "C" not null,
    theme smallint not null,       -- 0 not stated
    flags smallint not null,       -- 1 void
    problems bigint not null,
    notices bigint not null,
    assigned bigint not null,
    due bigint not null,
    rectified bigint not null,
    on_time bigint not null,
    late bigint not null,
    due_open bigint not null,
    rectified_before_found bigint not null,
    rectification_seconds bigint not null,
    rechecked bigint not null,
    recheck_failed bigint not null,
    settled bigint not null,
    constraint problem_day_pk primary key (slot, cohort, day, district, theme, flags)
);

create table cityops.problem_month (
    slot integer not null,         -- of the daemon that writes: sum over it
    cohort smallint not null,      -- 1 found, 2 due
    month date not null,           -- its first day
    district text collate "C" not null,
    village text collate "C" not null,
    theme smallint not null,       -- 0 not stated
    flags smallint not null,       -- 1 void
    problems bigint not null,
    notices bigint not null,
    assigned bigint not null,
    due bigint not null,
    rectified bigint not null,
    on_time bigint not null,
    late bigint not null,
    due_open bigint not null,
    rectified_before_found bigint not null,
    rectification_seconds bigint not null,
    rechecked bigint not null,
    recheck_failed bigint not null,
    settled bigint not null,
    constraint problem_month_pk primary key (slot, cohort, month, district, village, theme, flags)
);

create table cityops.recheck_day (
    slot integer not null,         -- of the daemon that writes: sum over it
    day date not null,             -- of the re-check
    district text collate "C" not null,
    theme smallint not null,       -- 0 not stated
    flags smallint not null,       -- 1 void
    rechecks bigint not null,
    passed bigint not null,
    failed bigint not null,
    constraint recheck_day_pk primary key (slot, day, district, theme, flags)
);
