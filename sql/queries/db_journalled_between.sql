-- How many records the journal holds between two vectors, as the ranges say.
-- Parameters: partition_ids integer[], from bigint[], until bigint[].
-- Columns: records bigint.
select coalesce(sum(r.applied + r.unchanged - r.unjournalled + r.progress + r.tombstones), 0)::bigint as records
from unnest($1::integer[], $2::bigint[], $3::bigint[]) as k (partition_id, from_offset, until_offset)
join cityops.batch_range r
    on r.partition_id = k.partition_id and r.from_offset >= k.from_offset and r.until_offset <= k.until_offset
