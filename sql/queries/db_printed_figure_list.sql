-- The printed figures that are loaded, of each subject, indicator, period and day the newest.
-- Columns: subject text, indicator text, first_month date, months integer, published_on date, value text, numerator bigint, n bigint,
-- rounding text, source text, reference_version integer, line integer.
select distinct on (subject, indicator, first_month, months, published_on)
    subject, indicator, first_month, months, published_on, value, numerator, n, rounding, source, reference_version, line
from cityops.printed_figure
order by subject, indicator, first_month, months, published_on, reference_version desc, line desc
