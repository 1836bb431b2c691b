-- Says to db_journal_tail_out, for the rest of the transaction, which month is meant and from which block on.
-- Parameters: month_from timestamptz, month_until timestamptz, block bigint.
select
    set_config('cityops.tail_from', $1::timestamptz::text, true),
    set_config('cityops.tail_until', $2::timestamptz::text, true),
    set_config('cityops.tail_tid', '(' || $3::bigint || ',0)', true)
