-- New cells of rollup dispatch_day: the slot, the key, the measures in their order.
copy cityops.dispatch_day (
    slot,
    day, district, unit, nature, flags,
    dispatches, sign_due, signed, signed_on_time, returned
) from stdin (format binary)
