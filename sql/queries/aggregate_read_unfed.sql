-- Quarantined records that the dead-letter topic did not get yet, oldest offsets first: of these partitions and of the logs
-- that they replaced.
-- Parameters: partition ids integer[], limit bigint.
-- Columns: partition_id integer, record_offset bigint, topic text, partition integer, stage text, reason text,
--   detail text, key bytea or null, value bytea or null, headers text (JSON).
select q.partition_id, q.record_offset, l.topic, l.partition, q.stage, q.reason, q.detail, q.key, q.value,
    q.headers::text as headers
from cityops.quarantine q
join cityops.ledger l on l.partition_id = q.partition_id
join cityops.ledger r on r.cluster = l.cluster and r.topic = l.topic and r.partition = l.partition
where q.fed_at is null and r.partition_id = any ($1::integer[]) and r.replaced_at is null
order by q.partition_id, q.record_offset
limit $2
