-- Stops a partition until an operator accepts what is missing, unless somebody moved it meanwhile.
-- Parameters: partition_id integer, next offset bigint, reason text.
update cityops.ledger
set stopped_at = clock_timestamp(), stopped_reason = $3
where partition_id = $1 and next_offset = $2 and stopped_at is null
