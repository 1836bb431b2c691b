-- One generation: what rollups meant under it.
-- Parameters: generation integer.
-- Columns: as of generation_current.
select generation, reference_version, fold_version, zone
from cityops.generation
where generation = $1
