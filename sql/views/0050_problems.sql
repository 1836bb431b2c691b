-- Problems found by inspection, for analysts: one row each, and monthly figures. Re-created at each migrate.

-- Names are resolved as the rollups resolve them: the district, else the one above the town, else above the village, else what
-- the empty name means.
create view cityops.problems as
with named as (
    select
        p.*,
        (coalesce(p.found_at, p.due_at, p.last_rectified_at) at time zone g.zone)::date as day,
        coalesce(btrim(p.district, E' \t\r\n'), '') as district_name,
        coalesce(btrim(p.town, E' \t\r\n'), '') as town_name,
        coalesce(btrim(p.village, E' \t\r\n'), '') as village_name
    from cityops.problem p
    cross join cityops.current_generation g
)
select
    n.authority,
    n.entity_id,
    n.found_at,
    n.due_at,
    n.first_assigned_at,
    n.first_rectified_at,
    n.last_rectified_at,
    n.last_rechecked_at,
    n.recheck_passed,
    n.day as found_day,
    coalesce(
        case when n.district_name <> '' or (n.town_name = '' and n.village_name = '') then stated.code
            else above.district end,
        'unassigned') as district,
    case when n.village_name = '' then '' else coalesce(village.code, 'unassigned') end as village,
    n.district as district_as_sent,
    n.town as town_as_sent,
    n.village as village_as_sent,
    n.unit as unit_as_sent,
    n.theme as theme_number,
    (array['environment', 'traffic_order'])[n.theme] as theme,
    n.origin as origin_number,
    (array['patrol', 'video', 'citizen'])[n.origin] as origin,
    n.category1,
    n.category2,
    n.flags & 1 <> 0 as voided,
    n.notices,
    n.rectifications,
    n.rechecks,
    n.failed_rechecks
from named n
left join cityops.area_names stated on stated.kind = 'district' and stated.name = n.district_name
    and stated.days @> n.day
left join cityops.area_names town on town.kind = 'town' and n.town_name <> '' and town.name = n.town_name
    and town.days @> n.day
left join cityops.area_names village on village.kind = 'village' and n.village_name <> ''
    and village.name = n.village_name and village.days @> n.day
left join cityops.area_districts above
    on above.code = case when n.town_name <> '' then town.code else village.code end and above.days @> n.day;
comment on view cityops.problems is 'One row per problem, as known now, with the names of the current generation.';
comment on column cityops.problems.found_day is 'Civil day of finding in the generation''s zone; of the due time or the rectification where nobody states it.';
comment on column cityops.problems.first_rectified_at is 'The first rectification that still stands: decides whether it was on time.';
comment on column cityops.problems.recheck_passed is 'Whether the last re-check passed.';
comment on column cityops.problems.district is 'Code of the district where it is; unassigned when nobody knows the name.';
comment on column cityops.problems.village is 'Code of the village where it is; unassigned when unknown, empty when none is stated.';

create view cityops.problem_figures as
select
    d.month,
    d.cohort as cohort_number,
    (array['found', 'due'])[d.cohort] as cohort,
    d.district,
    d.village,
    n.name_zh as village_zh,
    n.name_en as village_en,
    d.theme,
    d.flags,
    sum(d.problems)::bigint as problems,
    sum(d.notices)::bigint as notices,
    sum(d.assigned)::bigint as assigned,
    sum(d.due)::bigint as due,
    sum(d.rectified)::bigint as rectified,
    sum(d.on_time)::bigint as on_time,
    sum(d.late)::bigint as late,
    sum(d.due_open)::bigint as due_open,
    sum(d.rectified_before_found)::bigint as rectified_before_found,
    sum(d.rectification_seconds)::bigint as rectification_seconds,
    sum(d.rechecked)::bigint as rechecked,
    sum(d.recheck_failed)::bigint as recheck_failed,
    sum(d.settled)::bigint as settled
from cityops.problem_month d
left join lateral (
    select a.name_zh, a.name_en
    from cityops.areas a
    where a.code = d.village
    order by a.valid_from desc
    limit 1
) n on true
group by 1, 2, 4, 5, 6, 7, 8, 9;
comment on view cityops.problem_figures is
    'Counts by month, cohort, district, village, theme and flags; a rate is the quotient of two sums of its columns. Other cohorts, and days: cityops.problem_day.';
comment on column cityops.problem_figures.month is 'First day of the civil month, in the generation''s zone, of the cohort''s instant.';
comment on column cityops.problem_figures.cohort is 'Which milestone put the problem in the month.';
comment on column cityops.problem_figures.district is 'Code; unassigned for names that nobody knows.';
comment on column cityops.problem_figures.village is 'Code; unassigned for names that nobody knows, empty where none is stated.';
comment on column cityops.problem_figures.theme is '1 environment, 2 traffic order, 0 when not stated.';
comment on column cityops.problem_figures.flags is '1 void; 0: ordinary problems.';
comment on column cityops.problem_figures.problems is 'Problems: problems.';
comment on column cityops.problem_figures.notices is 'Problems: notices, summed.';
comment on column cityops.problem_figures.assigned is 'Problems: that were assigned by a notice with a time.';
comment on column cityops.problem_figures.due is 'Problems: that have a due time for rectification.';
comment on column cityops.problem_figures.rectified is 'Problems: that have a rectification with a time.';
comment on column cityops.problem_figures.on_time is 'Problems: first rectified at or before the due time.';
comment on column cityops.problem_figures.late is 'Problems: first rectified after the due time.';
comment on column cityops.problem_figures.due_open is 'Problems: that have a due time and no rectification with a time.';
comment on column cityops.problem_figures.rectified_before_found is 'Problems: whose last rectification lies before the finding: in no duration.';
comment on column cityops.problem_figures.rectification_seconds is 'Problems: whole seconds from the finding to the last rectification, summed.';
comment on column cityops.problem_figures.rechecked is 'Problems: that were re-checked at a time.';
comment on column cityops.problem_figures.recheck_failed is 'Problems: whose last re-check failed.';
comment on column cityops.problem_figures.settled is 'Problems: rectified, and whose last re-check, if any, did not fail.';

create view cityops.recheck_figures as
select
    date_trunc('month', d.day)::date as month,
    d.district,
    d.theme,
    d.flags,
    sum(d.rechecks)::bigint as rechecks,
    sum(d.passed)::bigint as passed,
    sum(d.failed)::bigint as failed
from cityops.recheck_day d
group by 1, 2, 3, 4;
comment on view cityops.recheck_figures is 'Re-checks by the month in which they were made: a problem may be in it several times.';
comment on column cityops.recheck_figures.month is 'First day of the civil month, in the generation''s zone, of the re-check.';
comment on column cityops.recheck_figures.rechecks is 'Re-checks: re-checks.';
comment on column cityops.recheck_figures.passed is 'Re-checks: that passed.';
comment on column cityops.recheck_figures.failed is 'Re-checks: that failed.';
