-- What was written in the transaction is there, or not at all.
commit
