-- The newest version of one kind; no row when nothing was loaded. Parameters: kind text.
-- Columns: reference_version integer, sha256 text, origin text.
select reference_version, sha256, origin
from cityops.reference_version
where kind = $1
order by reference_version desc
limit 1
