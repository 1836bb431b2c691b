-- Opens a batch. Its time is set again when the ledger moves.
-- Parameters: writer slot integer, generation integer.
-- Columns: batch_id bigint.
insert into cityops.batch (slot, generation)
values ($1, $2)
returning batch_id
