-- What became of the records, by topic.
-- Columns, all text: topic, offsets, applied, unchanged, unjournalled (of those two), progress, tombstones, quarantined,
-- passed_over, lost (accepted by an operator).
select
    l.topic, sum(r.until_offset - r.from_offset)::text as offsets, sum(r.applied)::text as applied,
    sum(r.unchanged)::text as unchanged,
    sum(r.unjournalled)::text as unjournalled, sum(r.progress)::text as progress,
    sum(r.tombstones)::text as tombstones, sum(r.quarantined)::text as quarantined,
    sum(r.passed_over)::text as "passed over", sum(r.lost)::text as lost
from cityops.batch_range r
join cityops.ledger l using (partition_id)
group by l.topic
order by l.topic collate "C"
