-- Hotline: ticket states and their rollups. Columns and measures are those of core/hotline.c, which says what they mean.

create table cityops.ticket (
    authority text collate "C" not null,
    entity_id text collate "C" not null,
    row_version bigint not null,   -- a state is written only over the version that it was merged from
    state bytea not null,          -- the fold's canonical bytes; everything below is derived from it
    received_at timestamptz,
    due_at timestamptz,
    first_closed_at timestamptz,
    last_closed_at timestamptz,
    visited_at timestamptz,        -- last valid visit
    district text,                 -- names as sent; the view cityops.tickets resolves them
    unit text,                     -- of the last live dispatch that was not returned
    town text,
    village text,
    nature smallint,
    channel smallint,
    category1 text,
    category2 text,
    flags smallint not null,       -- 1 excluded, 2 void, 4 duplicate
    dispatches integer not null,
    returns integer not null,
    closings integer not null,
    reworks integer not null,
    escalations integer not null,
    contact boolean,
    solved boolean,                -- last valid visit
    result smallint,               -- 1 very dissatisfied .. 5 very satisfied, 6 not rated
    attitude smallint,
    constraint ticket_pk primary key (authority, entity_id)
) with (fillfactor = 60); -- a ticket is written some six times: room for its next version on the same page

create table cityops.ticket_day (
    slot integer not null,         -- of the daemon that writes: sum over it
    cohort smallint not null,      -- 1 received, 2 closed, 3 due, 4 visited, 5 backlog left, 6 overdue left
    day date not null,
    district text collate "C" not null,
    nature smallint not null,      -- 0 not stated
    flags smallint not null,
    tickets bigint not null,
    closed bigint not null,
    closed_before_received bigint not null,
    within_24h bigint not null,
    within_72h bigint not null,
    within_7d bigint not null,
    within_30d bigint not null,
    handling_seconds bigint not null,
    due bigint not null,
    on_time bigint not null,
    late bigint not null,
    due_open bigint not null,
    contact_yes bigint not null,
    contact_no bigint not null,
    unit_solved bigint not null,
    unit_explained bigint not null,
    visited bigint not null,
    contacted bigint not null,
    solved bigint not null,
    result_1 bigint not null,
    result_2 bigint not null,
    result_3 bigint not null,
    result_4 bigint not null,
    result_5 bigint not null,
    result_not_rated bigint not null,
    double_satisfied bigint not null,
    second_rated bigint not null,
    second_satisfied bigint not null,
    reworked bigint not null,
    closed_without_rework bigint not null,
    escalated bigint not null,
    extended bigint not null,
    constraint ticket_day_pk primary key (slot, cohort, day, district, nature, flags)
) with (fillfactor = 60); -- a cell is added to by many batches: see ticket

create table cityops.ticket_month (
    slot integer not null,
    cohort smallint not null,      -- 1 received, 2 closed
    month date not null,           -- its first day
    district text collate "C" not null,
    unit text collate "C" not null,
    category1 text collate "C" not null,
    channel smallint not null,
    tickets bigint not null,
    closed bigint not null,
    closed_before_received bigint not null,
    within_24h bigint not null,
    within_72h bigint not null,
    within_7d bigint not null,
    within_30d bigint not null,
    handling_seconds bigint not null,
    due bigint not null,
    on_time bigint not null,
    late bigint not null,
    due_open bigint not null,
    contact_yes bigint not null,
    contact_no bigint not null,
    unit_solved bigint not null,
    unit_explained bigint not null,
    visited bigint not null,
    contacted bigint not null,
    solved bigint not null,
    result_1 bigint not null,
    result_2 bigint not null,
    result_3 bigint not null,
    result_4 bigint not null,
    result_5 bigint not null,
    result_not_rated bigint not null,
    double_satisfied bigint not null,
    second_rated bigint not null,
    second_satisfied bigint not null,
    reworked bigint not null,
    closed_without_rework bigint not null,
    escalated bigint not null,
    extended bigint not null,
    constraint ticket_month_pk primary key (slot, cohort, month, district, unit, category1, channel)
) with (fillfactor = 60);

create table cityops.dispatch_day (
    slot integer not null,
    day date not null,             -- of dispatch
    district text collate "C" not null, -- above the dispatch's own unit
    unit text collate "C" not null,
    nature smallint not null,
    flags smallint not null,
    dispatches bigint not null,
    sign_due bigint not null,
    signed bigint not null,
    signed_on_time bigint not null,
    returned bigint not null,
    constraint dispatch_day_pk primary key (slot, day, district, unit, nature, flags)
) with (fillfactor = 60);
