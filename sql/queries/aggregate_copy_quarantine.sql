-- Records that could not be counted.
copy cityops.quarantine (partition_id, record_offset, batch_id, arrived_at, stage, reason, detail, key, value, headers)
from stdin (format binary)
