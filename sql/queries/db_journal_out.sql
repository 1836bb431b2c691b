-- The journal, in any order.
-- Columns: partition_id integer, record_offset bigint, family smallint, kind smallint, occurred_at timestamptz,
-- authority text, entity_id text, value bytea (null: a tombstone).
copy (
    select partition_id, record_offset, family, kind, occurred_at, authority, entity_id, value
    from cityops.journal
) to stdout (format binary)
