-- Rows of a new reference version of adjustments.
copy cityops.adjustment (
    reference_version, line, subject, item, first_month, months, points_millionths, reason, evidence, decided_on)
from stdin (format binary)
