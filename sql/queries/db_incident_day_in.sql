-- New cells of rollup incident_day: the slot, the key, the measures in their order.
copy cityops.incident_day (
    slot,
    cohort, day, district, level, flags,
    incidents, units, units_arrived, hospital_before_transport, verified, dispatched, arrived,
    reopened, cleared, closed, first_report_due, first_reported, first_report_on_time,
    bulletins_flash, bulletins_special, bulletins_duty, killed, severely_injured, slightly_injured,
    arrived_within_480s, known_verified, known_verified_negative, known_verified_seconds,
    known_dispatched, known_dispatched_negative, known_dispatched_seconds, known_arrived,
    known_arrived_negative, known_arrived_seconds, dispatched_arrived, dispatched_arrived_negative,
    dispatched_arrived_seconds, known_reopened, known_reopened_negative, known_reopened_seconds,
    known_cleared, known_cleared_negative, known_cleared_seconds, known_closed,
    known_closed_negative, known_closed_seconds
) from stdin (format binary)
