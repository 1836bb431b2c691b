-- Published results; they rest on no other view. Figures come from the documents as they are stored; fractions are exact there and numbers here.
drop view if exists
    cityops.monthly_figures_as_published, cityops.published_figures, cityops.published_ranks, cityops.published_results;

create view cityops.published_results as
select
    r.profile, r.subjects, r.number, r.period, r.from_day, r.until_day, r.stage, r.restatement,
    r.number = max(r.number) over (partition by r.profile, r.subjects, r.period) as is_newest,
    d.document -> 'profile' ->> 'version' as profile_version,
    d.document ->> 'basis' as basis,
    (d.document ->> 'complete')::boolean as complete,
    (d.document ->> 'appeals_until')::date as appeals_until,
    (d.document -> 'versions' ->> 'reference')::integer as reference_version,
    (d.document -> 'versions' ->> 'fold')::integer as fold_version,
    (d.document -> 'versions' ->> 'generation')::integer as generation,
    d.document -> 'profile' ->> 'sha256' as rule_sha256,
    d.document ->> 'cut_off' as cut_off,
    r.document_sha256, r.previous_sha256, r.chain_sha256, r.published_at, r.published_by, r.reason,
    d.document
from cityops.published_result r
cross join lateral (select convert_from(r.document, 'UTF8')::jsonb as document) as d;

create view cityops.published_ranks as
select
    p.profile, p.subjects, p.number, p.period, p.from_day, p.until_day, p.stage, p.restatement, p.is_newest,
    s.row ->> 'code' as code, s.row ->> 'name_zh' as name_zh, s.row ->> 'name_en' as name_en,
    s.row ->> 'group' as peer_group, (s.row ->> 'rank')::integer as rank, (s.row ->> 'shared')::boolean as shared,
    cityops.fraction(s.row ->> 'total') as total, s.row ->> 'exact_total' as exact_total, s.row ->> 'reason' as reason
from cityops.published_results p
cross join lateral jsonb_array_elements(p.document -> 'rows') as s (row);

create view cityops.published_figures as
select
    p.profile, p.subjects, p.number, p.period, p.from_day, p.until_day, p.stage, p.restatement, p.is_newest,
    s.row ->> 'code' as code, s.row ->> 'name_zh' as name_zh, s.row ->> 'name_en' as name_en, i.key as indicator,
    cityops.fraction(i.figure ->> 'value') as value, i.figure ->> 'value' as exact_value,
    cityops.fraction(i.figure ->> 'numerator') as numerator, (i.figure ->> 'n')::bigint as n,
    i.figure ->> 'status' as status, cityops.fraction(i.figure ->> 'points') as points, i.figure -> 'sums' as sums
from cityops.published_results p
cross join lateral jsonb_array_elements(p.document -> 'rows') as s (row)
cross join lateral jsonb_each(s.row -> 'indicators') as i (key, figure);

-- What holds now of each month by itself: the newest final or restated result.
create view cityops.monthly_figures_as_published as
select
    f.profile, f.subjects, f.from_day as month, f.code, f.name_zh, f.name_en, f.indicator, f.value, f.exact_value, f.numerator, f.n,
    f.points, f.sums, f.number
from cityops.published_figures f
where f.is_newest and f.stage <> 'announced' and f.period ~ '^\d{4}-\d{2}$';

comment on view cityops.published_results is 'Published results of rankings, with the document of each; is_newest: the one that holds.';
comment on view cityops.published_ranks is 'Subjects of published results with rank and total.';
comment on view cityops.published_figures is 'Indicators of subjects in published results; sums: in the order of the document''s indicators.';
comment on view cityops.monthly_figures_as_published is 'Figures of single months as the newest final or restated result says.';
