-- The states of problems, for sums of another grain than the rollups'.
-- Columns: authority text, entity_id text, state bytea.
copy (select authority, entity_id, state from problem) to stdout (format binary)
