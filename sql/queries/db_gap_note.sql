-- Who accepted what, and why. Parameters: partition_id integer, kind text (lost, recreated, other_cluster, retired), person text (empty: the
-- role), reason text.
insert into cityops.accepted_gap (
    partition_id, kind, from_offset, until_offset, stopped_at, stopped_reason, accepted_by, reason)
select
    partition_id, $2, next_offset, case $2 when 'lost' then stopped_until end, stopped_at, stopped_reason,
    coalesce(nullif($3, ''), session_user), $4
from cityops.ledger
where partition_id = $1
