-- Gives up the transaction of one batch.
rollback
