-- Losses that operators have accepted. Columns, all text: accepted, by, partition, kind, offsets, reason.
select
    to_char(a.accepted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as accepted, a.accepted_by as by,
    cityops.partition_name(l.cluster, l.topic, l.partition, l.incarnation) as partition, a.kind,
    a.from_offset || case when a.until_offset is null then ' and above' else ' until ' || a.until_offset end as offsets, a.reason
from cityops.accepted_gap a
join cityops.ledger l using (partition_id)
order by a.accepted_gap_id
