-- A partition seen for the first time, in the current generation; or the log that follows one that was replaced. Whoever comes
-- second leaves the row as it is.
-- Parameters: cluster text, topic text, partition integer, origin offset bigint.
-- Columns: others text (the other clusters whose log of this name was counted and not given up; null: none, or no row was made).
with added as (
    insert into cityops.ledger (cluster, topic, partition, incarnation, origin_offset, next_offset, generation)
    select $1, $2, $3, (
            select coalesce(max(l.incarnation) + 1, 0)
            from cityops.ledger l
            where l.cluster = $1 and l.topic = $2 and l.partition = $3 and l.replaced_at is not null
        ), $4, $4, max(g.generation)
    from cityops.generation g
    on conflict on constraint ledger_partition do nothing
    returning partition_id
)
select string_agg(distinct l.cluster, ', ') as others
from cityops.ledger l
where l.topic = $2 and l.partition = $3 and l.cluster <> $1 and l.replaced_at is null and exists (select from added)
