-- Waits until nobody else publishes results of the chain, until the end of the session.
-- Parameters: chain text (profile/subjects).
select pg_advisory_lock(7263951, hashtext($1))
