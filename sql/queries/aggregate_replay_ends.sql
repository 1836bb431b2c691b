-- How far the replay logs of topics reach.
-- Parameters: cluster text, topics text[].
-- Columns: position integer from 0 (of the parameter's element), until bigint (the first offset that is not there); no row where
--   there is no log.
select
    (k.position - 1)::integer as position,
    coalesce((select max(r.record_offset) + 1 from cityops.replay r where r.partition_id = l.partition_id), 0)::bigint as until
from unnest($2::text[]) with ordinality as k (topic, position)
join cityops.ledger l on l.cluster = $1 and l.topic = k.topic and l.partition = -1 and l.replaced_at is null
