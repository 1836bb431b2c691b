-- Every indicator of the catalogue for every district in a range of days: what `cityops-rank month` shows, for SQL. Re-created at
-- each migrate.

create function cityops.indicator_check(asked text[], known text[], what text) returns void
language plpgsql immutable parallel safe
as $$
declare
    stranger text;
begin
    select a into stranger from unnest(asked) as a where a is null or a <> all (known) limit 1;
    if found then
        raise exception '%: there is no "%"', what, coalesce(stranger, 'null')
            using errcode = 'invalid_parameter_value', hint = 'Take some of: ' || array_to_string(known, ', ') || '.';
    end if;
end
$$;
comment on function cityops.indicator_check is 'Refuses what cityops.indicators does not know.';

create function cityops.indicators(
    first_day date,
    end_day date,
    wanted text[] default null,
    by_cohort text default null,
    natures text[] default null,
    also text[] default '{}',
    weights numeric[] default '{0, 0, 0, 1, 1}',
    quantile numeric default 0.5,
    peak_hours integer[] default '{7, 8, 17, 18}',
    peak_days text default 'working',
    year_day date default null,
    within interval default '24 hours',
    required text[] default '{nature, category1}',
    target_of text default null,
    target numeric default null)
returns table (indicator text, district text, numerator numeric, denominator numeric, n bigint, value numeric, shown numeric)
language plpgsql stable parallel safe set jit = off -- compiling takes longer than running
as $$
#variable_conflict use_column
declare
    known_natures constant text[] := '{not-stated, enquiry, request, complaint, report, suggestion, praise}';
    known_fields constant text[] :=
        '{received_at, due_at, district, unit, town, village, nature, channel, category1, category2}';
    catalogue text[] := array(select c.id from cityops.indicator_catalogue c);
    nature_numbers smallint[];
    left_out integer;
    zone constant text := (select g.zone from cityops.current_generation g);
    from_at constant timestamptz := first_day::timestamp at time zone zone;
    until_at constant timestamptz := end_day::timestamp at time zone zone;
begin
    perform cityops.indicator_check(wanted, catalogue, 'wanted');
    perform cityops.indicator_check(
        array_remove(array[by_cohort], null),
        array(select distinct unnest(c.other_cohorts || c.cohort) from cityops.indicator_catalogue c), 'by_cohort');
    perform cityops.indicator_check(natures, known_natures, 'natures');
    perform cityops.indicator_check(also, '{excluded, void, duplicate}', 'also');
    perform cityops.indicator_check(array[peak_days], '{working, all}', 'peak_days');
    perform cityops.indicator_check(required, known_fields, 'required');
    perform cityops.indicator_check(
        array_remove(array[target_of], null),
        array(select c.id from cityops.indicator_catalogue c where c.basis = 'sums' order by 1), 'target_of');
    if (target_of is null) <> (target is null) or target <= 0 then
        raise exception 'target: P02 needs both, target_of => ''A01'' and a target above 0 in its unit as shown'
            using errcode = 'invalid_parameter_value';
    end if;
    if first_day is null or end_day is null or first_day >= end_day then
        raise exception 'the range of days is empty: from % until before %', first_day, end_day
            using errcode = 'invalid_parameter_value', hint = 'March: ''2022-03-01'', ''2022-04-01''.';
    end if;
    if quantile is null or quantile <= 0 or quantile > 1 then
        raise exception 'quantile: % does not lie above 0 and not above 1', quantile
            using errcode = 'invalid_parameter_value', hint = 'The median is 0.5.';
    end if;
    if cardinality(weights) is distinct from 5 then
        raise exception 'weights: five are needed, from very dissatisfied to very satisfied'
            using errcode = 'invalid_parameter_value';
    end if;
    if not coalesce(
        weights[1] >= 0 and weights[1] <= weights[2] and weights[2] <= weights[3] and weights[3] <= weights[4]
            and weights[4] <= weights[5] and weights[5] <= 1, false) then
        raise exception 'weights: % do not lie between 0 and 1, or fall', weights
            using errcode = 'invalid_parameter_value',
                hint = 'The first is that of very dissatisfied, the last that of very satisfied.';
    end if;
    if not coalesce(peak_hours <@ '{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23}', false)
        or cardinality(peak_hours) = 0 then
        raise exception 'peak_hours: % are no hours of a day', coalesce(peak_hours::text, 'null')
            using errcode = 'invalid_parameter_value', hint = 'Name hours by their start: ''{7, 8, 17, 18}''.';
    end if;
    if within is null or within <= interval '0' then
        raise exception 'within: % is no limit', coalesce(within::text, 'null')
            using errcode = 'invalid_parameter_value', hint = 'A day: ''24 hours''.';
    end if;
    if year_day > first_day then
        raise exception 'year_day: the year of P01 cannot begin on %, after the first day, %', year_day, first_day
            using errcode = 'invalid_parameter_value';
    end if;
    nature_numbers := array(
        select array_position(known_natures, k) - 1 from unnest(known_natures) as k where natures is null or k = any (natures));
    left_out := case when 'excluded' = any (also) then 0 else 1 end + case when 'void' = any (also) then 0 else 2 end
        + case when 'duplicate' = any (also) then 0 else 4 end;
    return query
    with figures as (
        select s.indicator, s.district, s.numerator, s.denominator, s.n
        from cityops.indicator_sums(
            first_day, end_day, coalesce(year_day, date_trunc('year', first_day)::date), by_cohort, nature_numbers, left_out,
            weights, peak_hours, peak_days) s
        union all
        select q.indicator, q.district, q.numerator, q.denominator, q.n
        from cityops.indicator_observed(
            from_at, until_at, zone, coalesce(wanted, catalogue), by_cohort, nature_numbers, left_out, quantile, peak_hours,
            peak_days, within, required) q
    ),
    districts as (
        select a.code as district
        from cityops.areas a
        where a.kind = 'district' and a.valid_from < end_day and a.valid_until > first_day
        union
        select f.district from figures f where f.numerator <> 0 or f.n <> 0
    ),
    complete as (
        select
            c.id as indicator, d.district, o.unit as unit_counted, c.unit,
            -- what nothing was counted of is 0; a quantile of nothing is not known
            coalesce(f.numerator, case when o.basis <> 'quantile' then 0 end) as numerator,
            coalesce(f.denominator, case when o.basis <> 'quantile' and o.unit <> 'count' then 0 end) as denominator,
            coalesce(f.n, 0)::bigint as n
        from cityops.indicator_catalogue c
        -- what it counts: P02 what its target is of
        left join cityops.indicator_catalogue o on o.id = case c.basis when 'deviation' then target_of else c.id end
        cross join districts d
        left join figures f on f.indicator = o.id and f.district = d.district
        where wanted is null or c.id = any (wanted)
    ),
    valued as (
        select
            c.*,
            case
                when c.unit_counted = 'count' then c.numerator
                when c.unit_counted = 'percent' and c.indicator = 'P02' then 100 * c.numerator / nullif(c.denominator, 0)
                else c.numerator / nullif(c.denominator, 0)
            end as quotient
        from complete c
    )
    select
        c.indicator, c.district, c.numerator, c.denominator, c.n, trim_scale(v.value),
        case c.unit
            when 'count' then v.value
            when 'percent' then round(100 * v.value, 2)
            when 'hours' then round(v.value / 3600, 2)
            else round(v.value, 2)
        end
    from valued c
    cross join lateral (
        select case c.indicator when 'P02' then (c.quotient - target) / target else c.quotient end as value) as v
    order by c.indicator, c.district;
end
$$;
comment on function cityops.indicators is
    'Every indicator of cityops.indicator_catalogue for every district, from first_day until before end_day: value is numerator through denominator (of a count the count), n the cases, shown what cityops-rank prints (per cent, hours, counts, ratios). wanted: only these indicators; by_cohort: of those that allow it, by this cohort; natures: only orders of these; also: excluded, void or duplicate ones count too; weights: of very dissatisfied to very satisfied; quantile: of W18, E03, E04, T01, T03, by nearest rank; peak_hours, peak_days (working or all): of T02 and T03; year_day: where P01''s year begins, else 1 January; within: the limit of W20 and D02; required: what an order has to state for D01; target_of, target: P02 is the deviation of that indicator, as shown, from it.';
