-- Stops a partition until an operator accepts what is missing, unless somebody moved it meanwhile; or says anew why it is stopped.
-- Parameters: partition_id integer, next offset bigint, kind text (lost, recreated), until bigint (of kind lost: where the log
-- begins), reason text.
update cityops.ledger
set stopped_at = coalesce(stopped_at, clock_timestamp()), stopped_kind = $3,
    stopped_until = case $3 when 'lost' then $4 end, stopped_reason = $5
where partition_id = $1 and next_offset = $2 and replaced_at is null
