-- From when to when the database knew anything.
-- Columns: began timestamptz (the first batch; null: none), newest timestamptz (the last one, or when a partition was last seen to
-- its end).
select min(committed_at) as began, greatest(max(committed_at), (select max(end_seen_at) from ledger)) as newest
from cityops.batch
