-- Closes the transaction of one batch.
commit
