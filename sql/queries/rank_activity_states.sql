-- The states of activities, for sums of another grain than the rollups'.
-- Columns: authority text, entity_id text, state bytea.
copy (select authority, entity_id, state from activity) to stdout (format binary)
