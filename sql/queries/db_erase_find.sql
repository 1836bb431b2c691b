-- The record that stands at an offset, in the journal or in the quarantine.
-- Parameters: name text (of the partition), record_offset bigint.
-- Columns: stored_in text, value bytea or null, is_progress boolean, erased text or null (when and by whom).
with partition as (
    select partition_id
    from cityops.ledger
    where cityops.partition_name(cluster, topic, partition, incarnation) = $1
), found as (
    select 'journal' as stored_in, j.partition_id, j.value, j.family <> 0 and j.occurred_at is null as is_progress
    from cityops.journal j
    join partition using (partition_id)
    where j.record_offset = $2
    union all
    select 'quarantine', q.partition_id, q.value, false
    from cityops.quarantine q
    join partition using (partition_id)
    where q.record_offset = $2
)
select
    f.stored_in, f.value, f.is_progress and e.partition_id is null as is_progress,
    to_char(e.erased_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ' by ' || e.erased_by as erased
from found f
left join cityops.erasure e on e.partition_id = f.partition_id and e.record_offset = $2
