-- What an operator decides about records: losses that he accepts, dead letters that are replayed, bytes that are erased. Each
-- is recorded with who and why, and nothing that was recorded is ever changed.

-- Of an accepted loss: offsets that the log no longer had when the consumer came. Unlike passed_over the broker never said so
-- in a successful fetch.
alter table cityops.batch_range add column lost bigint not null default 0;
alter table cityops.batch_range drop constraint batch_range_sum;
alter table cityops.batch_range add constraint batch_range_sum check (
    applied + unchanged + progress + tombstones + quarantined + passed_over + lost = until_offset - from_offset);

-- A topic that was recreated begins again at its first offset, where the old log has its records: so it is counted as the
-- partition's next incarnation, and what was counted of the old one stays below every cut-off that names it.
alter table cityops.ledger
    add column incarnation integer not null default 0,
    add column created_at timestamptz,  -- null: before this migration
    add column replaced_at timestamptz, -- its log is gone for good, as an operator has accepted
    add column stopped_kind text,       -- lost: the log begins above next_offset; recreated: it is another log
    add column stopped_until bigint,    -- lost: where the log begins, as last looked at
    drop constraint ledger_partition,
    add constraint ledger_partition unique (cluster, topic, partition, incarnation),
    add constraint ledger_stopped_kind check (stopped_kind in ('lost', 'recreated'));
alter table cityops.ledger alter column created_at set default clock_timestamp();

-- How a partition is called everywhere: city/cityops.hotline.v1[0], a second log of that name ...[0]#1.
create function cityops.partition_name(cluster text, topic text, partition integer, incarnation integer) returns text
    language sql immutable parallel safe
return cluster || '/' || topic || '[' || partition || ']' || case when incarnation > 0 then '#' || incarnation else '' end;

create table cityops.accepted_gap (
    accepted_gap_id bigint generated always as identity,
    partition_id integer not null,
    kind text not null,
    from_offset bigint not null,    -- everything below was counted
    until_offset bigint,            -- lost: from here on it is read; else null: the log's end is not known
    stopped_at timestamptz,         -- null: it was not stopped
    stopped_reason text,
    accepted_at timestamptz not null default clock_timestamp(),
    accepted_by text not null,      -- the person
    accepted_role text not null default session_user,
    reason text not null,
    constraint accepted_gap_pk primary key (accepted_gap_id),
    constraint accepted_gap_partition_fk foreign key (partition_id) references cityops.ledger,
    constraint accepted_gap_kind check (kind in ('lost', 'recreated', 'retired'))
);

-- The replay logs: one for each topic with dead letters that were replayed. In the ledger it is the topic's partition -1, and
-- daemons read it like any other. Offsets are given under the lock of its ledger row, so they appear in their order.
create table cityops.replay (
    partition_id integer not null,      -- of the replay log
    record_offset bigint not null,
    letter_partition_id integer not null, -- the quarantined record that stands there
    letter_offset bigint not null,
    queued_at timestamptz not null default clock_timestamp(),
    queued_by text not null,
    queued_role text not null default session_user,
    reason text not null,
    constraint replay_pk primary key (partition_id, record_offset),
    constraint replay_once unique (letter_partition_id, letter_offset),
    constraint replay_letter_fk foreign key (letter_partition_id, letter_offset) references cityops.quarantine
);

-- Records whose bytes were taken out of journal or quarantine. Their rows stay, without value, key, headers and entity.
create table cityops.erasure (
    partition_id integer not null,
    record_offset bigint not null,
    stored_in text not null,
    value_bytes bigint not null,
    value_sha256 text not null,     -- in hex
    value_digest bigint not null,   -- XXH3, as the ledger keeps it of the last record
    erased_at timestamptz not null default clock_timestamp(),
    erased_by text not null,        -- the person
    erased_role text not null default session_user,
    reason text not null,
    constraint erasure_pk primary key (partition_id, record_offset),
    constraint erasure_stored_in check (stored_in in ('journal', 'quarantine'))
);

-- Of the rollups and columns that the generation's figures were summed into: another digest than the program's own means that
-- some were added since, and what was counted before is missing there. Null: before this migration.
alter table cityops.generation add column figures_digest text;
