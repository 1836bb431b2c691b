-- Losses that operators have accepted, and those that a range counts though nobody has.
-- Columns: name text, offsets text, kind text (null: nobody has accepted it), accepted_by text, accepted_at text, reason text.
select
    cityops.partition_name(l.cluster, l.topic, l.partition, l.incarnation) as name,
    a.from_offset || case when a.until_offset is null then ' and above' else ' until ' || a.until_offset end as offsets, a.kind,
    a.accepted_by, to_char(a.accepted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as accepted_at, a.reason
from cityops.accepted_gap a
join cityops.ledger l using (partition_id)
union all
select
    'batch_range (' || r.partition_id || ', ' || r.from_offset || ' to ' || r.until_offset || ')', r.lost::text, null, null, null,
    null
from cityops.batch_range r
where r.lost > 0 and not exists (
    select
    from cityops.accepted_gap a
    where a.partition_id = r.partition_id and a.from_offset = r.from_offset and a.until_offset = r.until_offset
)
order by 5, 1, 2
