-- The cells of rollup dispatch_day, summed over the slots, in the order of their keys.
-- Columns: day date, district text, unit text, nature smallint, flags smallint;
-- then the measures of core/hotline.c in their order, bigint.
copy (
    select
        day, district, unit, nature, flags,
        sum(dispatches)::bigint as dispatches,
        sum(sign_due)::bigint as sign_due,
        sum(signed)::bigint as signed,
        sum(signed_on_time)::bigint as signed_on_time,
        sum(returned)::bigint as returned
    from cityops.dispatch_day
    group by day, district, unit, nature, flags
    order by day, district, unit, nature, flags
) to stdout (format binary)
