-- Dead letters and what has become of them, for the database's owner: details may quote what the records hold. Re-created at each
-- migrate.
drop view if exists cityops.dead_letters;

create view cityops.dead_letters as
select
    q.partition_id, q.record_offset, l.cluster, l.topic,
    cityops.partition_name(l.cluster, l.topic, l.partition, l.incarnation) || '@' || q.record_offset as letter,
    q.arrived_at, q.stage, q.reason, q.detail, coalesce(octet_length(q.value), 0) as bytes, q.fed_at,
    case
        when e.partition_id is not null then 'erased'
        when r.partition_id is null then 'open'
        when again.partition_id is not null then 'failed again'
        when log.next_offset > r.record_offset then 'counted'
        else 'queued'
    end as became,
    case when r.partition_id is not null
        then cityops.partition_name(log.cluster, log.topic, log.partition, log.incarnation) || '@' || r.record_offset
    end as replayed_as
from cityops.quarantine q
join cityops.ledger l on l.partition_id = q.partition_id
left join cityops.replay r on r.letter_partition_id = q.partition_id and r.letter_offset = q.record_offset
left join cityops.ledger log on log.partition_id = r.partition_id
left join cityops.quarantine again on again.partition_id = r.partition_id and again.record_offset = r.record_offset
left join cityops.erasure e on e.partition_id = q.partition_id and e.record_offset = q.record_offset;
comment on view cityops.dead_letters is
    'Quarantined records: open; queued in a replay log; counted there; failed again, which is a dead letter of its own; erased.';
