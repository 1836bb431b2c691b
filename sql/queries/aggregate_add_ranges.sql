-- What became of each offset of a batch.
-- Parameters: batch_id bigint; partition ids integer[]; from, until, applied, unchanged, progress, tombstones,
--   quarantined, passed over, unjournalled bigint[].
insert into cityops.batch_range (partition_id, from_offset, until_offset, batch_id, applied, unchanged, progress,
    tombstones, quarantined, passed_over, unjournalled)
select k.partition_id, k.from_offset, k.until_offset, $1, k.applied, k.unchanged, k.progress, k.tombstones,
    k.quarantined, k.passed_over, k.unjournalled
from unnest($2::integer[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
    $9::bigint[], $10::bigint[], $11::bigint[])
    as k (partition_id, from_offset, until_offset, applied, unchanged, progress, tombstones, quarantined, passed_over,
        unjournalled)
