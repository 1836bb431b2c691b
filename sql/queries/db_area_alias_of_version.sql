-- The aliases loaded with one reference version. Parameters: reference_version integer.
-- Columns: name text, code text, kind text, valid_from date, valid_until date.
select name, code, kind, valid_from, valid_until
from cityops.area_alias
where reference_version = $1
order by kind, name collate "C", valid_from
