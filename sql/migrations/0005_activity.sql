-- Activities: states and their rollup. Columns and measures are those of core/activity.c, which says what they mean.

create table cityops.activity (
    authority text collate "C" not null,
    entity_id text collate "C" not null,
    row_version bigint not null,   -- a state is written only over the version that it was merged from
    state bytea not null,          -- the fold's canonical bytes; everything below is derived from it
    done_at timestamptz,
    type smallint,                 -- 1 news report .. 9 budget paid
    district text,                 -- names as sent; the view cityops.activities resolves them
    unit text,
    amount_fen bigint,             -- 1/100 CNY
    subject text,                  -- a code
    flags smallint not null,       -- 1 void
    constraint activity_pk primary key (authority, entity_id)
);

create table cityops.activity_day (
    slot integer not null,         -- of the daemon that writes: sum over it
    day date not null,             -- on which it was done
    district text collate "C" not null,
    unit text collate "C" not null,
    type smallint not null,        -- 0 not stated
    flags smallint not null,       -- 1 void
    activities bigint not null,
    amount_fen bigint not null,
    constraint activity_day_pk primary key (slot, day, district, unit, type, flags)
);
