-- What is counted of incidents in a range of days; kind is the level.
-- Parameters: from date, until date (half open).
-- Columns: district text, cohort smallint, nature smallint, kind smallint, flags smallint (0 where the rollup has none), then
-- every measure of incident_day as bigint, in the order of core/incident.h.
select
    district, cohort, 0::smallint as nature, level as kind, flags,
    sum(incidents)::bigint as incidents, sum(units)::bigint as units, sum(units_arrived)::bigint as units_arrived,
    sum(hospital_before_transport)::bigint as hospital_before_transport, sum(verified)::bigint as verified,
    sum(dispatched)::bigint as dispatched, sum(arrived)::bigint as arrived, sum(reopened)::bigint as reopened,
    sum(cleared)::bigint as cleared, sum(closed)::bigint as closed,
    sum(first_report_due)::bigint as first_report_due, sum(first_reported)::bigint as first_reported,
    sum(first_report_on_time)::bigint as first_report_on_time, sum(bulletins_flash)::bigint as bulletins_flash,
    sum(bulletins_special)::bigint as bulletins_special, sum(bulletins_duty)::bigint as bulletins_duty,
    sum(killed)::bigint as killed, sum(severely_injured)::bigint as severely_injured,
    sum(slightly_injured)::bigint as slightly_injured, sum(arrived_within_480s)::bigint as arrived_within_480s,
    sum(known_verified)::bigint as known_verified, sum(known_verified_negative)::bigint as known_verified_negative,
    sum(known_verified_seconds)::bigint as known_verified_seconds,
    sum(known_dispatched)::bigint as known_dispatched,
    sum(known_dispatched_negative)::bigint as known_dispatched_negative,
    sum(known_dispatched_seconds)::bigint as known_dispatched_seconds, sum(known_arrived)::bigint as known_arrived,
    sum(known_arrived_negative)::bigint as known_arrived_negative,
    sum(known_arrived_seconds)::bigint as known_arrived_seconds,
    sum(dispatched_arrived)::bigint as dispatched_arrived,
    sum(dispatched_arrived_negative)::bigint as dispatched_arrived_negative,
    sum(dispatched_arrived_seconds)::bigint as dispatched_arrived_seconds,
    sum(known_reopened)::bigint as known_reopened, sum(known_reopened_negative)::bigint as known_reopened_negative,
    sum(known_reopened_seconds)::bigint as known_reopened_seconds, sum(known_cleared)::bigint as known_cleared,
    sum(known_cleared_negative)::bigint as known_cleared_negative,
    sum(known_cleared_seconds)::bigint as known_cleared_seconds, sum(known_closed)::bigint as known_closed,
    sum(known_closed_negative)::bigint as known_closed_negative,
    sum(known_closed_seconds)::bigint as known_closed_seconds
from incident_day
where day >= $1 and day < $2
group by district, cohort, level, flags
order by district, cohort, level, flags
