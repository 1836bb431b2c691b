-- Foundation: reference data, generations, the ledger, the journal, quarantine, progress.
--
-- Laws: DESIGN 3. Instants are timestamptz; days are civil days of the generation's zone; sums are whole numbers.

create schema cityops;

-- What has been applied. The row is written by cityops-db in the transaction of its file; whoever runs a file by psql adds
-- the row himself (sql/README.md).
create table cityops.migration (
    number integer not null,
    name text not null,            -- the file's name without .sql
    sha256 text not null,          -- of the file's bytes, in hex: a changed file is refused
    applied_at timestamptz not null default clock_timestamp(),
    constraint migration_pk primary key (number)
);

-- Reference data: append-only. A load of one kind replaces, from its version on, what that kind said before.
create table cityops.reference_version (
    reference_version integer not null,
    kind text not null,
    sha256 text not null,
    rows bigint not null,
    origin text not null, -- file name
    loaded_at timestamptz not null default clock_timestamp(),
    loaded_by text not null default session_user,
    constraint reference_version_pk primary key (reference_version),
    constraint reference_version_kind check (kind in ('areas', 'aliases', 'calendar', 'sources'))
);

create table cityops.area (
    reference_version integer not null,
    code text not null,
    kind text not null,
    parent text not null default '',
    name_zh text not null default '',
    name_en text not null default '',
    peer_group text not null default '',
    valid_from date not null default '-infinity',
    valid_until date not null default 'infinity',
    constraint area_pk primary key (reference_version, code, valid_from),
    constraint area_version_fk foreign key (reference_version) references cityops.reference_version,
    constraint area_kind check (kind in ('city', 'district', 'town', 'village', 'unit')),
    constraint area_valid check (valid_from < valid_until)
);

-- Aliases: those listed with the areas carry the areas' version, those loaded alone their own.
create table cityops.area_alias (
    reference_version integer not null,
    name text not null, -- as sources write it; the empty name is a ticket without an area
    code text not null,
    kind text not null,
    valid_from date not null default '-infinity',
    valid_until date not null default 'infinity',
    constraint area_alias_pk primary key (reference_version, kind, name, valid_from),
    constraint area_alias_version_fk foreign key (reference_version) references cityops.reference_version,
    constraint area_alias_kind check (kind in ('city', 'district', 'town', 'village', 'unit')),
    constraint area_alias_valid check (valid_from < valid_until)
);

-- Days that differ from the rule "Monday to Friday are working days".
create table cityops.calendar_day (
    reference_version integer not null,
    day date not null,
    working boolean not null,
    name text not null default '',
    constraint calendar_day_pk primary key (reference_version, day),
    constraint calendar_day_version_fk foreign key (reference_version) references cityops.reference_version
);

-- The sources whose progress a complete period needs.
create table cityops.source (
    reference_version integer not null,
    source text not null,
    topic text not null,
    constraint source_pk primary key (reference_version, source, topic),
    constraint source_version_fk foreign key (reference_version) references cityops.reference_version
);

-- What rollups mean: one reference version, one fold version, one zone. The current one is the greatest.
create table cityops.generation (
    generation integer not null,
    reference_version integer not null, -- 0: nothing loaded yet
    fold_version integer not null,
    zone text not null,
    made_at timestamptz not null default clock_timestamp(),
    made_by text not null default session_user,
    reason text not null,
    constraint generation_pk primary key (generation)
);

-- The ledger is the offset (law 3): the only truth about what has been counted.
create table cityops.ledger (
    partition_id integer generated always as identity,
    cluster text not null,
    topic text not null,
    partition integer not null,
    origin_offset bigint not null,         -- low watermark when the partition was first seen
    next_offset bigint not null,           -- everything below is counted
    generation integer not null,
    last_batch_id bigint,
    last_record_offset bigint,             -- the last journalled record, and the XXH3 of its value,
    last_record_digest bigint,             -- compared when the partition is assigned
    end_seen_at timestamptz,               -- the consumer was at the partition's end at this instant
    stopped_at timestamptz,                -- loss or a recreated topic: until an operator accepts it
    stopped_reason text,
    constraint ledger_pk primary key (partition_id),
    constraint ledger_partition unique (cluster, topic, partition),
    constraint ledger_generation_fk foreign key (generation) references cityops.generation,
    constraint ledger_order check (origin_offset <= next_offset)
);

create table cityops.batch (
    batch_id bigint generated always as identity,
    slot integer not null,                 -- the writer slot: lowest partition_id of the daemon that wrote it
    generation integer not null,
    committed_at timestamptz not null default clock_timestamp(),
    constraint batch_pk primary key (batch_id)
);

-- What became of each offset (law 4). Ranges of a partition are contiguous from its origin; the outcomes add up to
-- until_offset - from_offset.
create table cityops.batch_range (
    partition_id integer not null,
    from_offset bigint not null,
    until_offset bigint not null,
    batch_id bigint not null,
    applied bigint not null,      -- changed a state
    unchanged bigint not null,    -- duplicate or superseded
    progress bigint not null,
    tombstones bigint not null,
    quarantined bigint not null,
    passed_over bigint not null,  -- the broker had no record there: transaction markers, compaction
    constraint batch_range_pk primary key (partition_id, from_offset),
    constraint batch_range_sum check (applied + unchanged + progress + tombstones + quarantined + passed_over
        = until_offset - from_offset)
);

-- Every record as it came, by month of arrival. Written by COPY without an index.
create table cityops.journal (
    partition_id integer not null,
    record_offset bigint not null,
    family smallint not null,       -- 1 hotline, 2 incident, 3 traffic, 4 inspection, 5 activity; 0 tombstone
    kind smallint not null,         -- the family's event kind; 0 tombstone
    arrived_at timestamptz not null,-- the broker's append time, else the batch's
    occurred_at timestamptz,
    authority text collate "C",
    entity_id text collate "C",
    value bytea                     -- with its framing; null: a tombstone
) partition by range (arrived_at);

-- Makes the partition of the month (UTC) that holds the instant, if it is not there. The writer may call it.
create function cityops.journal_month(arrived_at timestamptz) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    first_day date := date_trunc('month', arrived_at at time zone 'UTC');
    name text := 'journal_' || to_char(first_day, 'YYYY_MM');
begin
    if to_regclass('cityops.' || name) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(7263950, first_day - date '1970-01-01');
    -- Not to_regclass again: while we waited for the lock, its cache may not have heard of a month that another daemon made.
    if not exists (select from pg_class where relnamespace = 'cityops'::regnamespace and relname = name) then
        execute format('create table cityops.%I partition of cityops.journal for values from (%L) to (%L)',
            name, first_day::timestamp at time zone 'UTC', (first_day + interval '1 month') at time zone 'UTC');
    end if;
end
$$;
revoke all on function cityops.journal_month from public;

-- Records that could not be counted, with their bytes. The truth; the dead-letter topic is fed from it.
create table cityops.quarantine (
    partition_id integer not null,
    record_offset bigint not null,
    batch_id bigint not null,
    arrived_at timestamptz not null,
    stage text not null,            -- frame, decode, header, validate, store
    reason text not null,           -- stable code
    detail text not null,
    key bytea,
    value bytea,
    headers jsonb not null default '[]', -- [[name, base64 value or null], ...] in order
    fed_at timestamptz,             -- published to the dead-letter topic
    constraint quarantine_pk primary key (partition_id, record_offset)
);
create index quarantine_unfed on cityops.quarantine (partition_id, record_offset) where fed_at is null;

-- Up to when each source says that it has published everything to a topic.
create table cityops.source_progress (
    cluster text not null,
    topic text not null,
    source text not null,
    progress_until timestamptz not null,
    constraint source_progress_pk primary key (cluster, topic, source)
);
