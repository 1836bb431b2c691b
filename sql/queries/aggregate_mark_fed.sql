-- These were delivered to the dead-letter topic.
-- Parameters: partition ids integer[], offsets bigint[].
update cityops.quarantine q
set fed_at = clock_timestamp()
from unnest($1::integer[], $2::bigint[]) as k (partition_id, record_offset)
where q.partition_id = k.partition_id and q.record_offset = k.record_offset and q.fed_at is null
