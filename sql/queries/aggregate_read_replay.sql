-- Dead letters of a replay log, in its order, up to a number of bytes, but at least one.
-- Parameters: cluster text, topic text, from offset bigint, most records bigint, most bytes bigint.
-- Columns: record_offset bigint, is_erased boolean, key bytea or null, value bytea or null, headers text (JSON).
select r.record_offset, r.is_erased, q.key, q.value, q.headers::text as headers
from (
    select
        r.record_offset, r.letter_partition_id, r.letter_offset, e.partition_id is not null as is_erased,
        sum(coalesce(octet_length(q.value), 0) + coalesce(octet_length(q.key), 0)) over (order by r.record_offset)
            - coalesce(octet_length(q.value), 0) - coalesce(octet_length(q.key), 0) as bytes_before
    from cityops.ledger l
    join cityops.replay r using (partition_id)
    join cityops.quarantine q on q.partition_id = r.letter_partition_id and q.record_offset = r.letter_offset
    left join cityops.erasure e on e.partition_id = r.letter_partition_id and e.record_offset = r.letter_offset
    where l.cluster = $1 and l.topic = $2 and l.partition = -1 and l.replaced_at is null and r.record_offset >= $3
    order by r.record_offset
    limit $4
) r
join cityops.quarantine q on q.partition_id = r.letter_partition_id and q.record_offset = r.letter_offset
where r.bytes_before < $5 or r.bytes_before = 0
order by r.record_offset
