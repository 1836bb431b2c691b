-- A partition seen for the first time; whoever comes second leaves the row as it is.
-- Parameters: cluster text, topic text, partition integer, origin offset bigint, generation integer.
insert into cityops.ledger (cluster, topic, partition, origin_offset, next_offset, generation)
values ($1, $2, $3, $4, $4, $5)
on conflict on constraint ledger_partition do nothing
