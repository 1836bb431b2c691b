-- Rows of a new reference version of printed figures.
copy cityops.printed_figure (
    reference_version, line, subject, indicator, first_month, months, value, numerator, n, unit, rounding, source,
    published_on, corrects)
from stdin (format binary)
