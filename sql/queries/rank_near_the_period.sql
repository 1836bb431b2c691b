-- Tells rank_ticket_states_near the period, for the transaction: a copy takes no parameters.
-- Parameters: from timestamptz, until timestamptz (half open).
select
    set_config('cityops.period_from', ($1::timestamptz)::text, true), set_config('cityops.period_until', ($2::timestamptz)::text, true)
