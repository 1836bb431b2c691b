-- Every record as it came.
copy cityops.journal (partition_id, record_offset, family, kind, arrived_at, occurred_at, authority, entity_id, value)
from stdin (format binary)
