-- Opens the transaction of one batch.
begin isolation level read committed
