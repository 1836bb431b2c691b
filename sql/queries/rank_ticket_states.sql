-- The states of tickets, for sums of another grain than the rollups'.
-- Columns: authority text, entity_id text, state bytea.
copy (select authority, entity_id, state from ticket) to stdout (format binary)
