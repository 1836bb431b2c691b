-- The areas that count at a reference version: those of the newest load of areas up to it.
-- Parameters: reference_version integer.
-- Columns: code text, kind text, parent text, name_zh text, name_en text, peer_group text, valid_from date,
-- valid_until date.
select code, kind, parent, name_zh, name_en, peer_group, valid_from, valid_until
from cityops.area
where reference_version = (
    select max(reference_version)
    from cityops.reference_version
    where kind = 'areas' and reference_version <= $1
)
order by code collate "C", valid_from
