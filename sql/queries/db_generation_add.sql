-- A new generation: what rollups mean from now on.
-- Parameters: generation integer, reference_version integer, fold_version integer, zone text, reason text, figures text (see
-- sql/figures.h).
insert into cityops.generation (generation, reference_version, fold_version, zone, reason, figures_digest)
values ($1, $2, $3, $4, $5, $6)
