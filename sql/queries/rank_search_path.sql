-- Where rank_*.sql finds states, rollups, ledger and progress, which they name without a schema: in cityops, or, before it, in the
-- temporary tables of a question as of an earlier cut-off.
set local search_path = pg_temp, cityops
