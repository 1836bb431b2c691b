-- The next reference version.
-- Parameters: kind text, sha256 text, rows bigint, origin text. Columns: reference_version integer.
insert into cityops.reference_version (reference_version, kind, sha256, rows, origin)
select coalesce(max(reference_version), 0) + 1, $1, $2, $3, $4
from cityops.reference_version
returning reference_version
