-- New cells of rollup recheck_day: the slot, the key, the measures in their order.
copy cityops.recheck_day (
    slot,
    day, district, theme, flags,
    rechecks, passed, failed
) from stdin (format binary)
