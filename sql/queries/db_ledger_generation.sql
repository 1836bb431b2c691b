-- Daemons see at their next compare-and-set that there is a new generation. Parameters: generation integer.
update cityops.ledger
set generation = $1
