-- The aliases that count at a reference version: those listed with its areas, and those of the newest load of aliases
-- up to it. An alias that stands in both appears once.
-- Parameters: reference_version integer.
-- Columns: name text, code text, kind text, valid_from date, valid_until date.
select distinct name collate "C" as name, code collate "C" as code, kind, valid_from, valid_until
from cityops.area_alias
where reference_version in (
    select max(reference_version)
    from cityops.reference_version
    where kind in ('areas', 'aliases') and reference_version <= $1
    group by kind
)
order by kind, name, valid_from, code
