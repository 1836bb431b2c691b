-- A new generation: what rollups mean from now on.
-- Parameters: generation integer, reference_version integer, fold_version integer, zone text, reason text.
insert into cityops.generation (generation, reference_version, fold_version, zone, reason)
values ($1, $2, $3, $4, $5)
