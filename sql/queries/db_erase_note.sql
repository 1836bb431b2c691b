-- What is left of the records that were chosen with these bytes: hash, reason, who, when.
-- Parameters: value bytea, digest bigint (XXH3), person text (empty: the role), reason text.
-- Columns: stored_in text, records bigint, fed bigint (of them: published to the dead-letter topic).
with noted as (
    insert into cityops.erasure (
        partition_id, record_offset, stored_in, value_bytes, value_sha256, value_digest, erased_by, reason)
    select
        partition_id, record_offset, stored_in, octet_length($1), encode(sha256($1), 'hex'), $2, coalesce(nullif($3, ''), session_user),
        $4
    from pg_temp.erased
    where not exists (select from cityops.erasure e where e.partition_id = erased.partition_id and e.record_offset = erased.record_offset)
    returning partition_id, record_offset, stored_in
)
select n.stored_in, count(*) as records, count(q.fed_at) as fed
from noted n
left join cityops.quarantine q
    on n.stored_in = 'quarantine' and q.partition_id = n.partition_id and q.record_offset = n.record_offset
group by n.stored_in
order by n.stored_in
