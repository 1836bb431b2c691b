-- The number of the newest migration applied; null when none was. The table is missing in a database never migrated.
-- Columns: number integer.
select max(number)
from cityops.migration
