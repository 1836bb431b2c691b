-- The newest reference data of each kind. Columns, all text: kind, version, rows, origin, sha256.
select distinct on (kind)
    kind, reference_version::text as version, rows::text as rows, origin, left(sha256, 12) as sha256
from cityops.reference_version
order by kind, reference_version desc
