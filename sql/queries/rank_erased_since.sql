-- Records of the journal whose bytes were erased after an instant: what was counted before cannot be folded again.
-- Parameters: instant timestamptz.
-- Columns: partition_id integer, record_offset bigint, erased_at timestamptz, erased_by text, reason text.
select partition_id, record_offset, erased_at, erased_by, reason
from cityops.erasure
where stored_in = 'journal' and erased_at > $1
order by partition_id, record_offset
