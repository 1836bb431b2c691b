-- Incidents for analysts: one row each, and monthly figures of the districts. Re-created at each migrate.

-- Names are resolved as the rollup resolves them: the district, else the one above the town, else what the empty name means.
create view cityops.incidents as
with named as (
    select
        i.*,
        (coalesce(i.known_at, i.closed_at, i.reopened_at) at time zone g.zone)::date as day,
        coalesce(btrim(i.district, E' \t\r\n'), '') as district_name,
        coalesce(btrim(i.town, E' \t\r\n'), '') as town_name
    from cityops.incident i
    cross join cityops.current_generation g
)
select
    n.authority,
    n.entity_id,
    n.occurred_at,
    n.known_at,
    n.verified_at,
    n.first_report_due_at,
    n.first_reported_at,
    n.dispatched_at,
    n.arrived_at,
    n.reopened_at,
    n.cleared_at,
    n.closed_at,
    n.day as known_day,
    coalesce(
        case when n.district_name <> '' or n.town_name = '' then stated.code else above.district end,
        'unassigned') as district,
    n.district as district_as_sent,
    n.town as town_as_sent,
    n.road_segment,
    n.category1,
    n.category2,
    n.level as level_number,
    (array['especially_serious', 'serious', 'larger', 'general'])[n.level] as level,
    n.flags & 1 <> 0 as voided,
    n.flags & 2 <> 0 as merged,
    n.merged_into,
    n.units,
    n.bulletins,
    n.killed,
    n.severely_injured,
    n.slightly_injured
from named n
left join cityops.area_names stated on stated.kind = 'district' and stated.name = n.district_name
    and stated.days @> n.day
left join cityops.area_names town on town.kind = 'town' and n.district_name = '' and n.town_name <> ''
    and town.name = n.town_name and town.days @> n.day
left join cityops.area_districts above on above.code = town.code and above.days @> n.day;
comment on view cityops.incidents is 'One row per incident, as known now, with the names of the current generation.';
comment on column cityops.incidents.known_at is 'When it was first known: as stated, else the earliest receipt of a unit.';
comment on column cityops.incidents.known_day is 'Civil day of known_at in the generation''s zone; of the closing or the reopening where nobody states it.';
comment on column cityops.incidents.dispatched_at is 'The earliest dispatch of a unit; arrived_at likewise.';
comment on column cityops.incidents.closed_at is 'When it was closed: as stated, else the last return of its units once all are back.';
comment on column cityops.incidents.first_reported_at is 'Its earliest bulletin.';
comment on column cityops.incidents.district is 'Code of the district where it happened; unassigned when nobody knows the name.';
comment on column cityops.incidents.level is 'Ⅰ especially serious to Ⅳ general.';
comment on column cityops.incidents.merged is 'Counted under another incident, merged_into.';

create view cityops.incident_figures as
select
    date_trunc('month', d.day)::date as month,
    d.cohort as cohort_number,
    (array['known', 'closed', 'reopened'])[d.cohort] as cohort,
    d.district,
    n.name_zh,
    n.name_en,
    n.peer_group,
    d.level,
    d.flags,
    sum(d.incidents)::bigint as incidents,
    sum(d.units)::bigint as units,
    sum(d.units_arrived)::bigint as units_arrived,
    sum(d.hospital_before_transport)::bigint as hospital_before_transport,
    sum(d.verified)::bigint as verified,
    sum(d.dispatched)::bigint as dispatched,
    sum(d.arrived)::bigint as arrived,
    sum(d.reopened)::bigint as reopened,
    sum(d.cleared)::bigint as cleared,
    sum(d.closed)::bigint as closed,
    sum(d.first_report_due)::bigint as first_report_due,
    sum(d.first_reported)::bigint as first_reported,
    sum(d.first_report_on_time)::bigint as first_report_on_time,
    sum(d.bulletins_flash)::bigint as bulletins_flash,
    sum(d.bulletins_special)::bigint as bulletins_special,
    sum(d.bulletins_duty)::bigint as bulletins_duty,
    sum(d.killed)::bigint as killed,
    sum(d.severely_injured)::bigint as severely_injured,
    sum(d.slightly_injured)::bigint as slightly_injured,
    sum(d.arrived_within_480s)::bigint as arrived_within_480s,
    sum(d.known_verified)::bigint as known_verified,
    sum(d.known_verified_negative)::bigint as known_verified_negative,
    sum(d.known_verified_seconds)::bigint as known_verified_seconds,
    sum(d.known_dispatched)::bigint as known_dispatched,
    sum(d.known_dispatched_negative)::bigint as known_dispatched_negative,
    sum(d.known_dispatched_seconds)::bigint as known_dispatched_seconds,
    sum(d.known_arrived)::bigint as known_arrived,
    sum(d.known_arrived_negative)::bigint as known_arrived_negative,
    sum(d.known_arrived_seconds)::bigint as known_arrived_seconds,
    sum(d.dispatched_arrived)::bigint as dispatched_arrived,
    sum(d.dispatched_arrived_negative)::bigint as dispatched_arrived_negative,
    sum(d.dispatched_arrived_seconds)::bigint as dispatched_arrived_seconds,
    sum(d.known_reopened)::bigint as known_reopened,
    sum(d.known_reopened_negative)::bigint as known_reopened_negative,
    sum(d.known_reopened_seconds)::bigint as known_reopened_seconds,
    sum(d.known_cleared)::bigint as known_cleared,
    sum(d.known_cleared_negative)::bigint as known_cleared_negative,
    sum(d.known_cleared_seconds)::bigint as known_cleared_seconds,
    sum(d.known_closed)::bigint as known_closed,
    sum(d.known_closed_negative)::bigint as known_closed_negative,
    sum(d.known_closed_seconds)::bigint as known_closed_seconds
from cityops.incident_day d
left join lateral (
    select a.name_zh, a.name_en, a.peer_group
    from cityops.areas a
    where a.code = d.district
    order by a.valid_from desc
    limit 1
) n on true
group by 1, 2, 4, 5, 6, 7, 8, 9;
comment on view cityops.incident_figures is
    'Counts by month, cohort, district, level and flags; a rate or a mean is the quotient of two sums of its columns.';
comment on column cityops.incident_figures.month is 'First day of the civil month, in the generation''s zone, of the cohort''s instant.';
comment on column cityops.incident_figures.cohort is 'Which milestone put the incident in the month.';
comment on column cityops.incident_figures.district is 'Code; unassigned for names that nobody knows.';
comment on column cityops.incident_figures.level is '1 especially serious to 4 general, 0 when not stated.';
comment on column cityops.incident_figures.flags is 'Sum of 1 void, 2 merged into another; 0: ordinary incidents.';
comment on column cityops.incident_figures.name_zh is 'The district''s newest name in the current generation.';
comment on column cityops.incident_figures.incidents is 'Incidents: incidents.';
comment on column cityops.incident_figures.units is 'Incidents: units, summed.';
comment on column cityops.incident_figures.units_arrived is 'Incidents: units that arrived, summed.';
comment on column cityops.incident_figures.hospital_before_transport is 'Incidents: units that reached the hospital before transport started, summed.';
comment on column cityops.incident_figures.verified is 'Incidents: that were verified.';
comment on column cityops.incident_figures.dispatched is 'Incidents: to which a unit was dispatched.';
comment on column cityops.incident_figures.arrived is 'Incidents: at which a unit arrived.';
comment on column cityops.incident_figures.reopened is 'Incidents: after which the roadway was open again.';
comment on column cityops.incident_figures.cleared is 'Incidents: that the last responder has left.';
comment on column cityops.incident_figures.closed is 'Incidents: that are closed.';
comment on column cityops.incident_figures.first_report_due is 'Incidents: that have a due time for the first bulletin.';
comment on column cityops.incident_figures.first_reported is 'Incidents: that have a bulletin with a time.';
comment on column cityops.incident_figures.first_report_on_time is 'Incidents: whose first bulletin was sent by its due time.';
comment on column cityops.incident_figures.bulletins_flash is 'Incidents: flash bulletins (快报), summed.';
comment on column cityops.incident_figures.bulletins_special is 'Incidents: special bulletins (专报), summed.';
comment on column cityops.incident_figures.bulletins_duty is 'Incidents: duty bulletins (值班信息), summed.';
comment on column cityops.incident_figures.killed is 'Incidents: people killed, summed.';
comment on column cityops.incident_figures.severely_injured is 'Incidents: people severely injured, summed.';
comment on column cityops.incident_figures.slightly_injured is 'Incidents: people slightly injured, summed.';
comment on column cityops.incident_figures.arrived_within_480s is 'Incidents: reached at most 480 seconds after becoming known.';
comment on column cityops.incident_figures.known_verified is 'Incidents: that have been verified at or after becoming known.';
comment on column cityops.incident_figures.known_verified_negative is 'Incidents: that have been verified before becoming known: in no duration.';
comment on column cityops.incident_figures.known_verified_seconds is 'Incidents: whole seconds from becoming known to being verified, summed.';
comment on column cityops.incident_figures.known_dispatched is 'Incidents: that have been dispatched to at or after becoming known.';
comment on column cityops.incident_figures.known_dispatched_negative is 'Incidents: that have been dispatched to before becoming known: in no duration.';
comment on column cityops.incident_figures.known_dispatched_seconds is 'Incidents: whole seconds from becoming known to being dispatched to, summed.';
comment on column cityops.incident_figures.known_arrived is 'Incidents: that have been reached at or after becoming known.';
comment on column cityops.incident_figures.known_arrived_negative is 'Incidents: that have been reached before becoming known: in no duration.';
comment on column cityops.incident_figures.known_arrived_seconds is 'Incidents: whole seconds from becoming known to being reached, summed.';
comment on column cityops.incident_figures.dispatched_arrived is 'Incidents: that have been reached at or after the first dispatch.';
comment on column cityops.incident_figures.dispatched_arrived_negative is 'Incidents: that have been reached before the first dispatch: in no duration.';
comment on column cityops.incident_figures.dispatched_arrived_seconds is 'Incidents: whole seconds from the first dispatch to being reached, summed.';
comment on column cityops.incident_figures.known_reopened is 'Incidents: that have been reopened at or after becoming known.';
comment on column cityops.incident_figures.known_reopened_negative is 'Incidents: that have been reopened before becoming known: in no duration.';
comment on column cityops.incident_figures.known_reopened_seconds is 'Incidents: whole seconds from becoming known to being reopened, summed.';
comment on column cityops.incident_figures.known_cleared is 'Incidents: that have been cleared at or after becoming known.';
comment on column cityops.incident_figures.known_cleared_negative is 'Incidents: that have been cleared before becoming known: in no duration.';
comment on column cityops.incident_figures.known_cleared_seconds is 'Incidents: whole seconds from becoming known to being cleared, summed.';
comment on column cityops.incident_figures.known_closed is 'Incidents: that have been closed at or after becoming known.';
comment on column cityops.incident_figures.known_closed_negative is 'Incidents: that have been closed before becoming known: in no duration.';
comment on column cityops.incident_figures.known_closed_seconds is 'Incidents: whole seconds from becoming known to being closed, summed.';
