-- Waits until no other batch is being written, and keeps others out: what locks rows before it adds some could deadlock with its
-- like. A transaction that hangs must not keep everybody out for ever, so it waits for ten seconds unless lock_timeout says so.
with setting as materialized (
    select current_setting('lock_timeout') as lock_timeout
)
select set_config('lock_timeout', case lock_timeout when '0' then '10s' else lock_timeout end, true),
    pg_advisory_xact_lock(7263952, 0), set_config('lock_timeout', lock_timeout, true)
from setting
