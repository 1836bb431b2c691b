-- The current generation: what rollups mean; no row in a database that has none yet.
-- Columns: generation integer, reference_version integer, fold_version integer, zone text.
select generation, reference_version, fold_version, zone
from cityops.generation
order by generation desc
limit 1
