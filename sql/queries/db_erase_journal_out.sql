-- What the journal still has of those entities. Columns: as of db_journal_out.
copy (
    select j.partition_id, j.record_offset, j.family, j.kind, j.occurred_at, j.authority, j.entity_id, j.value
    from cityops.journal j
    join (select distinct family, authority, entity_id from pg_temp.erased where stored_in = 'journal') e
        using (family, authority, entity_id)
    where j.value is not null
) to stdout (format binary)
