-- Offsets of replay logs are given under this lock, so that whoever reads a log sees no gap that is filled later.
-- Columns: partition_id integer.
select partition_id
from cityops.ledger
where partition = -1 and replaced_at is null
order by partition_id
for update
