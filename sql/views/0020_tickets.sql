-- Tickets for analysts: one row each, names resolved as the rollups resolve them. Re-created at each migrate.

-- The district above each area (a district is above itself), by stretch of days.
create view cityops.area_districts as
with recursive above as (
    select a.code, a.kind, a.parent, a.valid_from, a.valid_until, a.code as ancestor, a.kind as ancestor_kind
    from cityops.areas a
    union all
    select
        b.code, b.kind, p.parent, greatest(b.valid_from, p.valid_from), least(b.valid_until, p.valid_until),
        p.code, p.kind
    from above b
    join cityops.areas p on p.code = b.parent and p.valid_from < b.valid_until and b.valid_from < p.valid_until
    where b.ancestor_kind <> 'district'
)
select code, kind, daterange(valid_from, valid_until) as days, ancestor as district
from above
where ancestor_kind = 'district';
comment on view cityops.area_districts is 'The district that each area lies in, and the days on which it does.';

create view cityops.tickets as
with named as (
    select
        t.*,
        (coalesce(t.received_at, t.first_closed_at, t.due_at) at time zone g.zone)::date as day,
        coalesce(btrim(t.district, E' \t\r\n'), '') as district_name,
        coalesce(btrim(t.unit, E' \t\r\n'), '') as unit_name
    from cityops.ticket t
    cross join cityops.current_generation g
),
resolved as (
    select
        n.*,
        stated.code as stated_district,
        coalesce(unit_area.code, town_area.code) as unit_code,
        coalesce(unit_above.district, case when unit_area.code is null and town_area.code is null
            then as_district.code end) as unit_district,
        as_district.code as unit_is_district,
        nameless.code as nameless_district
    from named n
    left join cityops.area_names stated on stated.kind = 'district' and n.district_name <> ''
        and stated.name = n.district_name and stated.days @> n.day
    left join cityops.area_names unit_area on unit_area.kind = 'unit' and n.unit_name <> ''
        and unit_area.name = n.unit_name and unit_area.days @> n.day
    left join cityops.area_names town_area on town_area.kind = 'town' and n.unit_name <> ''
        and town_area.name = n.unit_name and town_area.days @> n.day
    left join cityops.area_districts unit_above on unit_above.code = coalesce(unit_area.code, town_area.code)
        and unit_above.days @> n.day
    left join cityops.area_names as_district on as_district.kind = 'district' and n.unit_name <> ''
        and as_district.name = n.unit_name and as_district.days @> n.day
    left join cityops.area_names nameless on nameless.kind = 'district' and nameless.name = ''
        and nameless.days @> n.day
)
select
    r.authority,
    r.entity_id,
    r.received_at,
    r.due_at,
    r.first_closed_at,
    r.last_closed_at,
    r.visited_at,
    r.day as received_day,
    case
        when r.district_name <> '' then coalesce(r.stated_district, 'unassigned')
        else coalesce(r.unit_district, r.nameless_district, 'unassigned')
    end as district,
    case
        when r.unit_name = '' then ''
        when r.unit_code is null and r.unit_is_district is not null then ''
        else coalesce(r.unit_code, 'unassigned')
    end as unit,
    r.district as district_as_sent,
    r.unit as unit_as_sent,
    r.town as town_as_sent,
    r.village as village_as_sent,
    r.nature as nature_number,
    (array['enquiry', 'request', 'complaint', 'report', 'suggestion', 'praise'])[r.nature] as nature,
    r.channel as channel_number,
    (array['phone', 'web', 'wechat', 'app', 'province_transfer', 'message_board', 'staff', 'other'])[r.channel]
        as channel,
    r.category1,
    r.category2,
    r.flags & 1 <> 0 as excluded,
    r.flags & 2 <> 0 as voided,
    r.flags & 4 <> 0 as duplicate,
    r.dispatches,
    r.returns,
    r.closings,
    r.reworks,
    r.escalations,
    r.contact,
    r.solved,
    r.result as result_number,
    (array['very_dissatisfied', 'dissatisfied', 'basically_satisfied', 'satisfied', 'very_satisfied',
        'not_rated'])[r.result] as result,
    r.attitude as attitude_number,
    (array['very_dissatisfied', 'dissatisfied', 'basically_satisfied', 'satisfied', 'very_satisfied',
        'not_rated'])[r.attitude] as attitude
from resolved r;
comment on view cityops.tickets is 'One row per ticket, as known now, with the names of the current generation.';
comment on column cityops.tickets.received_day is 'Civil day of receipt in the generation''s zone; of the first closing or the due time where nobody states the receipt.';
comment on column cityops.tickets.district is 'Code of the district that answers for it; unassigned when nobody knows the name.';
comment on column cityops.tickets.unit is 'Code of the unit that has it; unassigned when unknown, empty when none.';
comment on column cityops.tickets.first_closed_at is 'The first closing that still stands: decides on-time closing.';
comment on column cityops.tickets.last_closed_at is 'The last closing that still stands.';
comment on column cityops.tickets.visited_at is 'The last valid return visit; solved, result and attitude are its.';
comment on column cityops.tickets.contact is 'True when some contact reached the citizen, false when all tries failed.';
comment on column cityops.tickets.excluded is 'Taken out of the assessment (剔除).';
comment on column cityops.tickets.duplicate is 'Counted under another ticket.';
