-- Where the quarantined records stood. Columns: partition_id integer, record_offset bigint.
copy (
    select partition_id, record_offset
    from cityops.quarantine
) to stdout (format binary)
