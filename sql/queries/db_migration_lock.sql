-- One migration at a time: held by the session until db_migration_unlock or its end.
select pg_advisory_lock(7263951)
