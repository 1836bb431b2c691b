-- Leaves a transaction, with its temporary tables.
rollback
