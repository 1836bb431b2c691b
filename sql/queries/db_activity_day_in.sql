-- New cells of rollup activity_day: the slot, the key, the measures in their order.
copy cityops.activity_day (
    slot,
    day, district, unit, type, flags,
    activities, amount_fen
) from stdin (format binary)
