-- The newest reference version of any kind. Columns: reference_version integer (0: nothing loaded).
select coalesce(max(reference_version), 0)
from cityops.reference_version
