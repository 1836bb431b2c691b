-- A partition seen for the first time, in the current generation; or the log that follows one that was replaced. Where another
-- cluster's log of the topic was counted and not given up, it begins stopped, unless this cluster's is read
-- already. Whoever comes second leaves the row as it is.
-- Parameters: cluster text, topic text, partition integer, origin offset bigint.
with others as (
    select string_agg(distinct l.cluster, ', ') as clusters
    from cityops.ledger l
    where l.topic = $2 and l.cluster <> $1 and l.partition >= 0 and l.replaced_at is null and l.next_offset > l.origin_offset
        and not exists (
            select
            from cityops.ledger o
            where o.topic = $2 and o.cluster = $1 and o.partition >= 0 and case
                when o.replaced_at is null then o.stopped_kind is distinct from 'other_cluster'
                else exists (
                    select from cityops.accepted_gap a where a.partition_id = o.partition_id and a.kind = 'recreated')
            end
        )
)
insert into cityops.ledger (
    cluster, topic, partition, incarnation, origin_offset, next_offset, generation, stopped_at, stopped_kind, stopped_reason)
select $1, $2, $3, (
        select coalesce(max(l.incarnation) + 1, 0)
        from cityops.ledger l
        where l.cluster = $1 and l.topic = $2 and l.partition = $3 and l.replaced_at is not null
    ), $4, $4, (select max(generation) from cityops.generation),
    case when others.clusters is not null then clock_timestamp() end,
    case when others.clusters is not null then 'other_cluster' end,
    'the topic was counted of cluster ' || others.clusters || ', and this is another: accept it, if its records are meant too, and '
        || 'retire the partitions of a cluster that is gone'
from others
on conflict on constraint ledger_partition do nothing
