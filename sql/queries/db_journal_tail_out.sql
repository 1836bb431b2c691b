-- The end of one month of the journal, from a block on: months only grow at their end, unless vacuum has made room. A COPY has no
-- parameters; db_journal_tail_set gives them.
-- Columns: as of db_journal_out.
copy (
    select partition_id, record_offset, family, kind, occurred_at, authority, entity_id, value
    from cityops.journal
    where arrived_at >= current_setting('cityops.tail_from')::timestamptz
        and arrived_at < current_setting('cityops.tail_until')::timestamptz
        and ctid >= current_setting('cityops.tail_tid')::tid
) to stdout (format binary)
