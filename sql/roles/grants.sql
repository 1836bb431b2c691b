-- What each group role may do in this database: what it needs, no more. Re-runnable; runs after each migrate, because new
-- tables and re-created views start without grants. The roles are made by roles.sql.

-- Analysts read figures, states and what they rest on. Not the quarantine: bytes that nobody could read may hold anything.
grant usage on schema cityops to cityops_analyst, cityops_writer;
grant select on all tables in schema cityops to cityops_analyst;
revoke all on cityops.quarantine, cityops.dead_letters from cityops_analyst;
grant execute on function
    cityops.indicators, cityops.indicator_sums, cityops.indicator_observed, cityops.indicator_check, cityops.fraction
    to cityops_analyst;

-- The publisher of rankings reads what analysts read, and adds published results: their number, hashes, author and time are not his
-- to say, and nobody changes or takes away what was published.
grant cityops_analyst to cityops_publisher;
grant insert (profile, subjects, period, from_day, until_day, stage, restatement, document, reason)
    on cityops.published_result to cityops_publisher;

-- The daemon: it adds to journal, batches and quarantine, and changes states, rollups and its ledger rows. It takes nothing
-- away, and reference data and generations are not its business.
grant select on
    cityops.migration, cityops.generation, cityops.reference_version, cityops.area, cityops.area_alias,
    cityops.calendar_day, cityops.source, cityops.sensor
    to cityops_writer;
grant select, insert on cityops.journal, cityops.batch, cityops.batch_range to cityops_writer;
grant update (committed_at) on cityops.batch to cityops_writer;
grant select, insert, update on
    cityops.ledger, cityops.quarantine, cityops.source_progress, cityops.ticket, cityops.ticket_day,
    cityops.ticket_month, cityops.dispatch_day, cityops.ticket_subset_day, cityops.incident, cityops.incident_day,
    cityops.problem, cityops.problem_day, cityops.problem_month, cityops.recheck_day,
    cityops.activity, cityops.activity_day, cityops.traffic_window, cityops.traffic_hour
    to cityops_writer;
grant select on cityops.replay, cityops.erasure, cityops.accepted_gap to cityops_writer;
grant execute on function cityops.journal_month to cityops_writer;
