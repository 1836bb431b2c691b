-- What became of the offsets, in the order of partition and offset.
-- Columns: partition_id integer, from_offset bigint, until_offset bigint, batch_id bigint, applied bigint,
-- unchanged bigint, progress bigint, tombstones bigint, quarantined bigint, passed_over bigint,
-- unjournalled bigint (of applied and unchanged: records of readings), batch_known boolean.
copy (
    select
        r.partition_id, r.from_offset, r.until_offset, r.batch_id, r.applied, r.unchanged, r.progress,
        r.tombstones, r.quarantined, r.passed_over, r.unjournalled, b.batch_id is not null
    from cityops.batch_range r
    left join cityops.batch b using (batch_id)
    order by r.partition_id, r.from_offset
) to stdout (format binary)
