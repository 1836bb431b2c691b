-- What has been applied, in order.
-- Columns: number integer, name text, sha256 text.
select number, name, sha256
from cityops.migration
order by number
