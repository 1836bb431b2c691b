-- Batches write states side by side, unless one has to be alone (aggregate_lock_states).
select pg_advisory_xact_lock_shared(7263952, 0)
