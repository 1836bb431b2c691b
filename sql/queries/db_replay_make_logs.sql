-- Makes the replay logs of the topics that have open dead letters, where there are none. A letter goes to the log of its own
-- cluster; of a cluster that nobody reads any more, to the one that its topic was read from last.
insert into cityops.ledger (cluster, topic, partition, origin_offset, next_offset, generation)
select distinct c.cluster, d.topic, -1, 0, 0, (select max(generation) from cityops.generation)
from (select distinct cluster, topic from cityops.dead_letters where became = 'open') d
cross join lateral (
    select l.cluster
    from cityops.ledger l
    where l.topic = d.topic and l.partition >= 0 and l.replaced_at is null
    order by l.cluster = d.cluster desc, l.last_batch_id desc nulls last, l.partition_id desc
    limit 1
) c
on conflict on constraint ledger_partition do nothing
