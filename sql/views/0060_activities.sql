-- Counted outputs for analysts: one row each, and monthly figures. Re-created at each migrate.

-- Names are resolved as the rollup resolves them: the district, else the one above the unit, else what the empty name means.
create view cityops.activities as
with named as (
    select
        a.*,
        (a.done_at at time zone g.zone)::date as day,
        coalesce(btrim(a.district, E' \t\r\n'), '') as district_name,
        coalesce(btrim(a.unit, E' \t\r\n'), '') as unit_name
    from cityops.activity a
    cross join cityops.current_generation g
)
select
    n.authority,
    n.entity_id,
    n.done_at,
    n.day as done_day,
    case
        when n.district_name <> '' then coalesce(stated.code, 'unassigned')
        else coalesce(
            above.district, case when unit.code is null and town.code is null then as_district.code end,
            stated.code, 'unassigned')
    end as district,
    case
        when n.unit_name = '' then ''
        when unit.code is null and town.code is null and as_district.code is not null then ''
        else coalesce(unit.code, town.code, 'unassigned')
    end as unit,
    n.district as district_as_sent,
    n.unit as unit_as_sent,
    n.type as type_number,
    (array['news_report', 'special_bulletin', 'flash_bulletin', 'duty_bulletin', 'risk_report', 'event_safeguarded',
        'problem_settled', 'budget_allocated', 'budget_paid'])[n.type] as type,
    n.amount_fen,
    n.subject,
    n.flags & 1 <> 0 as voided
from named n
left join cityops.area_names stated on stated.kind = 'district' and stated.name = n.district_name
    and stated.days @> n.day
left join cityops.area_names unit on unit.kind = 'unit' and n.unit_name <> '' and unit.name = n.unit_name
    and unit.days @> n.day
left join cityops.area_names town on town.kind = 'town' and n.unit_name <> '' and town.name = n.unit_name
    and town.days @> n.day
left join cityops.area_names as_district on as_district.kind = 'district' and n.unit_name <> ''
    and as_district.name = n.unit_name and as_district.days @> n.day
left join cityops.area_districts above on above.code = coalesce(unit.code, town.code) and above.days @> n.day;
comment on view cityops.activities is 'One row per counted output, as known now, with the names of the current generation.';
comment on column cityops.activities.done_day is 'Civil day in the generation''s zone.';
comment on column cityops.activities.district is 'Code of the district: as stated, else the one above the unit; unassigned when nobody knows the name.';
comment on column cityops.activities.unit is 'Code of the unit; unassigned when unknown, empty when none.';
comment on column cityops.activities.amount_fen is 'Money in 1/100 CNY.';
comment on column cityops.activities.subject is 'What it was about: a code, as sent.';

create view cityops.activity_figures as
select
    date_trunc('month', d.day)::date as month,
    d.district,
    d.unit,
    d.type as type_number,
    (array['news_report', 'special_bulletin', 'flash_bulletin', 'duty_bulletin', 'risk_report', 'event_safeguarded',
        'problem_settled', 'budget_allocated', 'budget_paid'])[d.type] as type,
    d.flags,
    sum(d.activities)::bigint as activities,
    sum(d.amount_fen)::bigint as amount_fen
from cityops.activity_day d
group by 1, 2, 3, 4, 6;
comment on view cityops.activity_figures is
    'Outputs by month, district, unit, type and flags. Budget execution of a year: the amount of budget_paid over that of budget_allocated.';
comment on column cityops.activity_figures.month is 'First day of the civil month, in the generation''s zone, in which it was done.';
comment on column cityops.activity_figures.district is 'Code; unassigned for names that nobody knows.';
comment on column cityops.activity_figures.unit is 'Code; unassigned for names that nobody knows, empty when none.';
comment on column cityops.activity_figures.flags is '1 void; 0: ordinary ones.';
comment on column cityops.activity_figures.activities is 'Activities.';
comment on column cityops.activity_figures.amount_fen is 'Money in 1/100 CNY, summed.';
