-- The states of those tickets whose stated times touch a period (rank_near_the_period), or reach over it: nearly always all that count in
-- it, which the caller has to check.
-- Columns: authority text, entity_id text, state bytea.
copy (
    select authority, entity_id, state
    from ticket
    where
        least(received_at, due_at, first_closed_at, visited_at) < current_setting('cityops.period_until')::timestamptz
        and (
            greatest(received_at, due_at, last_closed_at, visited_at) >= current_setting('cityops.period_from')::timestamptz
            or first_closed_at is null
        )
) to stdout (format binary)
