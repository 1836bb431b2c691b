-- What was entered for periods that lie inside a range of months, as a reference version has it.
-- Parameters: reference_version integer, from date, until date (first days of months, half open).
-- Columns: line integer, subject text, item text, points_millionths bigint.
select line, subject, item, points_millionths
from cityops.adjustment
where reference_version = (
    select max(reference_version)
    from cityops.reference_version
    where kind = 'adjustments' and reference_version <= $1
) and first_month >= $2 and first_month + make_interval(months => months) <= $3
order by line
