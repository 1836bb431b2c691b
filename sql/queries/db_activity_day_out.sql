-- The cells of rollup activity_day, summed over the slots, in the order of their keys.
-- Columns: day date, district text, unit text, type smallint, flags smallint;
-- then the measures of core/activity.c in their order, bigint.
copy (
    select
        day, district, unit, type, flags,
        sum(activities)::bigint as activities,
        sum(amount_fen)::bigint as amount_fen
    from cityops.activity_day
    group by day, district, unit, type, flags
    order by day, district, unit, type, flags
) to stdout (format binary)
