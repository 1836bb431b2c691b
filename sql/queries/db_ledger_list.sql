-- The ledger, in the order of its identities.
-- Columns: partition_id integer, cluster text, topic text, partition integer, origin_offset bigint,
-- next_offset bigint, generation integer, last_record_offset bigint, last_record_digest bigint (both null: none).
select
    partition_id, cluster, topic, partition, origin_offset, next_offset, generation, last_record_offset,
    last_record_digest
from cityops.ledger
order by partition_id
