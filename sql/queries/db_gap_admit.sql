-- A log of another cluster is meant: it is read from its origin on. Parameters: partition_id integer.
update cityops.ledger
set stopped_at = null, stopped_kind = null, stopped_until = null, stopped_reason = null
where partition_id = $1
