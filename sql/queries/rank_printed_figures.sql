-- The printed figures of one period, as a reference version has them: of each subject and indicator what was published last.
-- Parameters: reference_version integer, first_month date, months integer.
-- Columns: subject text, indicator text, value text, numerator bigint, n bigint, rounding text, source text, published_on date,
-- reference_version integer, line integer.
select distinct on (subject, indicator)
    subject, indicator, value, numerator, n, rounding, source, published_on, reference_version, line
from cityops.printed_figure
where reference_version <= $1 and first_month = $2 and months = $3
order by subject, indicator, published_on desc, reference_version desc, line desc
