-- A partition seen for the first time, in the current generation; whoever comes second leaves the row as it is.
-- Parameters: cluster text, topic text, partition integer, origin offset bigint.
insert into cityops.ledger (cluster, topic, partition, origin_offset, next_offset, generation)
select $1, $2, $3, $4, $4, max(g.generation)
from cityops.generation g
on conflict on constraint ledger_partition do nothing
