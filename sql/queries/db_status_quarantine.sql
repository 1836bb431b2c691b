-- Quarantined records by topic and reason. Columns, all text: topic, stage, reason, records, unfed (not yet in the
-- dead-letter topic).
select
    l.topic, q.stage, q.reason, count(*)::text as records,
    (count(*) filter (where q.fed_at is null))::text as unfed
from cityops.quarantine q
left join cityops.ledger l using (partition_id)
group by l.topic, q.stage, q.reason
order by l.topic collate "C", count(*) desc, q.reason collate "C"
