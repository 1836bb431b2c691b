-- Quarantined records that the dead-letter topic did not get yet, oldest offsets first: of these partitions and of the logs
-- that they replaced; up to a number of bytes, but at least one. What was erased is not published.
-- Parameters: partition ids integer[], limit bigint, most bytes bigint.
-- Columns: partition_id integer, record_offset bigint, topic text, partition integer, stage text, reason text,
--   detail text, key bytea or null, value bytea or null, headers text (JSON).
select q.partition_id, q.record_offset, l.topic, l.partition, q.stage, q.reason, q.detail, q.key, q.value,
    q.headers::text as headers
from (
    select
        p.partition_id, w.record_offset,
        sum(w.bytes) over (order by p.partition_id, w.record_offset) - w.bytes as bytes_before
    from cityops.ledger r
    join cityops.ledger p on p.cluster = r.cluster and p.topic = r.topic and p.partition = r.partition
    cross join lateral (
        select record_offset, coalesce(octet_length(value), 0)::bigint as bytes
        from cityops.quarantine
        where partition_id = p.partition_id and fed_at is null
        order by record_offset
        limit $2
    ) w
    where r.partition_id = any ($1::integer[]) and r.replaced_at is null
    order by p.partition_id, w.record_offset
    limit $2
) u
join cityops.quarantine q on q.partition_id = u.partition_id and q.record_offset = u.record_offset
join cityops.ledger l on l.partition_id = q.partition_id
where u.bytes_before < $3 or u.bytes_before = 0
order by q.partition_id, q.record_offset
