-- Lets the next migration begin.
select pg_advisory_unlock(7263951)
