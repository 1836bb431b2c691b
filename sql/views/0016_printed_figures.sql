-- The printed figures that the current generation takes. Dropped by 0010_areas.sql.
create view cityops.printed_figures as
select distinct on (f.subject, f.indicator, f.first_month, f.months)
    f.subject, f.indicator, f.first_month, f.months, f.value, f.numerator, f.n, f.unit, f.rounding, f.source, f.published_on,
    f.reference_version, f.line
from cityops.printed_figure f, cityops.current_generation g
where f.reference_version <= g.reference_version
order by f.subject, f.indicator, f.first_month, f.months, f.published_on desc, f.reference_version desc, f.line desc;
comment on view cityops.printed_figures is
    'What others published of themselves, as the current generation has it: of each subject, indicator and period the figure that was published last.';
