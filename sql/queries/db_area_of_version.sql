-- The areas loaded with one reference version, in the order of their codes. Parameters: reference_version integer.
-- Columns: code text, kind text, parent text, name_zh text, name_en text, peer_group text, valid_from date,
-- valid_until date.
select code, kind, parent, name_zh, name_en, peer_group, valid_from, valid_until
from cityops.area
where reference_version = $1
order by code collate "C", valid_from
