-- Escalated orders and letters to the message board, counted apart from all other orders. Columns and measures are those of
-- core/hotline_rollup.c, which says what they mean. In a database that has states already, `cityops-db rebuild --rollups` fills it.

create table cityops.ticket_subset_day (
    slot integer not null,         -- of the daemon that writes: sum over it
    cohort smallint not null,      -- 1 received, 2 closed, 4 visited
    day date not null,
    district text collate "C" not null,
    subset smallint not null,      -- 1 escalated, 2 message board
    nature smallint not null,      -- 0 not stated
    flags smallint not null,
    tickets bigint not null,
    replied bigint not null,
    visited bigint not null,
    result_1 bigint not null,
    result_2 bigint not null,
    result_3 bigint not null,
    result_4 bigint not null,
    result_5 bigint not null,
    result_not_rated bigint not null,
    constraint ticket_subset_day_pk primary key (slot, cohort, day, district, subset, nature, flags)
) with (fillfactor = 60);
